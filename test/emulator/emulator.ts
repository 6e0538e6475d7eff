import { randomUUID } from 'node:crypto';
import { Server as HttpsServer } from 'node:https';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { refusal, requestIllegal, type EmulatedAnswer } from './answers';
import { Faults, happen, type Fault } from './faults';
import { createToken, listProjects } from './iam';
import { createTask, deleteTask, listTasks, modifyTask, SCHEMAS, type ListQuery } from './live';
import { ACTIONS, World, type Task, type Token } from './world';

/** A call that reached the emulator, whatever became of it. */
export interface Call {
	method: string;
	/** Path and query as they came over the wire. */
	url: string;
	headers: Record<string, unknown>;
	taskId: string | undefined;
	at: number;
}

export interface EmulatorOptions {
	/** Default `cn-north-4`. */
	region?: string;
	/** Prefix of the gateway's error codes; default `APIGW`. */
	gatewayPrefix?: 'APIGW' | 'APIG';
	/** More calls than this in a second are throttled; default: none are. */
	callsPerSecond?: number;
	/** Milliseconds that every answer takes; default 0. */
	latencyMs?: number;
	/** Key and certificate in PEM: serve HTTPS instead of HTTP. */
	tls?: { key: string; cert: string };
	/** Default: any free one. */
	port?: number;
	/** The clock that tokens expire by; default: the real one. */
	now?: () => number;
}

const TASK_PATH = '/v1/:projectId/pull/stream/task';

interface ProjectParams {
	projectId: string;
}

/**
 * Huawei Cloud on a loopback port: the gateway, the relay tasks of Live, and IAM, as their documentation says. It is
 * written from the documentation and shares no code with the client, so that the two can disagree.
 */
export class Emulator {
	readonly world: World;
	readonly faults = new Faults();
	readonly calls: Call[] = [];
	/** Connections ever opened, and the most that were open at once. */
	readonly connections = { opened: 0, open: 0, mostOpen: 0 };
	port = 0;
	private window = { second: 0, calls: 0 };

	private constructor(
		private readonly options: EmulatorOptions,
		private readonly server: FastifyInstance,
	) {
		this.world = new World(options.region ?? 'cn-north-4', options.now ?? Date.now);
	}

	/** Starts an emulator on 127.0.0.1. */
	static async start(options: EmulatorOptions = {}): Promise<Emulator> {
		const common = { exposeHeadRoutes: false, forceCloseConnections: true, keepAliveTimeout: 30_000 };
		const server: FastifyInstance = options.tls
			? fastify({ ...common, https: options.tls })
			: fastify(common);
		const emulator = new Emulator(options, server);
		emulator.build();
		await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
		const address = server.server.address();
		if (address === null || typeof address === 'string') throw new Error('The emulator has no port');
		emulator.port = address.port;
		return emulator;
	}

	/** Where to point both endpoints of a credential. */
	get url(): string {
		return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	/** The calls that named this task. */
	callsFor(taskId: string): Call[] {
		return this.calls.filter((call) => call.taskId === taskId);
	}

	private build(): void {
		const { server } = this;
		server.server.on(server.server instanceof HttpsServer ? 'secureConnection' : 'connection', (socket) => {
			this.connections.opened += 1;
			this.connections.open += 1;
			this.connections.mostOpen = Math.max(this.connections.mostOpen, this.connections.open);
			socket.on('close', () => (this.connections.open -= 1));
		});
		server.setErrorHandler(
			async (_error, request, reply) => await this.send(request, reply, requestIllegal(400)),
		);
		server.setNotFoundHandler(
			async (request, reply) =>
				await this.send(
					request,
					reply,
					this.gateway(404, '0101', 'The API does not exist or has not been published in the environment'),
				),
		);
		server.addHook('onRequest', async (request, reply) => await this.receive(request, reply));
		this.buildControl();
		this.buildIam();
		this.buildLive();
	}

	/** Every call goes through the gateway first: it is counted, may meet a mishap, be throttled or refused. */
	private async receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
		if (request.url.startsWith('/emulator/')) return undefined;
		const query: Record<string, unknown> = Object(request.query);
		const taskId = typeof query.task_id === 'string' ? query.task_id : undefined;
		const { method, url, headers } = request;
		this.calls.push({ method, url, headers, taskId, at: this.world.now() });
		if (this.options.latencyMs) await new Promise((done) => setTimeout(done, this.options.latencyMs));

		const fault = this.faults.take({ method, path: url, taskId });
		if (fault && !fault.carriedOut) return happen(fault.mishap, reply);
		if (fault) faultAfter.set(request, fault);
		if (this.isThrottled()) {
			return await this.send(
				request,
				reply,
				this.gateway(429, '0308', 'The throttling threshold has been reached'),
			);
		}
		return undefined;
	}

