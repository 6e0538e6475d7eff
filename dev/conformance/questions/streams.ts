import { DAY_MS, isoSeconds } from '../../emulator/world';
import { get, type Request, type Send } from '../caller';
import {
	either,
	listOf,
	rejectsBriefly,
	responds,
	respondsEmpty as DONE,
	text,
	whole,
	type Documented,
} from '../documented';
import { BLOCKS, type StreamName } from '../guard';
import { listIn, type Seen } from '../response';
import type { Suite } from '../suite';
import { askedWith } from './listing';

const ONLINE = 'realtime/streams';
const STREAM = {
	publish_domain: text(),
	app: text(),
	stream: text(),
	video_codec: text(),
	audio_codec: text(),
	video_frame_rate: whole,
	audio_frame_rate: whole,
	video_bitrate: whole,
	audio_bitrate: whole,
	resolution: text(),
	client_ip: text(),
	start_time: text(),
};
const FORBIDDEN = { app_name: text(), stream_name: text(), resume_time: text() };
const DOMAIN = { domain: text(), domain_type: text(), region: text(), status: text() };
const DOMAINS = responds(200, { total: whole, domain_info: listOf(DOMAIN, Infinity) });
const FORBIDDEN_LIST = { total: whole, blocks: listOf(FORBIDDEN) };
const REJECTED = rejectsBriefly(400);
/** The codes for what exists already, and does not, are documented; which calls answer so is not. */
const EXISTS = rejectsBriefly(400, 'LIVE.103011018');
const ABSENT = either(rejectsBriefly(400, 'LIVE.103011019'), rejectsBriefly(404));
const UNKNOWN_DOMAIN = 'conformance.invalid';

/** Questions about streams that change nothing. Those about a domain need one of the account's. */
export async function askStreams(suite: Suite, domain: string | undefined): Promise<void> {
	suite.begin('Streams');
	const unknownOnline = get(ONLINE, { publish_domain: UNKNOWN_DOMAIN, limit: 1 });
	const unknownForbidden = get(BLOCKS, { domain: UNKNOWN_DOMAIN, page: 0, size: 1 });
	await suite.askEach([
		['domains', get('domain'), DOMAINS],
		['online streams, no publish_domain', get(ONLINE, { limit: 1 }), REJECTED],
		['forbidden streams, no domain', get(BLOCKS, { page: 0, size: 1 }), REJECTED],
		['online streams, a domain that is unknown', unknownOnline, ABSENT],
		['forbidden streams, a domain that is unknown', unknownForbidden, ABSENT],
	]);
	if (domain === undefined) return suite.skip('streams of a domain', '--domain is not set');
	const online = (query: object) => get(ONLINE, { publish_domain: domain, ...query });
	const forbidden = (query: object) => get(BLOCKS, { domain, ...query });
	const oneOnline = responds(200, { total_num: whole, streams: listOf(STREAM, 1) });
	const oneForbidden = responds(200, { total: whole, blocks: listOf(FORBIDDEN, 1) });
	const wrongOnline = [{ limit: 0 }, { limit: 101 }, { offset: -1 }];
	const wrongForbidden = [{ size: 0 }, { size: 101 }, { page: -1 }];
	await suite.askEach([
		['online streams, limit=1', online({ limit: 1 }), oneOnline],
		...askedWith(wrongOnline, online, REJECTED, 'online streams, '),
		['online streams, a stream and no app', online({ stream: 'conformance' }), REJECTED],
		['forbidden streams, size=1', forbidden({ page: 0, size: 1 }), oneForbidden],
		...askedWith(wrongForbidden, forbidden, REJECTED, 'forbidden streams, '),
	]);
}

const MAX_RESUMPTIONS = 5;

/** The stream that may be forbidden. */
export class ForbiddenStream {
	private isTouched = false;
	private readonly resume: Request;
	/** All of its app that are forbidden. */
	private readonly listed: Request;

	constructor(private readonly stream: StreamName) {
		this.resume = { method: 'DELETE', path: BLOCKS, query: { ...stream } };
		this.listed = get(BLOCKS, { ...stream, page: 0, size: 100 });
	}

	/** Forbids and resumes it, unless it is already forbidden. */
	async ask(suite: Suite, now: number): Promise<void> {
		suite.begin('Forbid a stream');
		const { stream, resume, listed } = this;
		const before = await suite.ask('not forbidden before', listed, this.isListed(false));
		if (before.status !== 200 || this.isIn(before)) {
			return suite.skip('the rest', 'the stream may be forbidden already: it is left as it is');
		}
		const write = (method: 'POST' | 'PUT', days: number): Request => ({
			method,
			path: BLOCKS,
			body: { ...stream, resume_time: isoSeconds(now + days * DAY_MS) },
		});
		this.isTouched = true;
		await suite.askEach([
			['resume_time in 91 days', write('POST', 91), REJECTED],
			['resume_time tomorrow', write('POST', 1), DONE],
			['listed afterwards', listed, this.isListed(true)],
			['one that is forbidden already', write('POST', 1), either(DONE, EXISTS)],
			['another resume_time', write('PUT', 2), DONE],
			['resume', resume, DONE],
			['not listed afterwards', listed, this.isListed(false)],
			['resume one that is not forbidden', resume, either(DONE, ABSENT)],
			['another resume_time of one that is not forbidden', write('PUT', 2), either(DONE, ABSENT)],
			['still not listed', listed, this.isListed(false)],
		]);
	}

	/** @returns whether it was left alone, or a list shows that it may be pushed again */
	async cleanUp(send: Send): Promise<boolean> {
		for (let attempt = 0; this.isTouched && attempt < MAX_RESUMPTIONS; attempt++) {
			await send(this.resume);
			const list = await send(this.listed);
			if (list.status === 200 && list.json && !this.isIn(list)) return true;
		}
		return !this.isTouched;
	}

	private isListed(expected: boolean): Documented {
		return responds(200, FORBIDDEN_LIST, (json) =>
			this.isIn({ json }) === expected ? [] : [expected ? 'it is not listed' : 'it is listed'],
		);
	}

	private isIn(list: Pick<Seen, 'json'>): boolean {
		return listIn(list, 'blocks').some(({ stream_name }) => stream_name === this.stream.stream_name);
	}
}
