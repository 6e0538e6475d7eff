import { parse } from 'flatted';
import type { IRunExecutionData } from 'n8n-workflow';

export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Olive',
	lastName: 'Owner',
	password: 'Live-relay-1',
};

/** An execution in n8n's list. */
interface ExecutionSummary {
	id: string;
	status: string;
	workflowId: string;
}

/** The editor's calls to the server. */
export class N8nApi {
	private cookie = '';

	constructor(readonly url: string) {}

	/** Signs in as the owner. @param isNew whether n8n has none yet, so that it is made */
	async signIn(isNew: boolean): Promise<void> {
		const { email, password } = OWNER;
		if (isNew) await this.call('POST', '/rest/owner/setup', OWNER);
		else await this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	}

	/** Makes a call. Rejects with the answer if that is not a success. @returns the `data` of the answer */
	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: { cookie: this.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}: ${text}`);
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		const { data }: { data: T } = JSON.parse(text);
		return data;
	}

	/** Publishes a workflow, so that its trigger listens. */
	async activate(workflowId: string): Promise<void> {
		const { versionId } = await this.call<{ versionId: string }>('GET', `/rest/workflows/${workflowId}`);
		await this.call('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
	}

	/** The executions of a workflow, the last one first. */
	async executions(workflowId: string, status?: string): Promise<ExecutionSummary[]> {
		const filter = JSON.stringify({ workflowId, ...(status !== undefined && { status: [status] }) });
		const query = new URLSearchParams({ filter, limit: '100' });
		const { results } = await this.call<{ results: ExecutionSummary[] }>('GET', `/rest/executions?${query}`);
		return results;
	}

	/** The output of the nodes of an execution. */
	async executionData(id: string): Promise<IRunExecutionData> {
		const { data } = await this.call<{ data: string }>('GET', `/rest/executions/${id}`);
		return parse(data);
	}
}
