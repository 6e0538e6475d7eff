import { randomUUID } from 'node:crypto';

import { ok, requestIllegal, type EmulatedAnswer } from './answers';
import { isoSeconds, type Task, type World } from './world';

/**
 * The relay-task API of Live, from its API reference: CreatePullTask, DeletePullTask, ListPullTasks, ModifyPullTask.
 * What the reference leaves open is decided here and marked "open".
 */

const text = (maxLength: number, minLength = 0) => ({ type: 'string', minLength, maxLength });
const urls = { type: 'array', minItems: 1, maxItems: 30, items: text(2048, 1) };
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' };
const index = { type: 'integer', minimum: 0 };
const taskId = text(64, 1);
const region = text(64, 1);
const callbackEvents = {
	type: 'array',
	items: {
		enum: [
			'TaskStart',
			'TaskExit',
			'VodSourceFileStart',
			'VodSourceFileFinish',
			'ResetTaskConfig',
			'TaskAlarm',
		],
	},
};
const changeable = {
	source_urls: urls,
	start_time: time,
	end_time: time,
	vod_loop_time: text(10),
	vod_refresh_type: {
		enum: ['immediate_new_source', 'continue_from_file_start', 'continue_from_break_point'],
	},
	vod_start_video_index: index,
	vod_start_video_time: index,
	callback_events: callbackEvents,
};

/** JSON schemas of the documented ranges, by method: of the query for DELETE and GET, of the body for POST and PUT. */
export const SCHEMAS = {
	DELETE: { type: 'object', required: ['task_id'], properties: { task_id: taskId, region } },
	GET: {
		type: 'object',
		properties: {
			task_id: taskId,
			region,
			offset: { type: 'integer', minimum: 0, maximum: 2147483647 },
			limit: { type: 'integer', minimum: 1, maximum: 100 },
		},
	},
	POST: {
		type: 'object',
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
	},
	PUT: {
		type: 'object',
		required: ['task_id'],
		properties: { ...changeable, task_id: taskId, status: { enum: ['pause', 'enable'] } },
	},
} as const;

export interface ListQuery {
	task_id?: string;
	region?: string;
	offset?: number;
	limit?: number;
}

/** Open: what a region does to DELETE and GET. Here a task of another region is not found. */
function find(world: World, projectId: string, taskId: string, region?: string): Task | undefined {
	const task = world.tasksOf(projectId).get(taskId);
	return task && (region === undefined || task.region === region) ? task : undefined;
}

export function deleteTask(
	world: World,
	projectId: string,
	query: { task_id: string; region?: string },
): EmulatedAnswer {
	const task = find(world, projectId, query.task_id, query.region);
	if (!task) return requestIllegal(404);
	world.tasksOf(projectId).delete(task.task_id);
	return ok({ task_id: task.task_id });
}

/** Open: the defaults of offset and limit; here 0 and 10. An unknown task ID is answered 404, as documented. */
export function listTasks(world: World, projectId: string, query: ListQuery): EmulatedAnswer {
	const { task_id, region, offset = 0, limit = 10 } = query;
	if (task_id !== undefined) {
		const task = find(world, projectId, task_id, region);
		return task ? ok({ task_infos: [task], total: 1 }) : requestIllegal(404);
	}
	const all = [...world.tasksOf(projectId).values()].filter(
		(task) => region === undefined || task.region === region,
	);
	return ok({ task_infos: all.slice(offset, offset + limit), total: all.length });
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export function createTask(
	world: World,
	projectId: string,
	body: Record<string, unknown> & { source_type: string; source_urls: string[] },
): EmulatedAnswer {
	const { source_type, source_urls, destination_url, domain, app_name, stream_name } = body;
	const isVod = source_type === 'PullVodPushLive';
	const hasParts = [domain, app_name, stream_name].some(isGiven);
	const isValid =
		(isVod || source_urls.length === 1) &&
		isGiven(destination_url) !== hasParts &&
		(isVod || !isGiven(body.backup_source_type)) &&
		hasPossibleTimes(world, body) &&
		hasPossibleIndex(body, source_urls);
	if (!isValid) return requestIllegal(400);
	const task = world.addTask(projectId, {
		domain: undefined,
		app_name: undefined,
		stream_name: undefined,
		...body,
		task_id: randomUUID(),
	});
	return ok({ task_id: task.task_id });
}

/** Only tasks that loop files react; open: what the others answer. Here they accept and stay as they are. */
export function modifyTask(
	world: World,
	projectId: string,
	body: Record<string, unknown> & { task_id: string },
): EmulatedAnswer {
	const task = find(world, projectId, body.task_id);
	const { task_id, status, ...changes } = body;
	if (!task) return requestIllegal(400);
	if (task.source_type === 'PullVodPushLive') {
		const changed = { ...task, ...changes };
		if (!hasPossibleTimes(world, changed) || !hasPossibleIndex(changed, changed.source_urls)) {
			return requestIllegal(400);
		}
		Object.assign(task, changes);
		if (status === 'pause') task.status = 'suspend';
		if (status === 'enable') task.status = 'running';
	}
	return ok({ task_id });
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== '';
}

function hasPossibleTimes(world: World, body: Record<string, unknown>): boolean {
	const start = Date.parse(String(body.start_time ?? isoSeconds(world.now())));
	if (body.end_time === undefined) return true;
	const end = Date.parse(String(body.end_time));
	return end > start && end - start <= WEEK_MS;
}

function hasPossibleIndex(body: Record<string, unknown>, sourceUrls: readonly string[]): boolean {
	return Number(body.vod_start_video_index ?? 0) < sourceUrls.length;
}
