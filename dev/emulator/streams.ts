import { noContent, rejection, requestIllegal, type EmulatedAnswer } from './answers';
import { pageOf, type ListSettings } from './lists';
import { parseTime, text, wholeNumber } from './live';
import { isoSeconds, type Ban, type World } from './world';

/**
 * Domains and streams of Live, from its API reference: ShowDomain, ListLiveStreamsOnline, CreateStreamForbiddenOnce,
 * CreateStreamForbidden, UpdateStreamForbidden, DeleteStreamForbidden and ListStreamForbidden. What the reference leaves open is decided here
 * and marked "open".
 */

/** The emulator's answers where the reference leaves them open. */
export interface StreamSettings {
	/** To forbid a stream that is forbidden: refused as existing already (default), accepted, or invalid. */
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

/** JSON schemas of the documented ranges. */
export const STREAM_SCHEMAS = {
	online: {
		type: 'object',
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
	},
	disconnect: { type: 'object', required: Object.keys(names), properties: names },
	forbid: {
		type: 'object',
		required: Object.keys(names),
		properties: { ...names, resume_time: { type: 'string' } },
	},
	resume: { type: 'object', required: Object.keys(names), properties: names },
	forbidden: {
		type: 'object',
		required: ['domain'],
		properties: {
			domain,
			app_name: appName,
			stream_name: text(512, 1),
			page: wholeNumber,
			size: pageSize,
		},
	},
	domains: { type: 'object', properties: { domain, enterprise_project_id: { type: 'string' } } },
} as const;

export type Names = Omit<Ban, 'resume_time'>;
export type NewBan = Names & { resume_time?: string };

const NOT_FOUND = rejection(400, 'LIVE.103011019', 'The resource does not exist');
const DAY_MS = 24 * 60 * 60 * 1000;

/** The answer to a call for a domain that the project does not have; undefined if it has it. */
function unknownDomain(
	world: World,
	projectId: string,
	name: string,
	settings: StreamSettings,
): EmulatedAnswer | undefined {
	if (world.streamsOf(projectId).domains.some((one) => one.domain === name)) return undefined;
	return settings.unknownDomain === 'invalid' ? requestIllegal(400) : NOT_FOUND;
}

export function listOnline(
	world: World,
	projectId: string,
	query: { publish_domain: string; app?: string; stream?: string; offset?: number; limit?: number },
	settings: StreamSettings,
	lists: ListSettings,
): EmulatedAnswer {
	const { publish_domain, app, stream, offset = 0, limit = 10 } = query;
	const all = world
		.streamsOf(projectId)
		.online.filter(
			(one) =>
				one.publish_domain === publish_domain &&
				(app === undefined || one.app === app) &&
				(stream === undefined || one.stream === stream),
		);
	return (
		unknownDomain(world, projectId, publish_domain, settings) ??
		pageOf(all, { offset, limit }, ['streams', 'total_num'], lists)
	);
}

/** A stream goes offline, and may be pushed again at once. It need not be online [open]. */
export function disconnect(
	world: World,
	projectId: string,
	names: Names,
	settings: StreamSettings,
): EmulatedAnswer {
	const refused = unknownDomain(world, projectId, names.domain, settings);
	if (refused) return refused;
	takeOffline(world, projectId, names);
	return noContent();
}

/** A stream goes offline when it is forbidden. It need not be online [open]. */
export function forbid(
	world: World,
	projectId: string,
	body: NewBan,
	settings: StreamSettings,
): EmulatedAnswer {
	const resumeTime = readResumeTime(world, body.resume_time);
	if (resumeTime === undefined) return requestIllegal(400);
	const refused = unknownDomain(world, projectId, body.domain, settings);
	if (refused) return refused;
	const ban = find(world, projectId, body);
	if (ban && settings.forbiddenAgain === 'invalid') return requestIllegal(400);
	if (ban && settings.forbiddenAgain !== 'accepted') {
		return rejection(400, 'LIVE.103011018', 'The resource already exists');
	}
	takeOffline(world, projectId, body);
	const streams = world.streamsOf(projectId);
	const { domain: publishDomain, app_name, stream_name } = body;
	streams.bans = streams.bans.filter((one) => one !== ban);
	streams.bans.push({ domain: publishDomain, app_name, stream_name, resume_time: resumeTime });
	return noContent();
}

export function updateForbidden(
	world: World,
	projectId: string,
	body: NewBan,
	settings: StreamSettings,
): EmulatedAnswer {
	const resumeTime = readResumeTime(world, body.resume_time);
	if (resumeTime === undefined) return requestIllegal(400);
	const ban = find(world, projectId, body);
	if (ban) ban.resume_time = resumeTime;
	return ban ? noContent() : notForbidden(world, projectId, body, settings);
}

export function resume(
	world: World,
	projectId: string,
	query: Names,
	settings: StreamSettings,
): EmulatedAnswer {
	const ban = find(world, projectId, query);
	if (!ban) return notForbidden(world, projectId, query, settings);
	const streams = world.streamsOf(projectId);
	streams.bans = streams.bans.filter((one) => one !== ban);
	return noContent();
}

export function listForbidden(
	world: World,
	projectId: string,
	query: { domain: string; app_name?: string; stream_name?: string; page?: number; size?: number },
	settings: StreamSettings,
	lists: ListSettings,
): EmulatedAnswer {
	const { domain: publishDomain, app_name, stream_name, page = 0, size = 10 } = query;
	const all = world
		.streamsOf(projectId)
		.bans.filter(
			(ban) =>
				ban.domain === publishDomain &&
				(app_name === undefined || ban.app_name === app_name) &&
				(stream_name === undefined || ban.stream_name === stream_name),
		)
		// Without the domain, which was asked for.
		.map(({ domain: _asked, ...block }) => block);
	return (
		unknownDomain(world, projectId, publishDomain, settings) ??
		pageOf(all, { offset: page * size, limit: size }, ['blocks', 'total'], lists)
	);
}

export function showDomain(world: World, projectId: string, query: { domain?: string }): EmulatedAnswer {
	const { domains } = world.streamsOf(projectId);
	const found = domains.filter(({ domain: name }) => query.domain === undefined || name === query.domain);
	return pageOf(found, { offset: 0, limit: found.length }, ['domain_info', 'total'], {});
}

function takeOffline(world: World, projectId: string, names: Names): void {
	const streams = world.streamsOf(projectId);
	streams.online = streams.online.filter(
		({ publish_domain, app, stream }) =>
			publish_domain !== names.domain || app !== names.app_name || stream !== names.stream_name,
	);
}

function find(world: World, projectId: string, names: Names): Ban | undefined {
	return world
		.streamsOf(projectId)
		.bans.find(
			({ domain: name, app_name, stream_name }) =>
				name === names.domain && app_name === names.app_name && stream_name === names.stream_name,
		);
}

function notForbidden(
	world: World,
	projectId: string,
	names: Names,
	settings: StreamSettings,
): EmulatedAnswer {
	const answers = { notFound: NOT_FOUND, accepted: noContent(), invalid: requestIllegal(400) };
	return (
		unknownDomain(world, projectId, names.domain, settings) ?? answers[settings.notForbidden ?? 'notFound']
	);
}

/** When a stream may be pushed again: by default in 7 days, at most in 90; undefined if it can't be. */
function readResumeTime(world: World, given: string | undefined): string | undefined {
	const now = world.now();
	if (given === undefined) return isoSeconds(now + 7 * DAY_MS);
	const time = parseTime(given);
	return time > now && time <= now + 90 * DAY_MS ? isoSeconds(time) : undefined;
}
