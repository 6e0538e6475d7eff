import type { CallSettings } from '../call/apiCall';
import type { Problem } from '../call/classification';
import { WRONG_PROJECT } from '../call/problems';
import { authenticatedClient, type ClientParts } from '../identity/authentication';
import type { Credential } from '../identity/credential';
import { redactorFor } from '../identity/credentialState';
import { listProjects, type Project } from '../identity/iam';
import type { Runtime } from '../identity/runtime';
import type { Client } from '../policies/client';
import { LiveApi } from './liveApi';

export interface CredentialTestResult {
	ok: boolean;
	/** One or two sentences for the person who clicked the button. */
	message: string;
}

const SETTINGS: CallSettings = {
	maxRetries: 0,
	timeout: 10_000,
	advice: {
		throttled: 'Wait a minute, then test again.',
		timeout: 'Check the network between n8n and Huawei Cloud, then test again.',
	},
};

/**
 * Tests whether a credential works: asks IAM for the projects it can see (which needs no permission), looks for the
 * credential's own among them, and then asks Live for one relay task.
 *
 * It always sends requests, whatever this process knows: a cached token must not hide a changed password, and a
 * rejection may be a thing of the past. A missing permission to list is not a failure: a credential that can only delete
 * is still valid.
 */
export async function testCredential(
	credential: Credential,
	parts: ClientParts,
	runtime: Runtime,
): Promise<CredentialTestResult> {
	const state = runtime.stateOf(credential);
	state.startOver();
	const result = await test(credential, authenticatedClient(credential, parts, state));
	return redactorFor(credential, state).redact(result);
}

async function test(credential: Credential, client: Client): Promise<CredentialTestResult> {
	const projects = await listProjects(client, credential.iamEndpoint, SETTINGS);
	if (projects.kind === 'error') return failedCall('IAM', credential.iamEndpoint, projects);
	const known = projects.kind === 'success' ? projects.value : { projects: [], hasMore: false };
	if (!known.hasMore && !known.projects.some(({ id }) => id === credential.projectId)) {
		return failed(
			`The credential is accepted, but the project ID is not among its projects (${describe(known.projects)}).`,
			WRONG_PROJECT.hint,
		);
	}

	const tasks = await new LiveApi(client, credential).relayTasks.page({ limit: 1 }, SETTINGS);
	if (tasks.kind === 'error' && tasks.category !== 'permission') {
		return failedCall('Live', credential.liveEndpoint, tasks);
	}
	return { ok: true, message: 'The credential works.' };
}

function failedCall(
	service: string,
	endpoint: string,
	{ message, hint, category }: Problem,
): CredentialTestResult {
	const isAboutReaching = category === 'endpoint' || category === 'network' || category === 'timeout';
	return failed(
		isAboutReaching ? `${service} returned no usable response at ${endpoint}. ${message}` : message,
		hint,
	);
}

function failed(reason: string, hint: string): CredentialTestResult {
	return { ok: false, message: `${reason} ${hint}` };
}

/** The first few projects, so that a wrong ID can be corrected right away. */
function describe(projects: readonly Project[]): string {
	const shown = projects.slice(0, 3).map(({ id, name }) => (name === '' ? id : `${name}: ${id}`));
	const rest = projects.length - shown.length;
	if (rest > 0) shown.push(`${rest} more`);
	return shown.length === 0 ? 'it has none' : shown.join(', ');
}
