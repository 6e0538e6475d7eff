import type { ApiRequest, CallSettings } from '../call/apiCall';
import type { Client } from '../policies/client';
import type { Problem } from '../call/classification';
import { summaryOf, type Failure, type Outcome } from '../call/outcome';
import type { ApiResponse, JsonObject } from '../http/response';
import type { Credential } from '../identity/credential';
import { numberedWindowAt, readList, type ListOutcome, type Window } from './list';
import { doneIfNotFound, liveCall, withDoubt, withNotFoundHint, type CallKind, type Query } from './liveCall';
import { nameOf, readPage, type PageFormat, type PageOutcome } from './page';
import {
	DISCONNECT_HINT,
	FORBID_HINT,
	IS_FORBIDDEN,
	LIST_HINT,
	MAY_BE_DISCONNECTED,
	MAY_BE_FORBIDDEN,
	MAY_BE_RESUMED,
	NO_BAN,
	NO_DOMAIN,
	NO_STREAM,
	RESUME_HINT,
} from './streamHints';

/** The identity of a stream: its ingest domain, its app, and its own name. */
export interface StreamRef {
	domain: string;
	app_name: string;
	stream_name: string;
}

/** Which streams of a domain to list. What is undefined does not matter. */
export interface StreamFilter {
	domain: string;
	app_name: string | undefined;
	stream_name: string | undefined;
	/** Applied to what the API returns; undefined: all streams match. */
	matches?: ((stream: Stream) => boolean) | undefined;
}

/** A stream as the API lists it, with its names as they are needed to forbid it: all other fields are optional. */
export type Stream = JsonObject & StreamRef;

/** The code for a stream that is forbidden already. */
const EXISTS_ALREADY = 'LIVE.103011018';

const BANS = 'stream/blocks';

/** The API calls, with the IAM action that each requires, and whether it is idempotent. */
export const STREAM_CALLS = {
	listOnline: {
		method: 'GET',
		path: 'realtime/streams',
		permission: 'live:stream:listLiveStreamsOnline',
		idempotent: true,
	},
	// The encoder may be back at once, so sent again it would interrupt a stream that nobody asked to interrupt twice.
	disconnect: {
		method: 'POST',
		path: 'stream/block-once',
		permission: 'live:stream:createStreamForbiddenOnce',
		idempotent: false,
	},
	// It is not clear whether the service takes the same again; but what it then answers is understood.
	forbid: { method: 'POST', path: BANS, permission: 'live:stream:createStreamForbidden', idempotent: true },
	changeResumeTime: {
		method: 'PUT',
		path: BANS,
		permission: 'live:stream:updateStreamForbidden',
		idempotent: true,
	},
	resume: { method: 'DELETE', path: BANS, permission: 'live:stream:deleteStreamForbidden', idempotent: true },
	listForbidden: {
		method: 'GET',
		path: BANS,
		permission: 'live:stream:listStreamForbidden',
		idempotent: true,
	},
} as const satisfies Record<string, CallKind & { path: string }>;

/**
 * The streams that are pushed to the ingest domains of one project: which are online, and which may not be.
 * Source: API reference of Huawei Cloud Live, ListLiveStreamsOnline, CreateStreamForbiddenOnce, CreateStreamForbidden,
 * UpdateStreamForbidden, DeleteStreamForbidden and ListStreamForbidden.
 */
export class Streams {
	constructor(
		private readonly client: Client,
		private readonly credential: Credential,
	) {}

	/**
	 * Lists the streams of a domain that are online.
	 * @param limit the most to return; undefined: all
	 * @returns success with no streams when there are none; "not found" when the domain does not exist
	 */
	async listOnline(
		filter: StreamFilter,
		limit: number | undefined,
		settings: CallSettings,
	): Promise<ListOutcome<Stream>> {
		const listed = await readList<Stream>(
			{
				name: 'online streams',
				page: async (window) => await this.pageOnline(filter, window, settings),
				idOf: idOfStream,
				isWanted: isWanted(filter),
			},
			limit,
		);
		return withNotFoundHint(listed, NO_DOMAIN);
	}

	/** One page of the list. */
	async pageOnline(
		{ domain, app_name, stream_name }: StreamFilter,
		{ start, size }: Window,
		settings: CallSettings,
	): Promise<PageOutcome<Stream>> {
		const query = {
			publish_domain: domain,
			app: app_name,
			// The API takes a stream beside an app only.
			stream: app_name === undefined ? undefined : stream_name,
			offset: String(start),
			limit: String(size),
		};
		const call = this.call('listOnline', LIST_HINT, query);
		return await readPage(this.client, call, onlinePage(domain), settings);
	}

	/**
	 * Disconnects a stream; its encoder may reconnect at once. Not idempotent, so an attempt that may have reached the service
	 * is the last one.
	 * @returns "not found" when the service says so: of the domain, or of a stream that is not online
	 */
	async disconnect(stream: StreamRef, settings: CallSettings): Promise<Outcome> {
		const body = JSON.stringify(namesOf(stream));
		const disconnected = await this.client.perform(
			{ ...this.call('disconnect', DISCONNECT_HINT), body, parse: parseNoContent },
			settings,
		);
		return withNotFoundHint(withDoubt(disconnected, MAY_BE_DISCONNECTED), NO_STREAM);
	}

