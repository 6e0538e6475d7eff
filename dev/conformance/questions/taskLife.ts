import { DAY_MS } from '../../emulator/world';
import { list, put, remove, type Send } from '../caller';
import { open, rejects, REQUEST_ID, responds, text, type Documented } from '../documented';
import type { OwnTask, OwnTasks } from '../ownTasks';
import { isNotPermitted, listIn, type Json } from '../response';
import type { Question, Suite } from '../suite';
import { ILLEGAL, NO_MEDIA_TYPE, page } from './listing';

const FILE_URL = 'https://conformance.invalid/nothing.mp4';
const STREAM_URL = 'rtmp://conformance.invalid/live/nothing';
const TASK = { task_id: text(64, 1), ...REQUEST_ID };
const ABSENT = rejects(404, 'LIVE.100011001');
const isOf = (id: string) =>
	responds(200, TASK, (json) => (json.task_id === id ? [] : ['it is another task_id']));

/** Questions about IDs that no task has. */
export async function askUnknownTask(suite: Suite): Promise<void> {
	suite.begin('A task that never existed');
	await suite.askEach([
		['Delete, a random UUID', remove({ task_id: suite.own.unknownId('uuid') }), ABSENT],
		['Delete, a malformed ID', remove({ task_id: suite.own.unknownId('malformed') }), open()],
	]);
}

/** A task from its creation to its deletion, and what the service says afterwards. */
export async function askTaskLife(suite: Suite): Promise<void> {
	suite.begin('Create');
	const body = suite.own.body();
	const task = await create(suite, 'a task in six days', body);
	if (!task) return;
	await askAboutIt(suite, task, body);
	await askUpdates(suite, task.id);
	await askDeletion(suite, task.id);
	await askDeletionInRegion(suite);
}

/** Creates a task, and notes when it responds and yet no list shows it. */
async function create(
	suite: Suite,
	asked: string,
	body: Json,
	documented: Documented = responds(200, TASK),
): Promise<OwnTask | undefined> {
	const ask: Send = async (request) => await suite.ask(asked, request, documented);
	await suite.own.create(ask, suite.send, body);
	const [task] = suite.own.listed;
	if (!task) suite.skip(`${asked}: the rest`, 'no list shows a task of ours');
	return task;
}

async function askAboutIt(suite: Suite, { id, region }: OwnTask, sent: Json): Promise<void> {
	const { own } = suite.begin('Get a task');
	const seen = await suite.ask('task_id', list({ task_id: id }), isListedAs(id, sent));
	const task = listIn(seen, 'task_infos').find((listed) => own.isMarked(listed));
	suite.remark('status before its start', JSON.stringify(task?.status) ?? 'none');
	suite.remark('form of times', `${String(task?.create_time)}, ${String(task?.start_time)}`);
	suite.remark('fields it has', Object.keys(task ?? {}).join(', '));
	if (region === undefined) suite.skip('task_id and its region', 'the list names no region');
	else await suite.ask('task_id and its region', list({ task_id: id, region }), isListedAs(id, sent));
	await suite.ask('task_id and another region', list({ task_id: id, region: own.otherRegion }), open());
}

/** The one task, with the fields it was created with. Moments count, not how they are written. */
function isListedAs(id: string, sent: Json): Documented {
	return page('the task as it was created', (tasks) => {
		if (tasks.length !== 1) return [`there are ${tasks.length} tasks`];
		const [task = {}] = tasks;
		// Its contents are not to be passed on.
		if (task.task_id !== id) return ['it is another task'];
		return Object.entries({ ...sent, task_id: id }).flatMap(([name, value]) =>
			isSame(task[name], value) ? [] : [`${name} is ${JSON.stringify(task[name])}`],
		);
	});
}

function isSame(seen: unknown, sent: unknown): boolean {
	const moments = [Date.parse(String(seen)), Date.parse(String(sent))];
	return (
		JSON.stringify(seen) === JSON.stringify(sent) || (moments[0] === moments[1] && !Number.isNaN(moments[0]))
	);
}

