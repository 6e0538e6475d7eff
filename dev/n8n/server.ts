import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import type { IRun } from 'n8n-workflow';

import { N8nApi } from './api';
import type { WorkflowFile } from './engine';
import { PACKED_NODES, type Installation } from './installation';
import { Process, until } from './process';

/** A credential to be imported. */
export interface CredentialFile {
	id: string;
	name: string;
	data: Record<string, string>;
	/** Default: `huaweiCloudApi`. */
	type?: string;
}

/** A workflow with an ID, as n8n's command line wants it. */
export type IdentifiedWorkflow = WorkflowFile & { id: string };

/** How an n8n differs from the others. */
export interface N8nOptions {
	/** Where it listens when it is started; default: any free port. */
	port?: number;
	/** Variables beside, or instead of, those that every n8n gets here. */
	env?: NodeJS.ProcessEnv;
}

const SWITCHED_OFF = [
	...['SECURE_COOKIE', 'DIAGNOSTICS_ENABLED', 'VERSION_NOTIFICATIONS_ENABLED', 'TEMPLATES_ENABLED'],
	...['PERSONALIZATION_ENABLED', 'HIRING_BANNER_ENABLED'],
];
const START_MS = 90_000;
/** The last that a server or a worker prints when it starts. Its health check is ready before its REST API. */
const READY = /Editor is now accessible via|n8n worker is now ready/;

/** A real n8n in a folder of its own, which `remove` deletes. Of the caller's environment, it gets nothing but PATH. */
export class N8n {
	readonly folder = mkdtempSync(join(tmpdir(), 'n8n-huawei-cloud-live-'));
	private readonly processes: Process[] = [];
	private server: Process | undefined;
	private readonly env: NodeJS.ProcessEnv;

	private constructor(
		private readonly installation: Installation,
		readonly port: number,
		env: NodeJS.ProcessEnv,
	) {
		this.env = {
			PATH: [dirname(installation.node), process.env.PATH].join(delimiter),
			HOME: this.folder,
			N8N_USER_FOLDER: this.folder,
			N8N_ENCRYPTION_KEY: 'of a test',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_HOST: '127.0.0.1',
			N8N_PORT: String(port),
			N8N_LOG_LEVEL: 'info',
			...Object.fromEntries(SWITCHED_OFF.map((name) => [`N8N_${name}`, 'false'])),
			N8N_COMMUNITY_PACKAGES_REGISTRY: 'http://127.0.0.1:9',
			...env,
		};
	}

	/** An n8n that is not started yet. `installPacked` has to have been called. */
	static async create(installation: Installation, { port, env = {} }: N8nOptions = {}): Promise<N8n> {
		const n8n = new N8n(installation, port ?? (await freePort()), env);
		mkdirSync(join(n8n.folder, '.n8n'));
		cpSync(PACKED_NODES, join(n8n.folder, '.n8n/nodes'), { recursive: true, verbatimSymlinks: true });
		return n8n;
	}

	/** Where the package is installed. */
	get packageFolder(): string {
		return join(this.folder, '.n8n/nodes/node_modules/n8n-nodes-huawei-cloud-live');
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** The output of its processes. */
	get log(): string {
		return this.processes.map(({ output }) => output).join('\n');
	}

	/** Runs a command of n8n to its end. Rejects with its output if it fails. @returns its standard output */
	async cli(...args: string[]): Promise<string> {
		const command = await this.spawn(...args);
		const code = await command.end();
		if (code !== 0) throw new Error(`n8n ${args.join(' ')} exited with code ${code}:\n${command.output}`);
		return command.stdout;
	}

	async importCredentials(...credentials: CredentialFile[]): Promise<void> {
		const typed = credentials.map((credential) => ({ type: 'huaweiCloudApi', ...credential }));
		await this.cli('import:credentials', `--input=${this.write('credentials.json', typed)}`);
	}

	async importWorkflows(...workflows: IdentifiedWorkflow[]): Promise<void> {
		// n8n 2.0 wants them, and does not give them itself.
		const files = workflows.map((workflow) => ({ versionId: workflow.id, active: false, ...workflow }));
		await this.cli('import:workflow', `--input=${this.write('workflows.json', files)}`);
	}

	/** Runs a workflow with `n8n execute`. */
	async execute(workflowId: string): Promise<IRun> {
		const command = await this.spawn('execute', `--id=${workflowId}`, '--rawOutput');
		// It fails when the execution does, but still prints it, in the middle of its log.
		await command.end();
		const json = /^\{$.*?^\}$/ms.exec(command.stdout)?.[0];
		if (json === undefined) throw new Error(`n8n execute printed no execution:\n${command.output}`);
		return JSON.parse(json);
	}

	/** Starts the server, and waits until it can be used. Its owner, whom the first start makes, is signed in. */
	async start(): Promise<N8nApi> {
		const isNew = this.server === undefined;
		this.server = await this.ready(await this.spawn('start'));
		const api = new N8nApi(this.url);
		await api.signIn(isNew);
		return api;
	}

	/** Stops the server with SIGTERM. Returns its exit code. */
	async terminate(): Promise<number | null> {
		return (await this.server?.stop()) ?? null;
	}

	/** Starts a worker of queue mode with this concurrency, and waits until it is ready. */
	async startWorker(concurrency: number): Promise<Process> {
		return await this.ready(await this.spawn('worker', `--concurrency=${concurrency}`));
	}

	/** Waits until every execution has ended. */
	async end(): Promise<void> {
		await Promise.all(this.processes.map(async (each) => await each.end()));
	}

	/** Stops what runs, and removes the folder. */
	async remove(): Promise<void> {
		await Promise.all(this.processes.map(async (each) => await each.stop()));
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private async spawn(...args: string[]): Promise<Process> {
		const { node, script } = this.installation;
		const env = { ...this.env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
		const started = new Process(node, [script, ...args], { cwd: this.folder, env });
		this.processes.push(started);
		return started;
	}

	private async ready(started: Process): Promise<Process> {
		const isReady = () => READY.test(started.output) || started.hasEnded || undefined;
		try {
			await until('n8n is ready', isReady, START_MS);
			if (started.hasEnded) throw new Error('n8n has ended');
			return started;
		} catch (error) {
			throw new Error(`n8n did not start. It printed:\n${started.output}`, { cause: error });
		}
	}

	private write(name: string, content: unknown): string {
		const path = join(this.folder, name);
		writeFileSync(path, JSON.stringify(content));
		return path;
	}
}

/** A port of this machine that nothing listens on: the one that is wanted, or else any. */
export async function freePort(wanted = 0): Promise<number> {
	const server = createServer();
	try {
		await once(server.listen(wanted, '127.0.0.1'), 'listening');
	} catch (error) {
		if (wanted === 0) throw error;
		return await freePort();
	}
	const address = server.address();
	await once(server.close(), 'close');
	if (address === null || typeof address === 'string') throw new Error('It listened on no port');
	return address.port;
}