	private isThrottled(): boolean {
		if (this.options.callsPerSecond === undefined) return false;
		const second = Math.floor(this.world.now() / 1000);
		if (this.window.second !== second) this.window = { second, calls: 0 };
		this.window.calls += 1;
		return this.window.calls > this.options.callsPerSecond;
	}

	private gateway(status: number, suffix: string, message: string): EmulatedAnswer {
		return refusal(status, `${this.options.gatewayPrefix ?? 'APIGW'}.${suffix}`, message);
	}

	/** Every answer carries its request ID twice: in the body and in a header. */
	private async send(
		request: FastifyRequest,
		reply: FastifyReply,
		answer: EmulatedAnswer,
	): Promise<FastifyReply> {
		const fault = faultAfter.get(request);
		if (fault) return happen(fault.mishap, reply);
		const requestId = randomUUID().replaceAll('-', '');
		return await reply
			.code(answer.status)
			.headers({ 'X-Request-Id': requestId, ...answer.headers })
			.send({ ...Object(answer.body), request_id: requestId });
	}

	private buildLive(): void {
		const { server, world } = this;
		const guard = (action: string | undefined) => async (request: FastifyRequest, reply: FastifyReply) => {
			const refused = this.refusalOf(request, action);
			return refused && (await this.send(request, reply, refused));
		};
		server.delete<{ Params: ProjectParams; Querystring: { task_id: string; region?: string } }>(
			TASK_PATH,
			{ onRequest: guard(ACTIONS.delete), schema: { querystring: SCHEMAS.DELETE } },
			async (request, reply) =>
				await this.send(request, reply, deleteTask(world, request.params.projectId, request.query)),
		);
		server.get<{ Params: ProjectParams; Querystring: ListQuery }>(
			TASK_PATH,
			{ onRequest: guard(ACTIONS.list), schema: { querystring: SCHEMAS.GET } },
			async (request, reply) =>
				await this.send(request, reply, listTasks(world, request.params.projectId, request.query)),
		);
		server.post<{ Params: ProjectParams; Body: Parameters<typeof createTask>[2] }>(
			TASK_PATH,
			{ onRequest: guard(ACTIONS.create), schema: { body: SCHEMAS.POST } },
			async (request, reply) =>
				await this.send(request, reply, createTask(world, request.params.projectId, request.body)),
		);
		server.put<{ Params: ProjectParams; Body: Parameters<typeof modifyTask>[2] }>(
			TASK_PATH,
			{ onRequest: guard(undefined), schema: { body: SCHEMAS.PUT } },
			async (request, reply) =>
				await this.send(request, reply, modifyTask(world, request.params.projectId, request.body)),
		);
	}

	private buildIam(): void {
		const { server, world } = this;
		server.post<{ Body: Parameters<typeof createToken>[1] }>(
			'/v3/auth/tokens',
			async (request, reply) => await this.send(request, reply, createToken(world, request.body)),
		);
		server.get('/v3/auth/projects', async (request, reply) => {
			const token = this.tokenOf(request);
			const isValid = token !== undefined && token.expiresAt > world.now();
			return await this.send(request, reply, listProjects(isValid ? token : undefined));
		});
	}

	/** For those who run the emulator by itself: what there is, what came, and what shall go wrong. */
	private buildControl(): void {
		const { server, world } = this;
		server.get('/emulator/calls', async () => this.calls.map(({ headers: _secret, ...call }) => call));
		server.get('/emulator/tasks', async () =>
			Object.fromEntries([...world.tasks].map(([projectId, tasks]) => [projectId, [...tasks.values()]])),
		);
		server.post<{ Params: ProjectParams; Body: Partial<Task> }>(
			'/emulator/tasks/:projectId',
			async (request) => world.addTask(request.params.projectId, request.body),
		);
		server.post<{ Body: Fault }>('/emulator/faults', async (request) => {
			this.faults.add(request.body);
			return { added: request.body };
		});
		server.delete('/emulator/faults', async () => {
			this.faults.clear();
			return { cleared: true };
		});
	}

	private tokenOf(request: FastifyRequest): Token | undefined {
		return this.world.tokens.get(String(request.headers['x-auth-token']));
	}

	/** Authentication by the gateway, then authorisation by Live. */
	private refusalOf(request: FastifyRequest, action: string | undefined): EmulatedAnswer | undefined {
		const token = this.tokenOf(request);
		if (!token)
			return this.gateway(401, '0301', 'Incorrect IAM authentication information: decrypt token fail');
		if (token.expiresAt <= this.world.now()) return this.gateway(401, '0307', 'The token must be updated.');
		const { projectId }: { projectId?: string } = Object(request.params);
		if (token.projectId !== projectId) {
			return refusal(401, 'LIVE.100011015', 'The project id does not match');
		}
		if (action !== undefined && !token.user.actions.has(action)) {
			return refusal(401, 'LIVE.100011003', `No permission: ${action}`);
		}
		return undefined;
	}
}

/** Faults of calls that are carried out before their answer is lost. */
const faultAfter = new WeakMap<FastifyRequest, Fault>();
