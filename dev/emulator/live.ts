import { randomUUID } from 'node:crypto';

import { ok, operation, requestIllegal, type Cloud, type EmulatedAnswer, type Operation } from './answers';
import { pageOf } from './lists';
import { ACTIONS, DAY_MS, isoSeconds, type Task, type World } from './world';

/**
 * The relay-task API of Live, from its API reference: CreatePullTask, DeletePullTask, ListPullTasks, ModifyPullTask.
 * What the reference leaves open is decided here and marked "open".
 */

export const text = (maxLength: number, minLength = 0) => ({ type: 'string', minLength, maxLength });
const urls = { type: 'array', minItems: 1, maxItems: 30, items: text(2048, 1) };
export const wholeNumber = { type: 'integer', minimum: 0, maximum: 2147483647 };
const taskId = text(64, 1);
const region = text(64, 1);
const EVENTS = 'TaskStart TaskExit VodSourceFileStart VodSourceFileFinish ResetTaskConfig TaskAlarm'.split(
	' ',
);
const changeable = {
	source_urls: urls,
	start_time: { type: 'string' },
	end_time: { type: 'string' },
	vod_loop_time: text(10),
	vod_refresh_type: {
		enum: ['immediate_new_source', 'continue_from_file_start', 'continue_from_break_point'],
	},
	vod_start_video_index: wholeNumber,
	vod_start_video_time: wholeNumber,
	callback_events: { type: 'array', items: { enum: EVENTS } },
};

const create = {
	required: ['source_type', 'source_urls'],
	properties: {
		...changeable,
		source_type: { enum: ['PullLivePushLive', 'PullVodPushLive'] },
		region,
		domain: text(255),
		app_name: text(128),
		stream_name: text(512),
		destination_url: text(2048),
		push_args: text(2048),
		backup_source_type: { enum: ['PullLivePushLive'] },
		backup_source_urls: { type: 'array', maxItems: 30, items: text(2048, 1) },
		callback_url: text(2048),
	},
};
const list = {
	properties: {
		task_id: taskId,
		region,
		offset: wholeNumber,
		limit: { type: 'integer', minimum: 1, maximum: 100 },
	},
};
const update = {
	required: ['task_id'],
	properties: { ...changeable, task_id: taskId, status: { enum: ['pause', 'enable'] } },
};
const remove = { required: ['task_id'], properties: { task_id: taskId, region } };

const PATH = 'pull/stream/task';
/** The operations, with JSON schemas of their documented ranges. */
export const TASK_OPERATIONS: readonly Operation[] = [
	operation('DELETE', PATH, ACTIONS.delete, remove, deleteTask),
	operation('GET', PATH, ACTIONS.list, list, listTasks),
	operation('POST', PATH, ACTIONS.create, create, createTask),
	operation('PUT', PATH, undefined, update, modifyTask),
];

interface ListQuery {
	task_id?: string;
	region?: string;
	offset?: number;
	limit?: number;
}

/** How DELETE behaves where the documentation is silent, or its siblings differ. */
export interface DeleteSettings {
	/** The answer for a task that does not exist: documented is 404, but sibling APIs say 400. */
	statusOfUnknown: 400 | 404;
	/** Open: the region of a DELETE that names none. By default the project's own, as documented for Create. */
	withoutRegion: 'home' | 'any';
}

/** Open: what a region does to DELETE. Here a task of another region is not found. */
function deleteTask(
	{ world, deletes: { statusOfUnknown, withoutRegion } }: Cloud,
	projectId: string,
	query: { task_id: string; region?: string },
): EmulatedAnswer {
	const region = query.region ?? (withoutRegion === 'home' ? world.region : undefined);
	const task = world.tasksOf(projectId).get(query.task_id);
	if (!task || (region !== undefined && task.region !== region)) return requestIllegal(statusOfUnknown);
	world.tasksOf(projectId).delete(task.task_id);
	return ok({ task_id: task.task_id });
}

