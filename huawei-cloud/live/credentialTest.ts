import type { CallSettings } from '../call/apiCall';
import { problem, type Problem } from '../call/classification';
import { WRONG_PROJECT } from '../call/problems';
import { authenticatedClient, type ClientParts } from '../identity/authentication';
import type { Credential } from '../identity/credential';
import { projectsCall, type ProjectList } from '../identity/iam';
import type { Runtime } from '../identity/runtime';
import type { Client } from '../policies/client';
import { CALLS } from './calls';
import { LiveApi } from './liveApi';

const SETTINGS: CallSettings = {
	maxRetries: 0,
	timeout: 10_000,
	advice: {
		throttled: 'Wait a minute, then test again.',
		timeout: 'Check the network between n8n and Huawei Cloud, then test again.',
	},
};

const MAX_TEST_MS = 25_000;
const NO_RESULT = problem(
	'timeout',
	'Huawei Cloud neither accepted nor rejected the credential within 25 seconds.',
	'It may be throttled or down. Wait a minute, then test again.',
);

/** The first problem of a credential, if any. Always sends requests: a cached token or rejection may be outdated. */
export async function testCredential(
	credential: Credential,
	parts: ClientParts,
	runtime: Runtime,
): Promise<Problem | undefined> {
	const state = runtime.stateOf(credential);
	state.guard.unblock();
	state.tokenCache.startOver();
	const timeLimit = parts.clock.deadline(MAX_TEST_MS);
	const client = authenticatedClient(credential, parts, state, timeLimit);
	const found = (await askIam(credential, client)) ?? (await askLive(credential, client));
	return client.redactor.redact(found && timeLimit.aborted ? NO_RESULT : found);
}

/** The problem, if any, that IAM's list of projects shows. Asked once; needs no permission. */
export async function askIam(credential: Credential, client: Client): Promise<Problem | undefined> {
	const { projectId, iamEndpoint } = credential;
	const listed = await client.perform(projectsCall(credential), SETTINGS);
	if (listed.kind === 'error') return withEndpoint(listed, 'IAM', iamEndpoint);
	const { projects, hasMore } = listed.kind === 'success' ? listed.value : { projects: [], hasMore: false };
	if (hasMore || projects.some(({ id }) => id === projectId)) return undefined;
	const message = `The credential is accepted, but the project ID is not among its projects (${describe(projects)}).`;
	return { ...WRONG_PROJECT, message };
}

/** The problem, if any, in asking Live once for a relay task. A credential that can only delete, but not list, is valid. */
export async function askLive(credential: Credential, client: Client): Promise<Problem | undefined> {
	const tasks = await new LiveApi(client, credential).perform(CALLS.listTasks, { limit: 1 }, SETTINGS);
	if (tasks.kind !== 'error' || tasks.category === 'permission') return undefined;
	return withEndpoint(tasks, 'Live', credential.liveEndpoint);
}

/** Names the endpoint, if the problem is that nothing usable came from it. */
function withEndpoint(problem: Problem, service: string, endpoint: string): Problem {
	if (!['endpoint', 'network', 'timeout'].includes(problem.category)) return problem;
	return { ...problem, message: `${service} returned no usable response at ${endpoint}. ${problem.message}` };
}

/** The first few projects, so that a wrong ID can be corrected right away. */
function describe(projects: ProjectList['projects']): string {
	const shown = projects.slice(0, 3).map(({ id, name }) => (name === '' ? id : `${name}: ${id}`));
	if (projects.length > 3) shown.push(`${projects.length - 3} more`);
	return shown.join(', ') || 'it has none';
}
