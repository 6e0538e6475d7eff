import { randomUUID } from 'node:crypto';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import {
	ok,
	rejection,
	requestIllegal,
	UNSUPPORTED_MEDIA_TYPE,
	type EmulatedAnswer,
	type Method,
	type Operation,
} from './answers';
import { parseJson } from '../program';
import { Faults, happen, type Fault } from './faults';
import { createToken, listProjects } from './iam';
import { LIST_SETTINGS_SCHEMA, type ListSettings } from './lists';
import { TASK_OPERATIONS, type DeleteSettings } from './live';
import { isSignedWith, parseAuthorization, parseSdkDate } from './signature';
import { STREAM_OPERATIONS, type StreamSettings } from './streams';
import { World, type Token } from './world';

/** A call that reached the emulator, whatever the outcome. */
export interface Call {
	method: string;
	/** Path and query as they came over the wire. */
	url: string;
	headers: Record<string, unknown>;
	/** The body as it came, once it has come. */
	body: string;
	taskId: string | undefined;
	at: number;
	/** The body in bytes, over which signatures are computed. */
	bytes: Buffer;
	/** Happens after the call has been carried out. */
	fault?: Fault | undefined;
}

export interface EmulatorOptions {
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

/** Huawei Cloud on loopback: the gateway, Live and IAM, written from their documentation; shares no code with the client. */
export class Emulator {
	readonly world: World;
	readonly faults: Faults;
	readonly calls: Call[] = [];
	lists: ListSettings = {};
	streams: StreamSettings = {};
	readonly deletes: DeleteSettings = { statusOfUnknown: 404, withoutRegion: 'home' };
	/** Called when a call arrives, before it is handled: tasks may appear and disappear between two pages. */
	onCall: (call: Call) => void = () => undefined;
	/** Connections ever opened, and the max open at once. */
	readonly connections = { opened: 0, open: 0, mostOpen: 0 };
	/** Where to point both endpoints of a credential. */
	url = '';
	private window = { second: 0, calls: 0 };

	private constructor(
		private readonly options: EmulatorOptions,
		private readonly server: FastifyInstance,
	) {
		const now = options.now ?? Date.now;
		this.world = new World(now);
		this.faults = new Faults(now);
	}

	/** Starts an emulator on 127.0.0.1. */
	static async start(options: EmulatorOptions = {}): Promise<Emulator> {
		const common = {
			exposeHeadRoutes: false,
			forceCloseConnections: true,
			keepAliveTimeout: 30_000,
			// By default, fastify drops unknown fields where a schema forbids them.
			ajv: { customOptions: { removeAdditional: false } } as const,
			// HTTP servers accept the form that proxies get: "GET http://host/path".
			rewriteUrl: ({ url = '/' }) => url.replace(/^http:\/\/[^/]+/, ''),
		};
		const server: FastifyInstance = options.tls
			? fastify({ ...common, https: options.tls })
			: fastify(common);
		const emulator = new Emulator(options, server);
		emulator.build();
		emulator.url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
		return emulator;
	}

	get port(): number {
		return Number(new URL(this.url).port);
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private build(): void {
		const { server } = this;
		server.server.on(this.options.tls ? 'secureConnection' : 'connection', (socket) => {
			this.connections.opened += 1;
			this.connections.open += 1;
			this.connections.mostOpen = Math.max(this.connections.mostOpen, this.connections.open);
			socket.on('close', () => (this.connections.open -= 1));
		});
		server.setErrorHandler(async (error, request, reply) => {
			// A media type that can't be read at all is found before there is a body to authenticate the call with.
			const isOfMediaType = Object(error).code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
			return await this.send(request, reply, isOfMediaType ? UNSUPPORTED_MEDIA_TYPE : requestIllegal(400));
		});
		server.setNotFoundHandler(async (request, reply) => await this.send(request, reply, NO_SUCH_API));
		// Bodies are kept as they came, since signatures are computed over them. Clients may send one with GET as well.
		server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
		server.removeAllContentTypeParsers();
		server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
			const bytes = Buffer.from(body);
			const text = bytes.toString();
			Object.assign(callOf.get(request) ?? {}, { bytes, body: text });
			done(null, parseJson(text));
		});
		server.addHook('onRequest', async (request, reply) => await this.receive(request, reply));
		for (const each of [...TASK_OPERATIONS, ...STREAM_OPERATIONS]) this.serve(each);
		this.buildIam();
		this.buildControl();
	}

