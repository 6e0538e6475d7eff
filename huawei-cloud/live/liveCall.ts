import type { ApiCall } from '../call/apiCall';
import { encodeQuery, type HttpMethod } from '../http/http';
import type { Credential } from '../identity/credential';

/** What is the same in every call of one kind. */
export interface CallKind {
	method: HttpMethod;
	/** The IAM action that it requires. */
	permission: string | undefined;
	idempotent: boolean;
}

/** A query; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * A call of the Live API, for the project of a credential.
 * @param path the part of the path after the project
 */
export function liveCall(
	{ liveEndpoint, projectId }: Credential,
	{ method, permission, idempotent }: CallKind,
	path: string,
	query: Query = {},
): Omit<ApiCall, 'isExpected'> {
	return {
		service: 'live',
		origin: liveEndpoint,
		path: `/v1/${projectId}/${path}${encodeQuery(Object.entries(query))}`,
		method,
		permission,
		idempotent,
	};
}
