import {
	NO_CONTENT,
	operation,
	rejection,
	requestIllegal,
	type Cloud,
	type EmulatedAnswer,
	type Operation,
} from './answers';
import { pageOf } from './lists';
import { parseTime, text, wholeNumber } from './live';
import { ACTIONS, DAY_MS, isoSeconds, type Ban, type Streams, type World } from './world';

/**
 * Domains and streams of Live, from its API reference: ShowDomain, ListLiveStreamsOnline, CreateStreamForbiddenOnce,
 * CreateStreamForbidden, UpdateStreamForbidden, DeleteStreamForbidden and ListStreamForbidden. What the reference leaves open is decided here
 * and marked "open".
 */

const domain = text(255, 1);
const appName = text(128, 1);
/** "Not *". */
const streamName = { ...text(512, 1), not: { const: '*' } };
const pageSize = { type: 'integer', minimum: 1, maximum: 100 };
const names = { domain, app_name: appName, stream_name: streamName };
const named = { required: Object.keys(names), properties: names };
const ban = { ...named, properties: { ...names, resume_time: { type: 'string' } } };
const online = {
	required: ['publish_domain'],
	properties: {
		publish_domain: domain,
		app: appName,
		stream: text(512, 1),
		offset: wholeNumber,
		limit: pageSize,
	},
	// "For a single stream; app has to be given then."
	dependencies: { stream: ['app'] },
};
const forbidden = {
	required: ['domain'],
	properties: { domain, app_name: appName, stream_name: text(512, 1), page: wholeNumber, size: pageSize },
};
const domains = { properties: { domain, enterprise_project_id: { type: 'string' } } };

type Names = Omit<Ban, 'resume_time'>;
type NewBan = Names & { resume_time?: string };
interface OnlineQuery {
	publish_domain: string;
	app?: string;
	stream?: string;
	offset?: number;
	limit?: number;
}
type ForbiddenQuery = Partial<Names> & { domain: string; page?: number; size?: number };

/**
 * The emulator's answers where the reference leaves them open: to forbid a stream that is forbidden (default: it exists); to
 * resume, or to change, what is not forbidden, and a domain that the project does not have (default: not found).
 */
export type StreamSettings = Partial<
	Record<'forbiddenAgain' | 'notForbidden' | 'unknownDomain', keyof typeof ANSWERS>
>;

const ANSWERS = {
	notFound: rejection(400, 'LIVE.103011019', 'The resource does not exist'),
	exists: rejection(400, 'LIVE.103011018', 'The resource already exists'),
	invalid: requestIllegal(400),
	accepted: NO_CONTENT,
};

/** An answer for the domains that the project has. */
const ofDomain =
	<Input extends { domain: string } | { publish_domain: string }>(
		answer: (cloud: Cloud, streams: Streams, input: Input) => EmulatedAnswer,
	) =>
	(cloud: Cloud, projectId: string, input: Input): EmulatedAnswer => {
		const streams = cloud.world.streamsOf(projectId);
		const name = 'domain' in input ? input.domain : input.publish_domain;
		const isKnown = streams.domains.some((one) => one.domain === name);
		return isKnown ? answer(cloud, streams, input) : ANSWERS[cloud.streams.unknownDomain ?? 'notFound'];
	};

const BANS = 'stream/blocks';
/** The operations, with JSON schemas of their documented ranges. */
export const STREAM_OPERATIONS: readonly Operation[] = [
	operation('GET', 'realtime/streams', ACTIONS.listOnline, online, ofDomain(listOnline)),
	operation('POST', 'stream/block-once', ACTIONS.disconnect, named, ofDomain(disconnect)),
	operation('POST', BANS, ACTIONS.forbid, ban, ofDomain(forbid)),
	operation('PUT', BANS, ACTIONS.updateForbidden, ban, ofDomain(updateForbidden)),
	operation('DELETE', BANS, ACTIONS.resume, named, ofDomain(resume)),
	operation('GET', BANS, ACTIONS.listForbidden, forbidden, ofDomain(listForbidden)),
	operation('GET', 'domain', ACTIONS.showDomain, domains, showDomain),
];

