import type { Problem } from './classification';

/** The report on a call, in every outcome. */
export interface ResponseSummary {
	/** Attempts made; 0 means that nothing was sent. */
	attempts: number;
	/** The status of the last response, null when none came. */
	statusCode: number | null;
	requestId: string | undefined;
	errorCode: string | null;
	errorMsg: string | null;
	errorDetail: string | undefined;
}

export interface Success extends ResponseSummary {
	kind: 'success';
	/** How it was confirmed, if not by the response itself. */
	confirmedBy?: 'not_found_after_retry' | 'list';
}

export interface NotFound extends ResponseSummary {
	kind: 'notFound';
	confirmedBy?: 'list';
	/** Where it was looked for, and what to check. */
	hint?: string;
	/** An earlier attempt may have been carried out: its response was lost. */
	mayHaveHappened?: boolean;
}

export interface Failure extends ResponseSummary, Problem {
	kind: 'error';
	/** True if a response was lost, so the service may have carried out the request. */
	mayHaveHappened: boolean;
	/** The names of the errors that kept a response from coming, for the log. */
	cause?: string | undefined;
}

/** The outcome of a call. A call always ends in one of these; it never throws because of a service or the network. */
export type Outcome = Success | NotFound | Failure;

/** The same, with more on success. */
export type OutcomeWith<More> = (Success & More) | NotFound | Failure;

export type CallOutcome<T> = OutcomeWith<{ value: T }>;

export const NO_RESPONSE: ResponseSummary = {
	attempts: 0,
	statusCode: null,
	requestId: undefined,
	errorCode: null,
	errorMsg: null,
	errorDetail: undefined,
};

/** The failure of a request that could not be sent at all, because of its input. */
export function notSent(problem: Problem): Failure {
	return failureAfter(NO_RESPONSE, problem);
}

/** The failure of something that took a call, such as a look-up, with the report on that call. */
export function failureAfter(last: ResponseSummary, problem: Problem, mayHaveHappened = false): Failure {
	return { ...problem, ...summaryOf(last), kind: 'error', mayHaveHappened };
}

/** Only what every outcome reports. */
export function summaryOf(outcome: ResponseSummary): ResponseSummary {
	const { attempts, statusCode, requestId, errorCode, errorMsg, errorDetail } = outcome;
	return { attempts, statusCode, requestId, errorCode, errorMsg, errorDetail };
}
