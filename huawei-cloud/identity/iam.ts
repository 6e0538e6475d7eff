/** The IAM calls needed to authenticate. Source: API reference of Huawei Cloud IAM, v3. */

import type { Clock } from '../http/clock';
import { isObject, type ApiResponse } from '../http/response';
import type { ApiCall } from '../call/apiCall';
import { isVisibleAscii, type Credential, type Method } from './credential';
import { Secret } from './secret';
import type { FetchedToken } from './tokenCache';

/** How long before it expires a token is renewed: five minutes, or less if it is short-lived. */
const MAX_MARGIN_MS = 5 * 60_000;

/** The call that fetches a token for the project of a credential (never for the account: Live rejects those). */
export function tokenCall(
	{ iamEndpoint, projectId }: Credential,
	{ accountName, userName, password }: Method<'iamUser'>,
	clock: Clock,
): ApiCall<FetchedToken> {
	const user = { name: userName, password: password.reveal(), domain: { name: accountName } };
	const identity = { methods: ['password'], password: { user } };
	return {
		service: 'iam',
		method: 'POST',
		origin: iamEndpoint,
		path: '/v3/auth/tokens?nocatalog=true',
		rejectedHint: 'Check the project ID, the account name and the user name in the credential.',
		body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
		parse: (response) => parseToken(response, clock.now()),
		idempotent: true,
	};
}

/** The token of a response, if it has one that is still valid. */
export function parseToken({ headers, json }: ApiResponse, now: number): FetchedToken | undefined {
	const value = headers['x-subject-token'];
	const token = isObject(json?.token) ? json.token : {};
	const expiresAt = typeof token.expires_at === 'string' ? Date.parse(token.expires_at) : Number.NaN;
	const life = expiresAt - now;
	if (!value || !isVisibleAscii(value) || !(life > 0)) return undefined;
	return { value: new Secret(value), renewAt: expiresAt - Math.min(MAX_MARGIN_MS, life / 10) };
}

export interface ProjectList {
	projects: Array<{ id: string; name: string }>;
	hasMore: boolean;
}

/** The call that asks for the projects that the caller can see, which needs no permission. */
export function projectsCall({ iamEndpoint }: Credential): ApiCall<ProjectList> {
	return {
		service: 'iam',
		method: 'GET',
		origin: iamEndpoint,
		path: '/v3/auth/projects',
		rejectedHint: "Check the credential's region and IAM endpoint.",
		parse: parseProjects,
		idempotent: true,
	};
}

/** The projects in a response, if it is a list of them. */
export function parseProjects({ json }: ApiResponse): ProjectList | undefined {
	if (!Array.isArray(json?.projects)) return undefined;
	const listed: unknown[] = json.projects;
	const links = isObject(json?.links) ? json.links : {};
	const projects = listed.flatMap((project) =>
		isObject(project) && typeof project.id === 'string'
			? [{ id: project.id, name: typeof project.name === 'string' ? project.name : '' }]
			: [],
	);
	return { projects, hasMore: typeof links.next === 'string' };
}
