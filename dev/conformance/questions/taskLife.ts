import { isSilence, listIn, type Json, type Seen } from '../answer';
import { TASKS, type Request } from '../caller';
import { answers, open, refuses, text, type Documented } from '../documented';
import { DAY_MS, type OwnTasks } from '../ownTasks';
import type { Suite } from '../suite';
import { list, page } from './listing';

const TASK = { task_id: text(64, 1) };
const ILLEGAL = refuses(400, 'LIVE.100011001');
const ABSENT = refuses(404, 'LIVE.100011001');
const isOf = (id: string) =>
	answers(200, TASK, (json) => (json.task_id === id ? [] : ['it is another task_id']));

const put = (body: Json): Request => ({ method: 'PUT', path: TASKS, body });
const remove = (query: NonNullable<Request['query']>): Request => ({ method: 'DELETE', path: TASKS, query });

/** A task from its making to its end, and what is said of it when it is gone. */
export async function askTaskLife(suite: Suite, own: OwnTasks, otherRegion: string): Promise<void> {
	suite.begin('Create');
	const body = own.body();
	const made = await own.create(
		async (request) => await suite.ask('a task in six days', request, answers(200, TASK)),
		suite.send,
		body,
	);
	const id = own.current;
	if (id === undefined) {
		return suite.skipGroup(
			'Life of a task',
			`there is no task of ours: ${isSilence(made) ? 'no answer' : made.status}`,
		);
	}
	await askAboutIt(suite, own, id, body, otherRegion);
	await askUpdates(suite, own, id);
	await askDeletion(suite, own, id, otherRegion);
}

async function askAboutIt(
	suite: Suite,
	own: OwnTasks,
	id: string,
	sent: Json,
	otherRegion: string,
): Promise<void> {
	suite.begin('Get a task');
	const seen = await suite.ask('task_id', list({ task_id: id }), isListedAs(id, sent));
	const task = listIn(seen, 'task_infos').find((listed) => own.isMarked(listed));
	suite.note(
		'status before its start',
		open(() => JSON.stringify(task?.status) ?? 'none'),
		seen,
	);
	suite.note(
		'form of times',
		open(() => `${String(task?.create_time)}, ${String(task?.start_time)}`),
		seen,
	);
	suite.note(
		'fields it has',
		open(() => Object.keys(task ?? {}).join(', ')),
		seen,
	);
	if (typeof task?.region === 'string') {
		await suite.ask(
			'task_id and its region',
			list({ task_id: id, region: task.region }),
			isListedAs(id, sent),
		);
	} else {
		suite.skip('task_id and its region', 'the list names no region');
	}
	await suite.ask('task_id and another region', list({ task_id: id, region: otherRegion }), open());
}