/** Open: the defaults: offset 0, limit 10, every region. As documented, an unknown task ID gets a 404. */
function listTasks({ world, lists: settings }: Cloud, projectId: string, query: ListQuery): EmulatedAnswer {
	const { offset = 0, limit = 10 } = query;
	const region = query.region ?? (settings.withoutRegion === 'home' ? world.region : undefined);
	const taskId = settings.ignoresTaskId ? undefined : query.task_id;
	const all = [...world.tasksOf(projectId).values()].filter(
		(task) =>
			(region === undefined || task.region === region) && (taskId === undefined || task.task_id === taskId),
	);
	if (taskId !== undefined && all.length === 0 && settings.unknownTask !== 'empty') {
		return requestIllegal(404);
	}
	return pageOf(all, { offset, limit }, ['task_infos', 'total'], settings);
}

type NewTask = Record<string, unknown> & { source_type: string; source_urls: string[] };
type TaskChanges = Record<string, unknown> & { task_id: string };

/** Open: may an app or a stream be named without a domain? Here not: either a domain, with both if given, or a URL. */
function hasOneTarget({ destination_url, domain, app_name, stream_name }: Record<string, unknown>): boolean {
	return isGiven(destination_url)
		? ![domain, app_name, stream_name].some((part) => isGiven(part))
		: isGiven(domain);
}

function createTask({ world }: Cloud, projectId: string, body: NewTask): EmulatedAnswer {
	const isVod = body.source_type === 'PullVodPushLive';
	const isValid =
		(isVod || body.source_urls.length === 1) &&
		hasOneTarget(body) &&
		(isVod || !isGiven(body.backup_source_type)) &&
		hasPossibleTimes(world, body) &&
		hasPossibleIndex(body, body.source_urls);
	if (!isValid) return requestIllegal(400);
	const { start_time = isoSeconds(world.now()) } = body;
	const task = world.addTask(projectId, {
		domain: undefined,
		app_name: undefined,
		stream_name: undefined,
		// Open: when a task ends for which no end was given.
		end_time: isoSeconds(parseTime(start_time) + DAY_MS),
		...body,
		start_time,
		task_id: randomUUID(),
	});
	return ok({ task_id: task.task_id });
}

/** Only tasks that loop files react; open: what the others answer. Here they accept and stay as they are. */
function modifyTask({ world }: Cloud, projectId: string, body: TaskChanges): EmulatedAnswer {
	const task = world.tasksOf(projectId).get(body.task_id);
	const { task_id, status, ...changes } = body;
	if (!task) return requestIllegal(400);
	const changed = { ...task, ...changes };
	if (!hasPossibleTimes(world, changes, task) || !hasPossibleIndex(changed, changed.source_urls)) {
		return requestIllegal(400);
	}
	if (task.source_type === 'PullVodPushLive') {
		Object.assign(task, changes);
		if (status === 'pause') task.status = 'suspend';
		if (status === 'enable') task.status = 'running';
	}
	return ok({ task_id });
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== '';
}

/** The times in a request about a task. If one is missing, the task's own counts; a missing start is now. */
function hasPossibleTimes(world: World, asked: Record<string, unknown>, task?: Task): boolean {
	const given = [asked.start_time, asked.end_time].filter((time) => time !== undefined);
	if (given.length === 0) return true;
	if (given.some((time) => Number.isNaN(parseTime(time)))) return false;
	if (asked.end_time !== undefined && parseTime(asked.end_time) <= world.now()) return false;
	const times: Record<string, unknown> = { ...task, ...asked };
	if (times.end_time === undefined) return true;
	const start = times.start_time === undefined ? world.now() : parseTime(times.start_time);
	const lasts = parseTime(times.end_time) - start;
	return lasts > 0 && lasts <= 7 * DAY_MS;
}

/**
 * `2006-01-02T15:04:05Z`, with milliseconds or without, as milliseconds since the epoch; not a number if there is no
 * such moment. Date.parse alone takes 30 February for 2 March. Open: the form in which lists give it; here as it came.
 */
export function parseTime(time: unknown): number {
	const [, seconds, milliseconds = '.000'] =
		/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3})?Z$/.exec(String(time)) ?? [];
	const ms = Date.parse(`${seconds}${milliseconds}Z`);
	return !Number.isNaN(ms) && new Date(ms).toISOString() === `${seconds}${milliseconds}Z` ? ms : Number.NaN;
}

function hasPossibleIndex(body: Record<string, unknown>, sourceUrls: readonly string[]): boolean {
	return Number(body.vod_start_video_index ?? 0) < sourceUrls.length;
}