	/**
	 * Forbids a stream: it goes offline, and cannot be pushed again before its resume time. A stream that is forbidden
	 * already gets the new resume time, later or earlier: the last call counts. So it is safe to repeat.
	 * @param resumeTime `2006-01-02T15:04:05Z`, at most 90 days from now
	 * @returns "not found" when the domain does not exist. A stream need not be online to be forbidden.
	 */
	async forbid(stream: StreamRef, resumeTime: string, settings: CallSettings): Promise<Outcome> {
		const body = JSON.stringify({ ...namesOf(stream), resume_time: resumeTime });
		const created = await this.client.perform(
			{ ...this.call('forbid', FORBID_HINT), body, parse: parseNoContent },
			settings,
		);
		if (created.kind !== 'error' || created.errorCode !== EXISTS_ALREADY) {
			return withNotFoundHint(withDoubt(created, MAY_BE_FORBIDDEN), NO_DOMAIN);
		}
		const last = await this.client.perform(
			{ ...this.call('changeResumeTime', FORBID_HINT), body, parse: parseNoContent },
			settings,
		);
		const changed = { ...last, attempts: created.attempts + last.attempts };
		if (changed.kind === 'notFound') return { ...summaryOf(changed), ...CONTRADICTION };
		return changed.kind === 'error' ? { ...changed, hint: `${IS_FORBIDDEN} ${changed.hint}` } : changed;
	}

	/**
	 * Ends the ban of a stream. Safe to repeat: once it is ended, "not found" counts as success after a lost response.
	 *
	 * Terraform's provider takes 403 LIVE.100011001 for "does not exist" here. That code is the service's catch-all for bad
	 * requests, and a ban that is taken for ended though it is not keeps a stream off air; so it stays an error.
	 * @returns "not found" when the service says that there is no such ban, or no such domain
	 */
	async resume(stream: StreamRef, settings: CallSettings): Promise<Outcome> {
		const resumed = await this.client.perform(
			{ ...this.call('resume', RESUME_HINT, { ...namesOf(stream) }), parse: parseNoContent },
			settings,
		);
		return withNotFoundHint(withDoubt(doneIfNotFound(resumed), MAY_BE_RESUMED), NO_BAN);
	}

	/**
	 * Lists the streams of a domain that are forbidden.
	 * @param limit the most to return; undefined: all
	 * @returns success with no streams when there are none; "not found" when the domain does not exist
	 */
	async listForbidden(
		filter: StreamFilter,
		limit: number | undefined,
		settings: CallSettings,
	): Promise<ListOutcome<Stream>> {
		const listed = await readList<Stream>(
			{
				name: 'forbidden streams',
				page: async ({ start, size }) =>
					await readPage(
						this.client,
						this.call('listForbidden', LIST_HINT, {
							...namesOf(filter),
							page: String(start / size),
							size: String(size),
						}),
						forbiddenPage(filter.domain),
						settings,
					),
				windowAt: numberedWindowAt,
				idOf: idOfStream,
				isWanted: isWanted(filter),
			},
			limit,
		);
		return withNotFoundHint(listed, NO_DOMAIN);
	}

	private call(name: keyof typeof STREAM_CALLS, rejectedHint: string, query?: Query): ApiRequest {
		const kind = STREAM_CALLS[name];
		return liveCall(this.credential, kind, kind.path, rejectedHint, query);
	}
}

/** Forbidden already, and not forbidden: a ban may have ended in between, or a lost response may have been carried out. */
const CONTRADICTION: Pick<Failure, 'kind' | 'mayHaveHappened'> & Problem = {
	kind: 'error',
	mayHaveHappened: true,
	category: 'server',
	message:
		'Huawei Cloud reported that the stream is already forbidden, and then, when the node changed its resume time, that it is not.',
	hint: `${MAY_BE_FORBIDDEN} If it is not, run this again.`,
	retryable: true,
};

/** The API's success: 204, without a body. Any other success status, such as a portal's page, is not from the API. */
function parseNoContent({ status, json, isPage }: ApiResponse): true | undefined {
	return (status === 204 && json === undefined && !isPage) || undefined;
}

/** Only the names, from an object with more. */
function namesOf<Ref extends StreamFilter>({ domain, app_name, stream_name }: Ref) {
	return { domain, app_name, stream_name };
}

function idOfStream(stream: Stream): string {
	return JSON.stringify(namesOf(stream));
}

/** The request asks for them, but a service that ignores a filter must not return other streams. */
function isWanted({
	app_name,
	stream_name,
	matches,
}: StreamFilter): ((stream: Stream) => boolean) | undefined {
	if (app_name === undefined && stream_name === undefined) return matches;
	return (stream) =>
		(app_name === undefined || stream.app_name === app_name) &&
		(stream_name === undefined || stream.stream_name === stream_name) &&
		(matches === undefined || matches(stream));
}

/** The pages of ListLiveStreamsOnline, which has names of its own for what names a stream. */
function onlinePage(domain: string): PageFormat<Stream> {
	return {
		list: 'streams',
		total: 'total_num',
		others: ['total_page', 'offset', 'limit'],
		readEntry: (entry) => readStream(entry, nameOf(entry.publish_domain) ?? domain, entry.app, entry.stream),
	};
}

/** The pages of ListStreamForbidden. Its entries do not repeat the domain. */
function forbiddenPage(domain: string): PageFormat<Stream> {
	return {
		list: 'blocks',
		total: 'total',
		readEntry: (entry) =>
			readStream(entry, nameOf(entry.domain) ?? domain, entry.app_name, entry.stream_name),
	};
}

function readStream(entry: JsonObject, ...names: readonly [unknown, unknown, unknown]): Stream | undefined {
	const [domain, app_name, stream_name] = names.map(nameOf);
	if (domain === undefined || app_name === undefined || stream_name === undefined) return undefined;
	const own = { domain, app_name, stream_name };
	// Twice, so that they come first and are not those of the entry.
	return { ...own, ...entry, ...own };
}