/** The one task, with what it was made with. Moments count, not how they are written. */
function isListedAs(id: string, sent: Json): Documented {
	return page('the task as it was made', (tasks) => {
		if (tasks.length !== 1) return [`there are ${tasks.length} tasks`];
		const [task = {}] = tasks;
		// What it holds is not to be passed on.
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
async function askUpdates(suite: Suite, own: OwnTasks, id: string): Promise<void> {
	suite.begin('Update');
	const shown = async () =>
		listIn(await suite.send(list({ task_id: id })), 'task_infos').find((task) => own.isMarked(task));
	const updated = await suite.ask('vod_loop_time', put({ task_id: id, vod_loop_time: '3' }), isOf(id));
	const task = await shown();
	suite.note('vod_loop_time afterwards', holds('vod_loop_time', '3', task), updated);
	for (const [asked, change] of refusedUpdates(own)) {
		await suite.ask(asked, put({ task_id: id, ...change }), ILLEGAL);
	}
	const withMilliseconds = own.time(60_000).replace('Z', '.000Z');
	await suite.ask('a start with milliseconds', put({ task_id: id, start_time: withMilliseconds }), open());
	await suite.ask(
		'no Content-Type',
		{ ...put({ task_id: id, vod_loop_time: '4' }), contentType: null },
		refuses(400, 'LIVE.100011012'),
	);
	const paused = await suite.ask('status pause', put({ task_id: id, status: 'pause' }), isOf(id));
	const status = (await shown())?.status;
	suite.note(
		'status afterwards',
		open(() => JSON.stringify(status) ?? 'none'),
		paused,
	);
}

function holds(field: string, value: unknown, task: Json | undefined): Documented {
	return {
		says: JSON.stringify(value),
		note: () => JSON.stringify(task?.[field]) ?? 'missing',
		differences: () =>
			task?.[field] === value ? [] : [`it is ${JSON.stringify(task?.[field]) ?? 'missing'}`],
	};
}

const refusedUpdates = (own: OwnTasks): Array<[asked: string, change: Json]> => [
	['an end before the start', { start_time: own.time(0), end_time: own.time(-60_000) }],
	['an end 8 days after the start', { start_time: own.time(0), end_time: own.time(8 * DAY_MS) }],
	['an end that is over', { end_time: '2020-01-01T00:00:00Z' }],
	['31 source_urls', { source_urls: new Array<string>(31).fill('https://conformance.invalid/nothing.mp4') }],
	['a source URL of 2049 characters', { source_urls: [`https://conformance.invalid/${'x'.repeat(2021)}`] }],
	['an index behind the last file', { vod_start_video_index: 1 }],
	['a number over 2147483647', { vod_start_video_time: 2147483648 }],
	['a number below 0', { vod_start_video_time: -1 }],
	['vod_loop_time of 11 characters', { vod_loop_time: '1'.repeat(11) }],
	['an unknown vod_refresh_type', { vod_refresh_type: 'conformance' }],
	['an unknown callback event', { callback_events: ['Conformance'] }],
	['an unknown status', { status: 'conformance' }],
];

async function askDeletion(suite: Suite, own: OwnTasks, id: string, otherRegion: string): Promise<void> {
	suite.begin('Delete');
	/** Every question may end the task, whatever it should do. */
	const ask = async (asked: string, query: Record<string, string>, documented: Documented) => {
		if (own.current !== id) return suite.skip(asked, 'the task is gone already');
		const seen = await suite.ask(asked, remove({ task_id: id, ...query }), documented);
		if (!isSilence(seen) && seen.status < 300) own.noteDeleted(id);
	};
	await ask('an empty region', { region: '' }, ILLEGAL);
	await ask('region of 65 characters', { region: 'x'.repeat(65) }, ILLEGAL);
	await ask('another region', { region: otherRegion }, open());
	await suite.ask('whether it is still listed', list({ task_id: id }), open());
	await ask('without region', {}, isOf(id));
	suite.begin('A task that is gone');
	if (own.current === id) return suite.skip('all of it', 'the task could not be deleted');
	await suite.ask('Delete', remove({ task_id: id }), ABSENT);
	await suite.ask('List, task_id', list({ task_id: id }), ABSENT);
	await suite.ask('Update', put({ task_id: id, vod_loop_time: '2' }), refuses(400));
}

/** What the documentation leaves open and only further tasks can answer: one at a time, each deleted before the next. */
export async function askFurtherTasks(suite: Suite, own: OwnTasks): Promise<void> {
	suite.begin('Further tasks');
	for (const { asked, change, askOf } of FURTHER) {
		const body = { ...own.body(), ...change(own) };
		await own.create(async (request) => await suite.ask(asked, request, open()), suite.send, body);
		if (own.current !== undefined) await askOf?.(suite, own.current);
		const { left, unsure } = await own.cleanUp(suite.send);
		if (unsure || left.length > 0) return suite.skip('the rest', 'a task could not be deleted');
	}
}

interface FurtherTask {
	asked: string;
	/** How it differs from the first one; what is undefined is not sent. */
	change: (own: OwnTasks) => Json;
	askOf?: (suite: Suite, id: string) => Promise<Seen>;
}

const FURTHER: readonly FurtherTask[] = [
	{
		asked: 'an app and a stream, no domain',
		change: ({ marker }) => ({
			destination_url: undefined,
			domain: undefined,
			app_name: 'live',
			stream_name: marker,
		}),
	},
	{
		asked: 'no end_time',
		change: () => ({ end_time: undefined }),
		askOf: async (suite, id) =>
			await suite.ask(
				'the end it got',
				list({ task_id: id }),
				open((answer) => String(listIn(answer, 'task_infos')[0]?.end_time)),
			),
	},
	{
		asked: 'a live relay',
		change: () => ({
			source_type: 'PullLivePushLive',
			source_urls: ['rtmp://conformance.invalid/live/nothing'],
			vod_loop_time: undefined,
		}),
		askOf: async (suite, id) =>
			await suite.ask('updating a live relay', put({ task_id: id, status: 'pause' }), open()),
	},
];
