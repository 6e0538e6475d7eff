import { createAuthenticator } from '../../huawei-cloud/identity/authentication';
import { CredentialState, redactorOf } from '../../huawei-cloud/identity/credentialState';
import { cancellationOf, type Cancellation } from '../../huawei-cloud/http/abort';
import {
	encodeRfc3986,
	TransportError,
	type HttpMethod,
	type HttpRequest,
	type Transport,
} from '../../huawei-cloud/http/http';
import type { ConformanceOptions } from './conformance';
import { guarded, TASKS } from './guard';
import { Masking, Transcript } from './masking';
import type { OwnTasks } from './ownTasks';
import { isThrottled, parseObject, unanswered, type Seen } from './response';

/** A request, as the documentation describes requests. */
export interface Request {
	method: HttpMethod;
	/** The path after the project ID; if it begins with a slash, the whole path. */
	path: string;
	/** Sent as it is: an empty value is a value. */
	query?: Readonly<Record<string, string | number>>;
	body?: object;
	/** Default: `application/json`. Null: none. */
	contentType?: string | null;
	/** Default: the credential. A wrong token does no harm; a wrong signature would count towards a lock of the key. */
	authentication?: 'credential' | 'none' | 'wrongToken';
	/** Default: the credential's. */
	projectId?: string;
	/** Default: that of the Live endpoint. */
	origin?: string;
}

/** Sends a request and returns any response. */
export type Send = (request: Request) => Promise<Seen>;

export type Query = NonNullable<Request['query']>;
export const get = (path: string, query: Query = {}): Request => ({ method: 'GET', path, query });
/** A page of relay tasks. */
export const list = (query: Query): Request => get(TASKS, query);
/** An update of a relay task. */
export const put = (body: object): Request => ({ method: 'PUT', path: TASKS, body });
/** The deletion of a relay task. */
export const remove = (query: Query): Request => ({ method: 'DELETE', path: TASKS, query });

const TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
/** Waits after throttled responses. */
const PAUSES_MS = [2000, 5000, 15_000];

/** Sends requests past the guard, and records the responses. */
export class Caller {
	readonly masking: Masking;
	readonly transcript: Transcript;
	private readonly authenticator;
	private readonly transport: Transport;

	constructor(
		private readonly options: ConformanceOptions,
		tasks: OwnTasks,
	) {
		const { credential, transport, clock, domain, forbid } = options;
		const state = new CredentialState();
		this.authenticator = createAuthenticator(credential, { transport, clock }, state);
		const names = { domain, 'domain of the stream': forbid?.domain, stream: forbid?.stream_name };
		this.masking = new Masking(credential, redactorOf(credential, state), tasks.marker, names);
		this.transcript = new Transcript(this.masking);
		const own = options.tasks === 'none' ? undefined : tasks;
		const { projectId } = credential;
		this.transport = guarded(transport, { projectId, own, stream: forbid });
	}

	/**
	 * Sends a request, and repeats it only if it was throttled, so not carried out. The signal gives up at once.
	 * @throws the signal's reason; Error when there is no token to be had; GuardError
	 */
	async send(request: Request, signal: AbortSignal): Promise<Seen> {
		for (const pause of PAUSES_MS) {
			const seen = await this.sendOnce(request, signal);
			if (!isThrottled(seen)) return seen;
			await this.options.clock.sleep(pause, signal);
		}
		return await this.sendOnce(request, signal);
	}

	private async sendOnce(request: Request, signal: AbortSignal): Promise<Seen> {
		signal.throwIfAborted();
		const until = cancellationOf(AbortSignal.any([signal, this.options.clock.deadline(TIMEOUT_MS)]));
		const http = await this.build(request, until);
		const seen = await this.transport.send(http, until).then(
			({ status, headers, body }): Seen => ({ status, headers, text: body, json: parseObject(body) }),
			(error: unknown) => {
				if (!(error instanceof TransportError)) throw error;
				return unanswered(error.code === 'cancelled' ? 'timeout' : error.code);
			},
		);
		this.transcript.add(http, seen);
		if (seen.noResponse !== undefined) signal.throwIfAborted();
		return seen;
	}

	private async build(request: Request, until: Cancellation): Promise<HttpRequest> {
		const { credential } = this.options;
		const { method, authentication = 'credential', contentType = 'application/json' } = request;
		const origin = request.origin ?? credential.liveEndpoint;
		const base = request.path.startsWith('/') ? '' : `/v1/${request.projectId ?? credential.projectId}/`;
		const query = Object.entries(request.query ?? {})
			.map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`)
			.join('&');
		const path = `${base}${request.path}${query && `?${query}`}`;
		const body = request.body && JSON.stringify(request.body);
		const headers: Record<string, string> = contentType === null ? {} : { 'Content-Type': contentType };
		if (authentication === 'wrongToken') headers['X-Auth-Token'] = 'not-a-token';
		if (authentication === 'credential') {
			const part = { service: 'live', method, origin, path, payload: body ?? '' } as const;
			const fetched = await this.authenticator.obtainToken?.(until);
			if (fetched?.classification.kind === 'error') throw new Error(fetched.classification.message);
			Object.assign(headers, this.authenticator.headersFor(part));
		}
		return {
			...{ method, origin, path, headers, maxResponseBytes: MAX_RESPONSE_BYTES },
			...(body !== undefined && { body }),
			// A write on a connection that the server is about to close would be lost for no reason.
			onNewConnection: method !== 'GET',
		};
	}
}