/** True for what has each of these fields that is given. */
const fits =
	(fields: Readonly<Record<string, unknown>>) =>
	(one: object): boolean =>
		Object.entries(fields).every(([name, value]) => value === undefined || Object(one)[name] === value);

const isOf = ({ domain: name, app_name, stream_name }: Partial<Names>) =>
	fits({ domain: name, app_name, stream_name });

function listOnline({ lists }: Cloud, streams: Streams, query: OnlineQuery): EmulatedAnswer {
	const { publish_domain, app, stream, offset = 0, limit = 10 } = query;
	const all = streams.online.filter(fits({ publish_domain, app, stream }));
	return pageOf(all, { offset, limit }, ['streams', 'total_num'], lists);
}

/** A stream goes offline, and may be pushed again at once. It need not be online [open]. */
function disconnect(_cloud: Cloud, streams: Streams, { domain: name, app_name, stream_name }: Names) {
	const isMeant = fits({ publish_domain: name, app: app_name, stream: stream_name });
	streams.online = streams.online.filter((one) => !isMeant(one));
	return NO_CONTENT;
}

/** A stream goes offline when it is forbidden. It need not be online [open]. */
function forbid(cloud: Cloud, streams: Streams, body: NewBan): EmulatedAnswer {
	const resume_time = readResumeTime(cloud.world, body.resume_time);
	if (resume_time === undefined) return ANSWERS.invalid;
	const known = streams.bans.find(isOf(body));
	const { forbiddenAgain = 'exists' } = cloud.streams;
	if (known && forbiddenAgain !== 'accepted') return ANSWERS[forbiddenAgain];
	const { domain: name, app_name, stream_name } = body;
	if (known) known.resume_time = resume_time;
	else streams.bans.push({ domain: name, app_name, stream_name, resume_time });
	return disconnect(cloud, streams, body);
}

function updateForbidden(cloud: Cloud, streams: Streams, body: NewBan): EmulatedAnswer {
	const resumeTime = readResumeTime(cloud.world, body.resume_time);
	if (resumeTime === undefined) return ANSWERS.invalid;
	const known = streams.bans.find(isOf(body));
	if (!known) return ANSWERS[cloud.streams.notForbidden ?? 'notFound'];
	known.resume_time = resumeTime;
	return NO_CONTENT;
}

function resume(cloud: Cloud, streams: Streams, query: Names): EmulatedAnswer {
	const known = streams.bans.find(isOf(query));
	if (!known) return ANSWERS[cloud.streams.notForbidden ?? 'notFound'];
	streams.bans = streams.bans.filter((one) => one !== known);
	return NO_CONTENT;
}

function listForbidden({ lists }: Cloud, streams: Streams, query: ForbiddenQuery): EmulatedAnswer {
	const { page = 0, size = 10 } = query;
	// Without the domain, which was asked for.
	const all = streams.bans.filter(isOf(query)).map(({ domain: _asked, ...block }) => block);
	return pageOf(all, { offset: page * size, limit: size }, ['blocks', 'total'], lists);
}

function showDomain({ world }: Cloud, projectId: string, query: { domain?: string }): EmulatedAnswer {
	const found = world.streamsOf(projectId).domains.filter(fits({ domain: query.domain }));
	return pageOf(found, { offset: 0, limit: found.length }, ['domain_info', 'total'], {});
}

/** When a stream may be pushed again: by default in 7 days, at most in 90; undefined if it can't be. */
function readResumeTime(world: World, given: string | undefined): string | undefined {
	const now = world.now();
	if (given === undefined) return isoSeconds(now + 7 * DAY_MS);
	const time = parseTime(given);
	return time > now && time <= now + 90 * DAY_MS ? isoSeconds(time) : undefined;
}
