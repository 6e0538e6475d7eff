import { randomUUID } from 'node:crypto';
import { Server as HttpsServer } from 'node:https';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { ok, rejection, requestIllegal, unsupportedMediaType, type EmulatedAnswer } from './answers';
import { Faults, happen, type Fault, type Mishap } from './faults';
import { createToken, iamError, listProjects } from './iam';
import { LIST_SETTINGS_SCHEMA, type ListSettings } from './lists';
import {
	createTask,
	deleteTask,
	listTasks,
	modifyTask,
	SCHEMAS,
	type DeleteQuery,
	type DeleteSettings,
	type ListQuery,
	type NewTask,
	type TaskChanges,
} from './live';
import { isSignedWith, parseAuthorization, parseSdkDate } from './signature';
import {
	disconnect,
	forbid,
	listForbidden,
	listOnline,
	resume,
	showDomain,
	STREAM_SCHEMAS,
	updateForbidden,
	type Names,
	type NewBan,
	type StreamSettings,
} from './streams';
import { ACTIONS, World, type Task, type User } from './world';

/** A call that reached the emulator, whatever became of it. */
export interface Call {
	method: string;
	/** Path and query as they came over the wire. */
	url: string;
	headers: Record<string, unknown>;
	/** The body as it came, once it has come. */
	body: string;
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
 * Huawei Cloud on a loopback port: the gateway, the relay tasks and streams of Live, and IAM, as their documentation says. It is
 * written from the documentation and shares no code with the client, so that the two can disagree.
 */
export class Emulator {
	readonly world: World;
	readonly faults: Faults;
	readonly calls: Call[] = [];
	/** How lists stray from their documentation; by default they do not. */
	lists: ListSettings = {};
	/** Answers where the documentation of streams is silent. */
	streams: StreamSettings = {};
	/** How DELETE behaves where the documentation is silent, or its siblings differ. */
	readonly deletes: DeleteSettings = { statusOfUnknown: 404, withoutRegion: 'home' };
	/** Called when a call has arrived, before anything is done about it: tasks may come and go between two pages. */
	onCall: (call: Call) => void = () => undefined;
	/** Connections ever opened, and the most that were open at once. */
	readonly connections = { opened: 0, open: 0, mostOpen: 0 };
	port = 0;
	private window = { second: 0, calls: 0 };

	private constructor(
		private readonly options: EmulatorOptions,
		private readonly server: FastifyInstance,
	) {
		const now = options.now ?? Date.now;
		this.world = new World(options.region ?? 'cn-north-4', now);
		this.faults = new Faults(now);
	}