/** No update may begin a task, so none is enabled, and none starts earlier. */
async function askUpdates(suite: Suite, id: string): Promise<void> {
	const { own } = suite.begin('Update');
	const shown = async () =>
		listIn(await suite.send(list({ task_id: id })), 'task_infos').find((task) => own.isMarked(task));
	const updated = await suite.ask('vod_loop_time', put({ task_id: id, vod_loop_time: '3' }), isOf(id));
	const loops = JSON.stringify((await shown())?.vod_loop_time) ?? 'missing';
	if (!isNotPermitted(updated)) suite.compare('vod_loop_time afterwards', '"3"', loops);
	const start_time = own.time(60_000).replace('Z', '.000Z');
	const untyped = { ...put({ task_id: id, vod_loop_time: '4' }), contentType: null };
	await suite.askEach([
		...rejectedUpdates(own).map(([asked, change]): Question => [
			asked,
			put({ task_id: id, ...change }),
			ILLEGAL,
		]),
		['an unknown field', put({ task_id: id, conformance: 'x' }), open()],
		['a start with milliseconds', put({ task_id: id, start_time }), open()],
		['no Content-Type', untyped, NO_MEDIA_TYPE],
		['status pause', put({ task_id: id, status: 'pause' }), isOf(id)],
	]);
	suite.remark('status afterwards', JSON.stringify((await shown())?.status) ?? 'none');
}

/** Changes that neither a creation nor an update may have. */
const rejectedChanges = (own: OwnTasks): Array<[asked: string, change: Json]> => [
	['an end before the start', { start_time: own.time(0), end_time: own.time(-60_000) }],
	['an end 8 days after the start', { start_time: own.time(0), end_time: own.time(8 * DAY_MS) }],
	['31 source_urls', { source_urls: new Array<string>(31).fill(FILE_URL) }],
	['a source URL of 2049 characters', { source_urls: [FILE_URL.padEnd(2049, 'x')] }],
];

const rejectedUpdates = (own: OwnTasks): Array<[asked: string, change: Json]> => [
	...rejectedChanges(own),
	['an end in the past', { end_time: '2020-01-01T00:00:00Z' }],
	['an index beyond the last file', { vod_start_video_index: 1 }],
	['a number over 2147483647', { vod_start_video_time: 2147483648 }],
	['a number below 0', { vod_start_video_time: -1 }],
	['vod_loop_time of 11 characters', { vod_loop_time: '1'.repeat(11) }],
	['an unknown vod_refresh_type', { vod_refresh_type: 'conformance' }],
	['an unknown callback event', { callback_events: ['Conformance'] }],
	['an unknown status', { status: 'conformance' }],
];

/** Deletes the task unless it no longer exists, and checks whether it is still listed. */
async function askToDelete(
	suite: Suite,
	asked: string,
	query: { task_id: string; region?: string },
	documented: Documented,
): Promise<void> {
	const { own } = suite;
	if (own.listed.every(({ id }) => id !== query.task_id))
		return suite.skip(asked, 'the task no longer exists');
	await suite.ask(asked, remove(query), documented);
	await own.look(suite.send);
	const isListed = own.listed.some(({ id }) => id === query.task_id);
	suite.remark(`${asked}: afterwards`, isListed ? 'listed' : 'not listed');
}

async function askDeletion(suite: Suite, id: string): Promise<void> {
	const { own } = suite.begin('Delete');
	const region = own.listed[0]?.region;
	const ask = async (asked: string, query: { region?: string }, documented: Documented) =>
		await askToDelete(suite, asked, { task_id: id, ...query }, documented);
	await ask('an empty region', { region: '' }, ILLEGAL);
	await ask('region of 65 characters', { region: 'x'.repeat(65) }, ILLEGAL);
	await ask('another region', { region: own.otherRegion }, open());
	await ask('without region', {}, isOf(id));
	if (own.listed.length > 0 && region !== undefined)
		await ask('the listed region, then', { region }, isOf(id));
	suite.begin('A deleted task');
	if (own.listed.length > 0) return suite.skip('all of it', 'the task could not be deleted');
	await suite.askEach([
		['Delete', remove({ task_id: id }), ABSENT],
		['List, task_id', list({ task_id: id }), ABSENT],
		['Update', put({ task_id: id, vod_loop_time: '2' }), rejects(400)],
	]);
}

