import type { CallSettings } from '../call/apiCall';
import { summaryOf, type Outcome } from '../call/outcome';
import type { JsonObject } from '../http/response';
import { CALLS } from './calls';
import { numberedRangeAt, PAGE_SIZE, readList, type Limit, type ListOutcome, type PageRange } from './list';
import type { LiveApi } from './liveApi';
import { entryIn } from './page';
import { settleLost } from './removal';

/** The identity of a stream: its ingest domain, its app, and its own name. */
export interface StreamRef {
	domain: string;
	app_name: string;
	stream_name: string;
}

/** Which streams of a domain to list. Undefined fields match everything; `matches` filters what the API returns. */
export interface StreamFilter {
	domain: string;
	app_name?: string | undefined;
	stream_name?: string | undefined;
	matches?: ((stream: Stream) => boolean) | undefined;
}

/** A stream as the API lists it, with the names that forbidding it takes. All other fields are optional. */
export type Stream = JsonObject & StreamRef;

/** A domain as the API returns it: all other fields are optional. */
export type Domain = JsonObject & { domain: string };

const ALREADY_EXISTS_CODE = 'LIVE.103011018';

/** The streams that are pushed to the domains of one project, online and forbidden ones. */
export class Streams {
	constructor(private readonly live: LiveApi) {}

	/** Lists a domain's online streams. "Not found": the domain does not exist. */
	async listOnline(filter: StreamFilter, limit: Limit, settings: CallSettings): Promise<ListOutcome<Stream>> {
		const { domain: publish_domain, app_name: app, stream_name } = filter;
		// The API accepts `stream` only together with `app`.
		const names = { publish_domain, app, stream: app === undefined ? undefined : stream_name };
		const page = async (range: PageRange) =>
			await this.live.perform(CALLS.listOnline, { ...names, ...range }, settings);
		const { client } = this.live;
		return await readList({ name: 'online streams', client, page, ...selection(filter) }, limit);
	}

	/** Disconnects a stream; its encoder may reconnect right away. Not idempotent. */
	async disconnect(stream: StreamRef, settings: CallSettings): Promise<Outcome> {
		return await this.live.perform(CALLS.disconnect, stream, settings);
	}

	/**
	 * Forbids a stream: it goes offline, and can't be pushed before its resume time. Safe to repeat: that sets a new time.
	 * @param resumeTime `2006-01-02T15:04:05Z`, at most 90 days from now
	 * @returns "not found" when the domain does not exist. A stream need not be online to be forbidden.
	 */
	async forbid(stream: StreamRef, resumeTime: string, settings: CallSettings): Promise<Outcome> {
		const ban = { ...stream, resume_time: resumeTime };
		const created = await this.live.perform(CALLS.forbid, ban, settings);
		if (created.kind !== 'error' || created.errorCode !== ALREADY_EXISTS_CODE) return created;
		const changed = await this.live.perform(CALLS.changeResumeTime, ban, settings);
		const attempts = created.attempts + changed.attempts;
		if (changed.kind === 'success') return { ...changed, attempts };
		if (changed.kind === 'error') return { ...changed, attempts, hint: `${IS_FORBIDDEN} ${changed.hint}` };
		// The ban may have ended in between, so forbidding the stream again may work.
		const hint = `${IS_FORBIDDEN} If it is not listed there, run this again.`;
		return { ...created, ...summaryOf(changed), attempts, hint, retryable: true };
	}

	/**
	 * Ends a stream's ban. Safe to repeat: after a lost response, "not found" is success, unless the ban is still listed.
	 * Terraform's provider takes 403 LIVE.100011001 for "does not exist" here, but that is the service's catch-all for bad
	 * requests. Mistaking an active ban for an ended one would keep a stream off air, so it stays an error.
	 * @returns "not found" when there is no such ban, or no such domain
	 */
	async resume(stream: StreamRef, settings: CallSettings): Promise<Outcome> {
		const resumed = await this.live.perform(CALLS.resume, stream, settings);
		const lookUp = async () => {
			const query = { ...stream, page: 0, size: PAGE_SIZE };
			const page = await this.live.perform(CALLS.listForbidden, query, settings);
			return entryIn(page, 'forbidden streams', selection(stream).isWanted);
		};
		return await settleLost(resumed, lookUp, {
			unconfirmedHint: CALLS.resume.unconfirmedHint,
			listed: () => 'still lists the stream as forbidden.',
		});
	}

	/** Lists the streams of a domain that are forbidden, as `listOnline` does. */
	async listForbidden(
		filter: StreamFilter,
		limit: Limit,
		settings: CallSettings,
	): Promise<ListOutcome<Stream>> {
		const { domain, app_name, stream_name } = filter;
		const page = async ({ offset, limit: size }: PageRange) => {
			const query = { domain, app_name, stream_name, page: offset / size, size };
			return await this.live.perform(CALLS.listForbidden, query, settings);
		};
		const list = { name: 'forbidden streams', client: this.live.client, page, ...selection(filter) };
		return await readList({ ...list, rangeAt: numberedRangeAt }, limit);
	}
}

const IS_FORBIDDEN =
	'The stream is already forbidden, but its resume time may be different: check with Get Many Forbidden.';

function idOf({ domain, app_name, stream_name }: Stream): string {
	return JSON.stringify([domain, app_name, stream_name]);
}

/** Which entries of a list count. Domains are compared as DNS does: without case. */
function selection({ domain, app_name, stream_name, matches }: StreamFilter) {
	const isWanted = (stream: Stream) =>
		stream.domain.toLowerCase() === domain.toLowerCase() &&
		(app_name ?? stream.app_name) === stream.app_name &&
		(stream_name ?? stream.stream_name) === stream.stream_name;
	return { idOf, isWanted, matches };
}