	/** Starts an emulator on 127.0.0.1. */
	static async start(options: EmulatorOptions = {}): Promise<Emulator> {
		const common = {
			exposeHeadRoutes: false,
			forceCloseConnections: true,
			keepAliveTimeout: 30_000,
			// HTTP servers accept the form that proxies get: "GET http://host/path".
			rewriteUrl: ({ url = '/' }) => url.replace(/^http:\/\/[^/]+/, ''),
		};
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

	/** For so long from now, every call to IAM meets this mishap; default: it is answered 503. */
	iamIsAway(forMs: number, mishap: Mishap = IAM_UNAVAILABLE): void {
		this.faults.add({ path: '/v3/', until: this.world.now() + forMs, mishap });
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
			async (error, request, reply) =>
				await this.send(request, reply, isOfMediaType(error) ? unsupportedMediaType() : requestIllegal(400)),
		);
		server.setNotFoundHandler(
			async (request, reply) =>
				await this.send(
					request,
					reply,
					this.gateway(404, '0101', 'The API does not exist or has not been published in the environment'),
				),
		);
		// Bodies are kept as they came, since signatures are computed over them. Clients may send one with GET as well.
		server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
		server.removeAllContentTypeParsers();
		server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
			const raw = Buffer.from(body);
			rawBodyOf.set(request, raw);
			const call = callOf.get(request);
			if (call) call.body = raw.toString();
			done(null, parseJson(raw));
		});
		server.addHook('onRequest', async (request, reply) => await this.receive(request, reply));
		this.buildControl();
		this.buildIam();
		this.buildLive();
		this.buildStreams();
	}

	/** Every call goes through the gateway first: it is counted, may meet a mishap, be throttled or refused. */
	private async receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
		if (request.url.startsWith('/emulator/')) return undefined;
		const query: Record<string, unknown> = Object(request.query);
		const taskId = typeof query.task_id === 'string' ? query.task_id : undefined;
		const { method, url, headers } = request;
		const call: Call = { method, url, headers, body: '', taskId, at: this.world.now() };
		this.calls.push(call);
		callOf.set(request, call);
		this.onCall(call);
		if (this.options.latencyMs) await new Promise((done) => setTimeout(done, this.options.latencyMs));

		const token = headers['x-auth-token'];
		const hasUnknownToken = token !== undefined && !this.world.tokens.has(String(token));
		const fault = this.faults.take({ method, path: url, taskId, hasUnknownToken });
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
		return rejection(status, `${this.options.gatewayPrefix ?? 'APIGW'}.${suffix}`, message);
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
		const json = JSON.stringify({ ...Object(answer.body), request_id: requestId });
		reply.code(answer.status).headers({
			'X-Request-Id': requestId,
			Date: new Date(this.world.now()).toUTCString(),
			...answer.headers,
		});
		if (answer.status === 204) return await reply.send();
		return await reply.type('application/json; charset=utf-8').send(answer.edit?.(json) ?? json);
	}

	private buildLive(): void {
		const { world } = this;
		this.serve('DELETE', TASK_PATH, ACTIONS.delete, SCHEMAS.DELETE, (id, query: DeleteQuery) =>
			deleteTask(world, id, query, this.deletes),
		);
		this.serve('GET', TASK_PATH, ACTIONS.list, SCHEMAS.GET, (id, query: ListQuery) =>
			listTasks(world, id, query, this.lists),
		);
		this.serve('POST', TASK_PATH, ACTIONS.create, SCHEMAS.POST, (id, body: NewTask) =>
			createTask(world, id, body),
		);
		this.serve('PUT', TASK_PATH, undefined, SCHEMAS.PUT, (id, body: TaskChanges) =>
			modifyTask(world, id, body),
		);
	}

	private buildStreams(): void {
		const { world } = this;
		const bans = '/v1/:projectId/stream/blocks';
		this.serve(
			'GET',
			'/v1/:projectId/realtime/streams',
			ACTIONS.listOnline,
			STREAM_SCHEMAS.online,
			(id, query: Parameters<typeof listOnline>[2]) => listOnline(world, id, query, this.streams, this.lists),
		);
		this.serve(
			'POST',
			'/v1/:projectId/stream/block-once',
			ACTIONS.disconnect,
			STREAM_SCHEMAS.disconnect,
			(id, body: Names) => disconnect(world, id, body, this.streams),
		);
		this.serve('POST', bans, ACTIONS.forbid, STREAM_SCHEMAS.forbid, (id, body: NewBan) =>
			forbid(world, id, body, this.streams),
		);
		this.serve('PUT', bans, ACTIONS.updateForbidden, STREAM_SCHEMAS.forbid, (id, body: NewBan) =>
			updateForbidden(world, id, body, this.streams),
		);
		this.serve('DELETE', bans, ACTIONS.resume, STREAM_SCHEMAS.resume, (id, query: NewBan) =>
			resume(world, id, query, this.streams),
		);
		this.serve(
			'GET',
			bans,
			ACTIONS.listForbidden,
			STREAM_SCHEMAS.forbidden,
			(id, query: Parameters<typeof listForbidden>[2]) =>
				listForbidden(world, id, query, this.streams, this.lists),
		);
		this.serve(
			'GET',
			'/v1/:projectId/domain',
			ACTIONS.showDomain,
			STREAM_SCHEMAS.domains,
			(id, query: { domain?: string }) => showDomain(world, id, query),
		);
	}

	/**
	 * An API of Live, behind authentication and authorization.
	 * @param action the IAM action it takes; undefined: none
	 * @param schema of its query for GET and DELETE, else of its body
	 */
	private serve<Input>(
		method: 'GET' | 'POST' | 'PUT' | 'DELETE',
		url: string,
		action: string | undefined,
		schema: object,
		answer: (projectId: string, input: Input) => EmulatedAnswer,
	): void {
		const hasBody = method === 'POST' || method === 'PUT';
		this.server.route<{ Params: ProjectParams }>({
			method,
			url,
			preValidation: async (request, reply) => {
				const refused = this.refusalOf(request, action);
				return refused && (await this.send(request, reply, refused));
			},
			schema: hasBody ? { body: schema } : { querystring: schema },
			handler: async (request, reply) => {
				const input: Input = Object(hasBody ? request.body : request.query);
				return await this.send(request, reply, answer(request.params.projectId, input));
			},
		});
	}

	private buildIam(): void {
		const { server, world } = this;
		server.post<{ Body: Parameters<typeof createToken>[1] }>(
			'/v3/auth/tokens',
			async (request, reply) => await this.send(request, reply, createToken(world, request.body)),
		);
		// Open: whether IAM minds a signed request that names a project in X-Project-Id. Here it does not.
		server.get('/v3/auth/projects', async (request, reply) => {
			const caller = this.authenticate(request);
			return await this.send(request, reply, listProjects('user' in caller ? caller.user : undefined));
		});
		// A service of Huawei Cloud that the emulator does not know, behind the same gateway: it says what came.
		server.all('/echo/*', async (request, reply) => {
			const caller = this.authenticate(request);
			if ('rejection' in caller) return await this.send(request, reply, caller.rejection);
			return await this.send(
				request,
				reply,
				ok({ user: caller.user.userName, body: callOf.get(request)?.body }),
			);
		});
	}

	/** For running the emulator by itself: its state, the requests it received, and the faults to cause. */
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
		server.get<{ Params: ProjectParams }>('/emulator/streams/:projectId', async (request) =>
			world.streamsOf(request.params.projectId),
		);
		server.post<{ Params: ProjectParams; Body: { domain: string; app: string; stream: string } }>(
			'/emulator/streams/:projectId',
			async ({ params, body }) => ({
				online: world.pushStream(params.projectId, body.domain, body.app, body.stream),
			}),
		);
		server.post<{ Body: Fault }>('/emulator/faults', async (request) => {
			this.faults.add(request.body);
			return { added: request.body };
		});
		server.get('/emulator/lists', async () => this.lists);
		server.put<{ Body: ListSettings }>(
			'/emulator/lists',
			{ schema: { body: LIST_SETTINGS_SCHEMA } },
			async (request) => (this.lists = request.body),
		);
		server.delete('/emulator/faults', async () => {
			this.faults.clear();
			return { cleared: true };
		});
	}

	/** The gateway's first step: find out who calls, by token or by signature. */
	private authenticate(request: FastifyRequest): Caller | { rejection: EmulatedAnswer } {
		return request.headers.authorization === undefined
			? this.authenticateByToken(request)
			: this.authenticateBySignature(request, request.headers.authorization);
	}

	private authenticateByToken(request: FastifyRequest): Caller | { rejection: EmulatedAnswer } {
		const token = this.world.tokens.get(String(request.headers['x-auth-token']));
		if (!token) return this.incorrect('decrypt token fail');
		if (token.expiresAt <= this.world.now()) {
			return { rejection: this.gateway(401, '0307', 'The token must be updated.') };
		}
		return { user: token.user, projectId: token.projectId };
	}

	/** More than 5 signatures that fail in a row lock a key for 5 minutes; clocks may be 15 minutes apart. */
	private authenticateBySignature(
		request: FastifyRequest,
		header: string,
	): Caller | { rejection: EmulatedAnswer } {
		const now = this.world.now();
		const authorization = parseAuthorization(header);
		const key = authorization && this.world.accessKeys.get(authorization.accessKeyId);
		if (!authorization || !key) return this.incorrect('verify aksk signature fail, access key not found');
		if (now < key.lockedUntil) return this.incorrect('the access key is locked');
		const { method, url, headers } = request;
		const body = rawBodyOf.get(request) ?? Buffer.alloc(0);
		const skew = Math.abs(parseSdkDate(headers['x-sdk-date']) - now);
		const isGood =
			skew <= 15 * 60_000 &&
			headers['x-security-token'] === key.securityToken &&
			now < (key.expiresAt ?? Infinity) &&
			isSignedWith(key.secret, { method, url, headers, body }, authorization);
		if (!isGood) {
			key.failures += 1;
			if (key.failures > 5) key.lockedUntil = now + 5 * 60_000;
			return this.incorrect('verify aksk signature fail');
		}
		key.failures = 0;
		return { user: key.user, projectId: String(headers['x-project-id']) };
	}

	private incorrect(what: string): { rejection: EmulatedAnswer } {
		return { rejection: this.gateway(401, '0301', `Incorrect IAM authentication information: ${what}`) };
	}

	/** Authentication by the gateway, then authorization by Live. Open: whether Live looks at the media type before. */
	private refusalOf(request: FastifyRequest, action: string | undefined): EmulatedAnswer | undefined {
		const caller = this.authenticate(request);
		if ('rejection' in caller) return caller.rejection;
		const mediaType = request.headers['content-type'] ?? '';
		if (!/^application\/json\s*(;|$)/i.test(mediaType)) return unsupportedMediaType();
		const { projectId }: { projectId?: string } = Object(request.params);
		const isOwn = caller.user.projects.some(({ id }) => id === projectId);
		if (caller.projectId !== projectId || !isOwn) {
			return rejection(401, 'LIVE.100011015', 'The project id does not match');
		}
		if (action !== undefined && !caller.user.actions.has(action)) {
			return rejection(401, 'LIVE.100011003', `No permission: ${action}`);
		}
		return undefined;
	}
}

/** The caller, and the project of the call. */
interface Caller {
	user: User;
	projectId: string;
}

const callOf = new WeakMap<FastifyRequest, Call>();
const rawBodyOf = new WeakMap<FastifyRequest, Buffer>();

function parseJson(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString());
	} catch {
		return undefined;
	}
}

/** A media type that can't be read at all is found before there is a body to authenticate the call with. */
function isOfMediaType(error: unknown): boolean {
	const { code }: { code?: unknown } = Object(error);
	return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
}

const IAM_UNAVAILABLE: Mishap = {
	kind: 'answer',
	...iamError(503, 'Service Unavailable', 'The service is unavailable.'),
};

/** Faults of calls that are carried out before their answer is lost. */
const faultAfter = new WeakMap<FastifyRequest, Fault>();