/** A second task, deleted with the region that the list names. */
async function askDeletionInRegion(suite: Suite): Promise<void> {
	const { own } = suite.begin('Delete in the listed region');
	if (own.listed.length > 0) return suite.skip('all of it', 'the first task could not be deleted');
	const task = await create(suite, 'a second task', own.body());
	if (!task) return;
	if (task.region === undefined) suite.skip('the listed region', 'the list names none');
	else {
		const query = { task_id: task.id, region: task.region };
		await askToDelete(suite, 'the listed region', query, isOf(task.id));
	}
	await own.cleanUp(suite.send);
}

/** Creations that have to be rejected. One that is not starts in six days, like any other, and is deleted. */
export async function askRejectedCreations(suite: Suite): Promise<void> {
	const { own } = suite.begin('Rejected creations');
	for (const [asked, change] of rejectedCreations(own)) {
		if (!(await own.isFree(suite.send))) return suite.skip('the rest', 'a task could not be deleted');
		await own.create(async (request) => await suite.ask(asked, request, ILLEGAL), suite.send, {
			...own.body(),
			...change,
		});
	}
	const all = 'none of them is listed';
	if (await own.look(suite.send)) suite.compare(all, '0 listed', `${own.listed.length} listed`);
	else suite.skip(all, 'no complete list');
}

function rejectedCreations(own: OwnTasks): Array<[asked: string, change: Json]> {
	const url = `rtmp://conformance.invalid/live/${own.marker}`;
	const toUrl = { domain: undefined, app_name: undefined, stream_name: undefined, destination_url: url };
	return [
		...rejectedChanges(own),
		['no source_type', { source_type: undefined }],
		['an unknown source_type', { source_type: 'conformance' }],
		['no source_urls', { source_urls: [] }],
		[
			'two source_urls of a live relay',
			{ source_type: 'PullLivePushLive', source_urls: [STREAM_URL, STREAM_URL] },
		],
		['a destination URL of 2049 characters', { ...toUrl, destination_url: url.padEnd(2049, 'x') }],
		['a destination URL and a domain', { destination_url: url, domain: 'conformance.invalid' }],
		['region of 65 characters', { region: 'x'.repeat(65) }],
	];
}

/** Questions that the documentation leaves open and only further tasks can answer: one at a time, each deleted before the next. */
export async function askFurtherTasks(suite: Suite): Promise<void> {
	const { own } = suite.begin('Further tasks');
	/** @param change how it differs from the first one; undefined fields are not sent */
	const createFurther = async (asked: string, change: Json) => {
		if (await own.isFree(suite.send)) return await create(suite, asked, { ...own.body(), ...change }, open());
		return suite.skip(asked, 'a task could not be deleted');
	};
	const elsewhere = await createFurther('another region', { region: own.otherRegion });
	if (elsewhere) await askAboutRegions(suite, elsewhere);
	const withoutDomain = { destination_url: undefined, domain: undefined };
	const inApp = { ...withoutDomain, app_name: 'live', stream_name: own.marker };
	await createFurther('an app and a stream, no domain', inApp);
	const endless = await createFurther('no end_time', { end_time: undefined });
	const endOf = open((response) => String(listIn(response, 'task_infos')[0]?.end_time));
	if (endless) await suite.ask('its end_time', list({ task_id: endless.id }), endOf);
	const live = { source_type: 'PullLivePushLive', source_urls: [STREAM_URL], vod_loop_time: undefined };
	const relay = await createFurther('a live relay', live);
	if (relay) await suite.ask('updating a live relay', put({ task_id: relay.id, status: 'pause' }), open());
	await own.isFree(suite.send);
}

/** How lists and deletions without a region treat a task outside the home region. */
async function askAboutRegions(suite: Suite, { id, region }: OwnTask): Promise<void> {
	suite.remark('its region', region ?? 'none is listed');
	const isIn: Documented = open((response) =>
		listIn(response, 'task_infos').some(({ task_id }) => task_id === id) ? 'listed' : 'not listed',
	);
	await suite.ask('a list for its ID, without region', list({ task_id: id }), isIn);
	await suite.ask('a list without region', list({ limit: 100 }), isIn);
	await askToDelete(suite, 'deletion without region', { task_id: id }, open());
	if (region !== undefined) {
		await askToDelete(suite, 'deletion with its region', { task_id: id, region }, isOf(id));
	}
}
