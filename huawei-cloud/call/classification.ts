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

/** A problem, for the person who has to deal with it: what happened, in one sentence, and the next step. */
export interface Problem {
	category: Category;
	message: string;
	hint: string;
	/** True if running the same again later may help. */
	retryable: boolean;
}

/** The meaning of a response, or of its absence. Other fields than the kind can be read, too: only an error has them. */
export type Classification = ({ kind: 'success' | 'notFound' } & NoError) | ErrorClassification;

type NoError = Partial<Record<Exclude<keyof ErrorClassification, 'kind'>, never>>;

export interface ErrorClassification extends Problem {
	kind: 'error';
	/** True if the same call is worth retrying right away. */
	retry?: boolean;
	/** True if the service may have carried the call out anyway. */
	mayHaveHappened?: boolean;
	/** The hint's source if not the table: call (`rejected`, `permission`), `Authenticator` (`credential`), or `Advice`. */
	hintSource?: 'rejected' | 'permission' | 'credential' | 'throttled' | 'timeout';
}

export type Service = 'live' | 'iam';

/** A problem that is not retried, changed nothing and will not resolve itself, unless `traits` say otherwise. */
export function problem(
	category: Category,
	message: string,
	hint: string,
	traits: Partial<ErrorClassification> = {},
): ErrorClassification {
	return { kind: 'error', category, message, hint, retryable: traits.retry ?? false, ...traits };
}
