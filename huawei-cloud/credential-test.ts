import { isObject, type JsonObject } from './answer';
import { Client, type CallSettings, type ClientParts } from './client';
import type { Credential } from './credential';
import type { Reason } from './outcome';

export interface CredentialTestResult {
	ok: boolean;
	/** One or two sentences for the person who pressed the button. */
	message: string;
}

const SETTINGS: CallSettings = { maxRetries: 0, timeout: 10_000 };

/**
 * Finds out whether a credential works: asks IAM for the projects it sees (which needs no permission), looks for the
 * credential's own among them, and then asks Live for one relay task.
 *
 * Not being allowed to list is no failure: a credential that may only delete is a good credential.
 */
export async function testCredential(
	credential: Credential,
	parts: ClientParts,
): Promise<CredentialTestResult> {
	const projects = await new Client(parts).perform(
		{
			method: 'GET',
			origin: credential.iamEndpoint,
			path: '/v3/auth/projects',
			isExpected: (body) => Array.isArray(body.projects),
			goneMeansDone: false,
		},
		SETTINGS,
	);
	if (projects.outcome === 'error') return refused('IAM', credential.iamEndpoint, projects);
	const known = projects.outcome === 'success' ? projectsIn(projects.body) : [];
	if (!known.some(({ id }) => id === credential.projectId)) {
		return failed(
			`The IAM token is valid, but the project ID is not among its projects (${describe(known)}).`,
			'Copy the project ID of the region from the console: My Credentials > API Credentials > Projects.',
		);
	}

	const tasks = await new Client(parts).perform(
		{
			method: 'GET',
			origin: credential.liveEndpoint,
			path: `/v1/${credential.projectId}/pull/stream/task?limit=1`,
			isExpected: (body) => Array.isArray(body.task_infos),
			goneMeansDone: false,
		},
		SETTINGS,
	);
	if (tasks.outcome === 'error' && tasks.category !== 'permission') {
		return refused('Live', credential.liveEndpoint, tasks);
	}
	return { ok: true, message: 'The credential works.' };
}

function refused(service: string, endpoint: string, { error, hint, category }: Reason): CredentialTestResult {
	if (category === 'authentication') {
		return failed(
			`${service} refused the IAM token.`,
			'It may have expired (it lives 24 hours), be incomplete, or belong to another region. Get a new one.',
		);
	}
	return failed(`${service} gave no usable answer at ${endpoint}. ${error}`, hint);
}

function failed(what: string, hint: string): CredentialTestResult {
	return { ok: false, message: `${what} ${hint}` };
}

interface Project {
	id: string;
	name: string;
}

function projectsIn(body: JsonObject): Project[] {
	const projects: unknown[] = Array.isArray(body.projects) ? body.projects : [];
	return projects.flatMap((project) =>
		isObject(project) && typeof project.id === 'string'
			? [{ id: project.id, name: typeof project.name === 'string' ? project.name : '' }]
			: [],
	);
}

/** The first few projects, so that a wrong ID can be put right on the spot. */
function describe(projects: readonly Project[]): string {
	const shown = projects.slice(0, 3).map(({ id, name }) => (name === '' ? id : `${name}: ${id}`));
	const rest = projects.length - shown.length;
	if (rest > 0) shown.push(`${rest} more`);
	return shown.length === 0 ? 'it has none' : shown.join(', ');
}
