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
import { ACTIONS, isoSeconds, type Ban, type World } from './world';

/**
 * Domains and streams of Live, from its API reference: ShowDomain, ListLiveStreamsOnline, CreateStreamForbiddenOnce,
 * CreateStreamForbidden, UpdateStreamForbidden, DeleteStreamForbidden and ListStreamForbidden. What the reference leaves open is decided here
 * and marked "open".
 */

/** The emulator's answers where the reference leaves them open. */
export interface StreamSettings {
	/** To forbid a stream that is forbidden: rejected as existing (default), accepted, or invalid. */
	forbiddenAgain?: 'exists' | 'accepted' | 'invalid';
	/** To resume, or to change, what is not forbidden: not found (default), accepted, or invalid. */
	notForbidden?: 'notFound' | 'accepted' | 'invalid';
	/** A domain that the project does not have: not found (default), or invalid. */
	unknownDomain?: 'notFound' | 'invalid';
}

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
	properties: {
		domain,
		app_name: appName,
		stream_name: text(512, 1),
		page: wholeNumber,
		size: pageSize,
	},
};
const domains = { properties: { domain, enterprise_project_id: { type: 'string' } } };

const BANS = 'stream/blocks';
/** The operations, with JSON schemas of their documented ranges. */
export const STREAM_OPERATIONS: readonly Operation[] = [
	operation('GET', 'realtime/streams', ACTIONS.listOnline, online, listOnline),
	operation('POST', 'stream/block-once', ACTIONS.disconnect, named, disconnect),
	operation('POST', BANS, ACTIONS.forbid, ban, forbid),
	operation('PUT', BANS, ACTIONS.updateForbidden, ban, updateForbidden),
	operation('DELETE', BANS, ACTIONS.resume, named, resume),
	operation('GET', BANS, ACTIONS.listForbidden, forbidden, listForbidden),
	operation('GET', 'domain', ACTIONS.showDomain, domains, showDomain),
];

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

const NOT_FOUND = rejection(400, 'LIVE.103011019', 'The resource does not exist');
const EXISTS = rejection(400, 'LIVE.103011018', 'The resource already exists');
const DAY_MS = 24 * 60 * 60 * 1000;

/** The answer to a call for a domain that the project does not have; undefined if it has it. */
function unknownDomain(
	{ world, streams }: Cloud,
	projectId: string,
	name: string,
): EmulatedAnswer | undefined {
	if (world.streamsOf(projectId).domains.some((one) => one.domain === name)) return undefined;
	return streams.unknownDomain === 'invalid' ? requestIllegal(400) : NOT_FOUND;
}

/** True for what has each of these fields that is given. */
const fits =
	(fields: Readonly<Record<string, unknown>>) =>
	(one: object): boolean =>
		Object.entries(fields).every(([name, value]) => value === undefined || Object(one)[name] === value);

const isOf = ({ domain: name, app_name, stream_name }: Partial<Names>) =>
	fits({ domain: name, app_name, stream_name });

function listOnline(cloud: Cloud, projectId: string, query: OnlineQuery): EmulatedAnswer {
	const { publish_domain, app, stream, offset = 0, limit = 10 } = query;
	const all = cloud.world.streamsOf(projectId).online.filter(fits({ publish_domain, app, stream }));
	return (
		unknownDomain(cloud, projectId, publish_domain) ??
		pageOf(all, { offset, limit }, ['streams', 'total_num'], cloud.lists)
	);
}

/** A stream goes offline, and may be pushed again at once. It need not be online [open]. */
function disconnect(cloud: Cloud, projectId: string, body: Names): EmulatedAnswer {
	const refused = unknownDomain(cloud, projectId, body.domain);
	if (!refused) takeOffline(cloud.world, projectId, body);
	return refused ?? NO_CONTENT;
}

/** A stream goes offline when it is forbidden. It need not be online [open]. */
function forbid(cloud: Cloud, projectId: string, body: NewBan): EmulatedAnswer {
	const { world, streams } = cloud;
	const resumeTime = readResumeTime(world, body.resume_time);
	if (resumeTime === undefined) return requestIllegal(400);
	const refused = unknownDomain(cloud, projectId, body.domain);
	if (refused) return refused;
	const known = find(world, projectId, body);
	if (known && streams.forbiddenAgain !== 'accepted') {
		return streams.forbiddenAgain === 'invalid' ? requestIllegal(400) : EXISTS;
	}
	takeOffline(world, projectId, body);
	const { domain: name, app_name, stream_name } = body;
	if (known) known.resume_time = resumeTime;
	else world.streamsOf(projectId).bans.push({ domain: name, app_name, stream_name, resume_time: resumeTime });
	return NO_CONTENT;
}

function updateForbidden(cloud: Cloud, projectId: string, body: NewBan): EmulatedAnswer {
	const resumeTime = readResumeTime(cloud.world, body.resume_time);
	if (resumeTime === undefined) return requestIllegal(400);
	const known = find(cloud.world, projectId, body);
	if (!known) return notForbidden(cloud, projectId, body);
	known.resume_time = resumeTime;
	return NO_CONTENT;
}

function resume(cloud: Cloud, projectId: string, query: Names): EmulatedAnswer {
	const known = find(cloud.world, projectId, query);
	if (!known) return notForbidden(cloud, projectId, query);
	const streams = cloud.world.streamsOf(projectId);
	streams.bans = streams.bans.filter((one) => one !== known);
	return NO_CONTENT;
}

function listForbidden(cloud: Cloud, projectId: string, query: ForbiddenQuery): EmulatedAnswer {
	const { page = 0, size = 10 } = query;
	const all = cloud.world
		.streamsOf(projectId)
		.bans.filter(isOf(query))
		// Without the domain, which was asked for.
		.map(({ domain: _asked, ...block }) => block);
	return (
		unknownDomain(cloud, projectId, query.domain) ??
		pageOf(all, { offset: page * size, limit: size }, ['blocks', 'total'], cloud.lists)
	);
}

function showDomain({ world }: Cloud, projectId: string, query: { domain?: string }): EmulatedAnswer {
	const found = world.streamsOf(projectId).domains.filter(fits({ domain: query.domain }));
	return pageOf(found, { offset: 0, limit: found.length }, ['domain_info', 'total'], {});
}

function takeOffline(
	world: World,
	projectId: string,
	{ domain: publish_domain, app_name, stream_name }: Names,
): void {
	const streams = world.streamsOf(projectId);
	const isMeant = fits({ publish_domain, app: app_name, stream: stream_name });
	streams.online = streams.online.filter((one) => !isMeant(one));
}

function find(world: World, projectId: string, given: Names): Ban | undefined {
	return world.streamsOf(projectId).bans.find(isOf(given));
}

function notForbidden(cloud: Cloud, projectId: string, given: Names): EmulatedAnswer {
	const answers = { notFound: NOT_FOUND, accepted: NO_CONTENT, invalid: requestIllegal(400) };
	return unknownDomain(cloud, projectId, given.domain) ?? answers[cloud.streams.notForbidden ?? 'notFound'];
}

/** When a stream may be pushed again: by default in 7 days, at most in 90; undefined if it can't be. */
function readResumeTime(world: World, given: string | undefined): string | undefined {
	const now = world.now();
	if (given === undefined) return isoSeconds(now + 7 * DAY_MS);
	const time = parseTime(given);
	return time > now && time <= now + 90 * DAY_MS ? isoSeconds(time) : undefined;
}
