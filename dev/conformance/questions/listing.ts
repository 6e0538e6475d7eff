import { randomUUID } from 'node:crypto';

import { TASKS, type Request } from '../caller';
import {
	listOf,
	open,
	rejects,
	REQUEST_ID,
	succeeds,
	text,
	texts,
	whole,
	type Documented,
} from '../documented';
import { describe, isMissing, listIn, type Json, type Seen } from '../response';
import type { Suite } from '../suite';

/** The documented fields of a task; all of them are optional. */
export const TASK_FIELDS = {
	task_id: text(64, 1),
	status: text(),
	create_time: text(),
	region: text(64),
	source_type: text(),
	source_urls: texts,
	domain: text(255),
	app_name: text(128),
	stream_name: text(512),
	push_args: text(2048),
	destination_url: text(2048),
	start_time: text(),
	end_time: text(),
	callback_events: texts,
	callback_url: text(2048),
	backup_source_type: text(),
	backup_source_urls: texts,
	vod_loop_time: text(10),
	vod_start_video_index: whole,
	vod_start_video_time: whole,
	vod_refresh_type: text(),
};

const LIST = { task_infos: listOf(TASK_FIELDS), total: whole, ...REQUEST_ID };
const ILLEGAL = rejects(400, 'LIVE.100011001');

export const list = (query: NonNullable<Request['query']>): Request => ({
	method: 'GET',
	path: TASKS,
	query,
});

/** A page of tasks that is further judged. */
export function page(what: string, further: (tasks: Json[], json: Json) => string[]): Documented {
	const tasksOf = (json: Json) => listIn({ status: 200, headers: {}, text: '', json }, 'task_infos');
	const listed = succeeds(200, LIST, (json) => further(tasksOf(json), json));
	return { ...listed, says: `${listed.says}, ${what}` };
}

/** The first question. Nothing else can be asked if it fails. */
export async function askForOneTask(suite: Suite): Promise<Seen> {
	suite.begin('List tasks');
	return await suite.ask(
		'limit=1',
		list({ limit: 1 }),
		page('one task at most', (tasks) => (tasks.length > 1 ? [`there are ${tasks.length} tasks`] : [])),
	);
}

/** Pages, limits and filters of lists. */
export async function askListing(suite: Suite): Promise<void> {
	suite.begin('List tasks');
	await askPages(suite);
	await askRegions(suite);
	for (const query of [
		{ limit: 0 },
		{ limit: 101 },
		{ limit: 'x' },
		{ offset: -1 },
		{ offset: 2147483648 },
		{ task_id: '' },
		{ task_id: 'x'.repeat(65) },
		{ region: '' },
		{ region: 'x'.repeat(65) },
	]) {
		const [[name, value] = ['', '']] = Object.entries(query);
		const shown = String(value).length > 20 ? `(${String(value).length} characters)` : value;
		await suite.ask(`${name}=${shown}`, list(query), ILLEGAL);
	}
	await suite.ask('an unknown task_id', list({ task_id: randomUUID() }), rejects(404, 'LIVE.100011001'));
	await suite.ask('an unknown region', list({ region: 'xx-nowhere-9', limit: 1 }), open());
	await suite.ask(
		'no Content-Type',
		{ ...list({ limit: 1 }), contentType: null },
		rejects(400, 'LIVE.100011012'),
	);
}

async function askPages(suite: Suite): Promise<void> {
	const all = await suite.ask(
		'offset=0, limit=100',
		list({ offset: 0, limit: 100 }),
		page('all, if there are up to 100', (tasks, { total }) =>
			tasks.length === Math.min(100, Number(total))
				? []
				: [`there are ${tasks.length} tasks of ${String(total)}`],
		),
	);
	const ids = listIn(all, 'task_infos').map(({ task_id }) => task_id);
	if (ids.length < 2) {
		suite.skip('offset=1, limit=1', 'there are no two tasks in this project');
	} else {
		await suite.ask(
			'offset=1, limit=1',
			list({ offset: 1, limit: 1 }),
			page('the second task', (tasks) =>
				tasks.length === 1 && tasks[0]?.task_id === ids[1] ? [] : ['it is not the second task'],
			),
		);
	}
	await suite.ask(
		'an offset behind the last',
		list({ offset: 2147483647, limit: 1 }),
		page('no tasks', (tasks) => (tasks.length > 0 ? [`there are ${tasks.length} tasks`] : [])),
	);
	await suite.ask('no offset, no limit', { method: 'GET', path: TASKS }, open());
	noteFields(suite, all);
}

/** The regions of section "Regions and Endpoints", as the SDKs list them. */
const REGIONS = ['cn-north-4', 'cn-north-1', 'cn-east-3', 'ap-southeast-2', 'ap-southeast-3'];

/** A list without a region may show the tasks of every region, or those of one. */
async function askRegions(suite: Suite): Promise<void> {
	const totals: string[] = [];
	for (const region of [undefined, ...REGIONS]) {
		const query = { limit: 1, ...(region !== undefined && { region }) };
		const seen = await suite.send(list(query));
		const total = isMissing(seen) ? undefined : seen.json?.total;
		totals.push(
			`${region ?? 'without a region'} ${total === undefined ? describe(seen) : JSON.stringify(total)}`,
		);
	}
	suite.remark('total of each region', totals.join('; '));
}

function noteFields(suite: Suite, seen: Seen): void {
	if (isMissing(seen)) return;
	const names = new Set(listIn(seen, 'task_infos').flatMap((task) => Object.keys(task)));
	const unknown = [...names].filter((name) => !Object.hasOwn(TASK_FIELDS, name));
	const states = new Set(listIn(seen, 'task_infos').map(({ status }) => JSON.stringify(status)));
	suite.note(
		'fields not documented',
		open(() => unknown.join(', ') || 'none'),
		seen,
	);
	suite.note(
		'status of tasks',
		open(() => [...states].join(', ') || 'no tasks'),
		seen,
	);
}
