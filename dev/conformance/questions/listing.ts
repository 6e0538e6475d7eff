import { randomUUID } from 'node:crypto';

import type { Credential } from '../../../huawei-cloud/identity/credential';
import { get, list, type Query, type Request } from '../caller';
import {
	isNotCarriedOut,
	listOf,
	open,
	rejects,
	REQUEST_ID,
	responds,
	text,
	texts,
	whole,
	type Documented,
} from '../documented';
import { TASKS } from '../guard';
import { describe, listIn, type Json, type Seen } from '../response';
import type { Question, Suite } from '../suite';

/** The documented fields of a task; all of them are optional. */
const TASK_FIELDS = {
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
export const ILLEGAL = rejects(400, 'LIVE.100011001');
export const NO_MEDIA_TYPE = rejects(400, 'LIVE.100011012');
const FOREIGN_PROJECT = '0'.repeat(32);

/** A page of tasks that is further judged. */
export function page(what: string, further: (tasks: Json[], json: Json) => string[]): Documented {
	const listed = responds(200, LIST, (json) => further(listIn({ json }, 'task_infos'), json));
	return { ...listed, says: `${listed.says}, ${what}` };
}

/** Questions with one parameter each, named by it: `limit=0`, `region=(65 characters)`. */
export function askedWith(
	queries: readonly Query[],
	request: (query: Query) => Request,
	documented: Documented,
	before = '',
): Question[] {
	return queries.map((query) => {
		const [[name, value] = ['', '']] = Object.entries(query);
		const shown = String(value).length > 20 ? `(${String(value).length} characters)` : value;
		return [`${before}${name}=${shown}`, request(query), documented];
	});
}

/** The first question. Nothing else can be asked if it fails. */
export async function askForOneTask(suite: Suite): Promise<Seen> {
	suite.begin('List tasks');
	const one = page('at most one task', (tasks) =>
		tasks.length > 1 ? [`there are ${tasks.length} tasks`] : [],
	);
	return await suite.ask('limit=1', list({ limit: 1 }), one);
}

/** Questions about the gateway in front of the API: who may call, where, and how. */
export async function askGateway(
	suite: Suite,
	{ liveEndpoint, iamEndpoint, method }: Credential,
): Promise<void> {
	suite.begin('Gateway');
	const one = list({ limit: 1 });
	const unknown = { ...one, authentication: 'wrongToken' } as const;
	await suite.askEach([
		['no authentication', { ...one, authentication: 'none' }, rejects(401, '0301')],
		['a wrong token', unknown, rejects(401, '0301')],
		['a wrong token, no Content-Type', { ...unknown, contentType: null }, open()],
		["another account's project", { ...one, projectId: FOREIGN_PROJECT }, rejects(401, 'LIVE.100011015')],
		['no such path', get(`${TASKS}/nothing`), rejects(404, '0101')],
	]);
	// Without the credential, which must not travel in the clear.
	const origin = liveEndpoint.replace('https:', 'http:');
	if (origin === liveEndpoint) suite.skip('http://', 'the endpoint itself is http://');
	else await suite.ask('http://', { ...one, authentication: 'none', origin }, isNotCarriedOut);
	const signed = 'IAM, signed with X-Project-Id';
	if (method.name !== 'accessKey') suite.skip(signed, 'the credential is not an access key');
	else await suite.ask(signed, { ...get('/v3/auth/projects'), origin: iamEndpoint }, open());
	suite.skip('a wrong password or signature', 'it could lock the user or the key');
}

/** Pages, limits and filters of lists. */
export async function askListing(suite: Suite): Promise<void> {
	suite.begin('List tasks');
	await askPages(suite);
	await askRegions(suite);
	const outOfRange = [
		{ limit: 0 },
		{ limit: 101 },
		{ limit: 'x' },
		{ offset: -1 },
		{ offset: 2147483648 },
		{ task_id: '' },
		{ task_id: 'x'.repeat(65) },
		{ region: '' },
		{ region: 'x'.repeat(65) },
	];
	await suite.askEach([
		...askedWith(outOfRange, list, ILLEGAL),
		['an unknown task_id', list({ task_id: randomUUID() }), rejects(404, 'LIVE.100011001')],
		['an unknown parameter', list({ limit: 1, conformance: 'x' }), open()],
		['an unknown region', list({ region: 'xx-nowhere-9', limit: 1 }), open()],
		['no Content-Type', { ...list({ limit: 1 }), contentType: null }, NO_MEDIA_TYPE],
	]);
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
	const tasks = listIn(all, 'task_infos');
	const second = page('the second task', ([task, ...more]) =>
		more.length === 0 && task?.task_id === tasks[1]?.task_id ? [] : ['it is not the second task'],
	);
	if (tasks.length < 2) suite.skip('offset=1, limit=1', 'there are no two tasks in this project');
	else await suite.ask('offset=1, limit=1', list({ offset: 1, limit: 1 }), second);
	const none = page('no tasks', ({ length }) => (length > 0 ? [`there are ${length} tasks`] : []));
	await suite.askEach([
		['an offset beyond the last task', list({ offset: 2147483647, limit: 1 }), none],
		['no offset, no limit', get(TASKS), open()],
	]);
	const names = new Set(tasks.flatMap((task) => Object.keys(task)));
	const unknown = [...names].filter((name) => !Object.hasOwn(TASK_FIELDS, name));
	const states = new Set(tasks.map(({ status }) => JSON.stringify(status)));
	suite.remark('fields not documented', unknown.join(', ') || 'none');
	suite.remark('status of tasks', [...states].join(', ') || 'no tasks');
}

/** The regions of section "Regions and Endpoints", as the SDKs list them. */
const REGIONS = ['cn-north-4', 'cn-north-1', 'cn-east-3', 'ap-southeast-2', 'ap-southeast-3'];

/** A list without a region may show the tasks of every region, or those of one. */
async function askRegions(suite: Suite): Promise<void> {
	const totals: string[] = [];
	for (const region of [undefined, ...REGIONS]) {
		const seen = await suite.send(list({ limit: 1, ...(region !== undefined && { region }) }));
		totals.push(`${region ?? 'without a region'} ${JSON.stringify(seen.json?.total) ?? describe(seen)}`);
	}
	suite.remark('total of each region', totals.join('; '));
}