	/** Every call goes through the gateway first: it is counted, and may hit a fault, be throttled or be rejected. */
	private async receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
		if (request.url.startsWith('/emulator/')) return undefined;
		const query: Record<string, unknown> = Object(request.query);
		const taskId = typeof query.task_id === 'string' ? query.task_id : undefined;
		const { method, url, headers } = request;
		const none = Buffer.alloc(0);
		const call: Call = { method, url, headers, body: '', bytes: none, taskId, at: this.world.now() };
		this.calls.push(call);
		callOf.set(request, call);
		this.onCall(call);
		if (this.options.latencyMs) await new Promise((done) => setTimeout(done, this.options.latencyMs));

		const token = headers['x-auth-token'];
		const hasUnknownToken = token !== undefined && !this.world.tokens.has(String(token));
		call.fault = this.faults.take(call, hasUnknownToken);
		if (call.fault && !call.fault.carriedOut) return happen(call.fault.mishap, reply);
		return this.isThrottled() ? await this.send(request, reply, THROTTLED) : undefined;
	}

	private isThrottled(): boolean {
		if (this.options.callsPerSecond === undefined) return false;
		const second = Math.floor(this.world.now() / 1000);
		if (this.window.second !== second) this.window = { second, calls: 0 };
		this.window.calls += 1;
		return this.window.calls > this.options.callsPerSecond;
	}

	/** Every answer carries its request ID twice: in the body and in a header. */
	private async send(
		request: FastifyRequest,
		reply: FastifyReply,
		answer: EmulatedAnswer,
	): Promise<FastifyReply> {
		const fault = callOf.get(request)?.fault;
		if (fault) return happen(fault.mishap, reply);
		const requestId = randomUUID().replaceAll('-', '');
		const json = JSON.stringify({ ...Object(answer.body), request_id: requestId });
		const date = new Date(this.world.now()).toUTCString();
		reply.code(answer.status).headers({ 'X-Request-Id': requestId, Date: date, ...answer.headers });
		if (answer.status === 204) return await reply.send();
		return await reply.type('application/json; charset=utf-8').send(answer.edit?.(json) ?? json);
	}

	private serve({ method, path, action, schema, answer }: Operation): void {
		const hasBody = method === 'POST' || method === 'PUT';
		this.server.route<{ Params: { projectId: string } }>({
			method,
			url: `/v1/:projectId/${path}`,
			preValidation: async (request, reply) => {
				const refused = this.refusalOf(request, action);
				return refused && (await this.send(request, reply, refused));
			},
			schema: hasBody ? { body: schema } : { querystring: schema },
			handler: async (request, reply) => {
				const input = hasBody ? request.body : request.query;
				return await this.send(request, reply, answer(this, request.params.projectId, input));
			},
		});
	}

	private buildIam(): void {
		const { server, world } = this;
		server.post(
			'/v3/auth/tokens',
			async (request, reply) => await this.send(request, reply, createToken(world, request.body)),
		);
		// Open: whether IAM accepts a signed request with X-Project-Id. Here it does.
		server.get('/v3/auth/projects', async (request, reply) => {
			const caller = this.authenticate(request);
			return await this.send(request, reply, listProjects('user' in caller ? caller.user : undefined));
		});
		// An unknown service of Huawei Cloud behind the same gateway: it echoes the request.
		server.all('/echo/*', async (request, reply) => {
			const caller = this.authenticate(request);
			const body = callOf.get(request)?.body;
			const isKnown = 'user' in caller;
			return await this.send(request, reply, isKnown ? ok({ user: caller.user.userName, body }) : caller);
		});
	}

	/** For running the emulator by itself: its state, the requests it received, and the faults to cause. */
	private buildControl(): void {
		const { world, faults } = this;
		const push = (project: string, { domain, app, stream }: Record<string, string>) =>
			world.pushStream(project, String(domain), String(app), String(stream));
		type Answer = (project: string, body: unknown) => unknown;
		const control: Array<[method: Method, path: string, answer: Answer, schema?: object]> = [
			['GET', 'calls', () => this.calls.map(({ headers: _secret, bytes: _body, ...call }) => call)],
			['POST', 'tasks/:project', (project, task) => world.addTask(project, Object(task))],
			['POST', 'streams/:project', (project, names) => ({ online: push(project, Object(names)) })],
			['POST', 'faults', (_project, fault) => ({ added: faults.add(Object(fault)) })],
			['PUT', 'lists', (_project, lists) => (this.lists = Object(lists)), LIST_SETTINGS_SCHEMA],
		];
		for (const [method, path, answer, schema] of control) {
			this.server.route<{ Params: { project: string } }>({
				method,
				url: `/emulator/${path}`,
				schema: schema ? { body: schema } : {},
				handler: async ({ params, body }) => answer(params.project, body),
			});
		}
	}

	/** The gateway's first step: find out who calls, by token or by signature. */
	private authenticate(request: FastifyRequest): Caller | EmulatedAnswer {
		const { authorization, 'x-auth-token': value } = request.headers;
		if (authorization !== undefined) return this.authenticateBySignature(request, authorization);
		const token = this.world.tokens.get(String(value));
		if (!token) return incorrect('decrypt token fail');
		if (token.expiresAt <= this.world.now())
			return rejection(401, 'APIGW.0307', 'The token must be updated.');
		return token;
	}

	/** More than 5 signatures that fail in a row lock a key for 5 minutes; clocks may be 15 minutes apart. */
	private authenticateBySignature(request: FastifyRequest, header: string): Caller | EmulatedAnswer {
		const now = this.world.now();
		const authorization = parseAuthorization(header);
		const key = authorization && this.world.accessKeys.get(authorization.accessKeyId);
		if (!authorization || !key) return incorrect('verify aksk signature fail, access key not found');
		if (now < key.lockedUntil) return incorrect('the access key is locked');
		const { method, url, headers } = request;
		const body = callOf.get(request)?.bytes ?? Buffer.alloc(0);
		const skew = Math.abs(parseSdkDate(headers['x-sdk-date']) - now);
		const isGood =
			skew <= 15 * 60_000 &&
			headers['x-security-token'] === key.securityToken &&
			now < (key.expiresAt ?? Infinity) &&
			isSignedWith(key.secret, { method, url, headers, body }, authorization);
		if (!isGood) {
			key.failures += 1;
			if (key.failures > 5) key.lockedUntil = now + 5 * 60_000;
			return incorrect('verify aksk signature fail');
		}
		key.failures = 0;
		return { user: key.user, projectId: String(headers['x-project-id']) };
	}

	/** Authentication by the gateway, then authorization by Live. Open: whether Live looks at the media type before. */
	private refusalOf(request: FastifyRequest, action: string | undefined): EmulatedAnswer | undefined {
		const caller = this.authenticate(request);
		if (!('user' in caller)) return caller;
		const mediaType = request.headers['content-type'] ?? '';
		if (!/^application\/json\s*(;|$)/i.test(mediaType)) return UNSUPPORTED_MEDIA_TYPE;
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

/** The gateway's response to a wrong host, path or region. */
export const NO_SUCH_API = rejection(
	404,
	'APIGW.0101',
	'The API does not exist or has not been published in the environment',
);
const THROTTLED = rejection(429, 'APIGW.0308', 'The throttling threshold has been reached');
const incorrect = (what: string) =>
	rejection(401, 'APIGW.0301', `Incorrect IAM authentication information: ${what}`);

/** The caller, and the project of the call. */
type Caller = Pick<Token, 'user' | 'projectId'>;

const callOf = new WeakMap<FastifyRequest, Call>();
