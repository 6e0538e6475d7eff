export type Category =
	| 'authentication'
	| 'permission'
	| 'account'
	| 'project'
	| 'validation'
	| 'endpoint'
	| 'throttled'
	| 'server'
	| 'network'
	| 'timeout'
	| 'unknown';

/** A problem, for the person who has to deal with it. */
export interface Problem {
	category: Category;
	/** One sentence: what happened. */
	message: string;
	/** The next step for that person. */
	hint: string;
	/** True if running the same again later may help. */
	retryable: boolean;
}

/** The meaning of a response, or of its absence. Other fields than the kind can be read, too: only an error has them. */
export type Classification = ({ kind: 'success' | 'notFound' } & NoError) | ErrorClassification;

type NoError = Partial<Record<Exclude<keyof ErrorClassification, 'kind'>, never>>;

/** A problem whose remedy the table cannot know: the call, or where in n8n it comes from, has a hint for it. */
export type HintSource = 'rejected' | 'permission' | 'throttled' | 'timeout';

export interface ErrorClassification extends Problem {
	kind: 'error';
	/** True if the same call is worth retrying right away. */
	retry: boolean;
	/** True if the service may have carried the call out anyway. */
	mayHaveHappened: boolean;
	/** True if the credential was rejected without a further reason: the `Authenticator` says what to do about it. */
	dependsOnMethod: boolean;
	/** Undefined: the hint is complete. */
	hintSource?: HintSource | undefined;
}

/** The service that responded. */
export type Service = 'live' | 'iam';

type Traits = Omit<ErrorClassification, 'kind' | 'category' | 'message' | 'hint'>;

/** A problem that is not retried, changed nothing and will not resolve itself, unless `traits` say otherwise. */
export function problem(
	category: Category,
	message: string,
	hint: string,
	traits: Partial<Traits> = {},
): ErrorClassification {
	const defaults = {
		retry: false,
		retryable: traits.retry ?? false,
		mayHaveHappened: false,
		dependsOnMethod: false,
	};
	return { kind: 'error', category, message, hint, ...defaults, ...traits };
}

/** Only the four fields of a problem, from an object with more. */
export function toProblem({ category, message, hint, retryable }: Problem): Problem {
	return { category, message, hint, retryable };
}

/** A problem as a classification: not retried, and nothing was changed. */
export function asClassification({ category, message, hint, retryable }: Problem): ErrorClassification {
	return problem(category, message, hint, { retryable });
}
