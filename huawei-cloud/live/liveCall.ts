import type { ApiRequest } from '../call/apiCall';
import { summaryOf, type NotFound, type Outcome } from '../call/outcome';
import { encodeQuery, type HttpMethod } from '../http/http';
import type { Credential } from '../identity/credential';

/** The parts that every call of one kind shares. */
export interface CallKind {
	method: HttpMethod;
	/** The IAM action that it requires. */
	permission: string | undefined;
	idempotent: boolean;
}

/** A query; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** The hint when a request is rejected that names nothing but the project. */
export const CHECK_PROJECT = 'Check the region, the Live endpoint and the project ID of the credential.';

/**
 * A call of the Live API, for the project of a credential.
 * @param path the part of the path after the project
 * @param rejectedHint what to check when the service rejects the request as invalid
 */
export function liveCall(
	{ liveEndpoint, projectId }: Credential,
	{ method, permission, idempotent }: CallKind,
	path: string,
	rejectedHint: string,
	query: Query = {},
): ApiRequest {
	return {
		service: 'live',
		origin: liveEndpoint,
		path: `/v1/${projectId}/${path}${encodeQuery(Object.entries(query))}`,
		method,
		permission,
		idempotent,
		rejectedHint,
	};
}

/** A "not found" says where it was looked for, and what to check. */
export function withNotFoundHint<Other extends Outcome>(
	outcome: Other | NotFound,
	hint: string,
): Other | NotFound {
	return outcome.kind === 'notFound' ? { ...outcome, hint } : outcome;
}

/** "Not found" after a lost response means that the lost request did its work. */
export function doneIfNotFound(outcome: Outcome): Outcome {
	if (outcome.kind !== 'notFound' || !outcome.afterLostResponse) return outcome;
	return { ...summaryOf(outcome), kind: 'success', confirmedBy: 'not_found_after_retry' };
}

/**
 * An error after which the call may have been carried out all the same, because a response was lost, says so. Its message is
 * about the last attempt alone, which may not even have been sent.
 * @param doubt a sentence for people: what may have happened, and how to find out
 */
export function withDoubt(outcome: Outcome, doubt: string): Outcome {
	if (outcome.kind !== 'error' || !outcome.mayHaveHappened) return outcome;
	return { ...outcome, hint: `${doubt} ${outcome.hint}` };
}
