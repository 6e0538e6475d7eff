import { list, put } from '../caller';
import { open, type Documented } from '../documented';
import { DAY_MS, type OwnTask, type OwnTasks } from '../ownTasks';
import { listIn, type Json } from '../response';
import type { Suite } from '../suite';
import { ILLEGAL } from './listing';
import { askToDelete, create, isOf } from './taskLife';

/** Creations that have to be rejected. One that is not starts in six days, like any other, and is deleted. */
export async function askRejectedCreations(suite: Suite, own: OwnTasks): Promise<void> {
	suite.begin('Rejected creations');
	for (const [asked, change] of rejectedCreations(own)) {
		if (!(await own.isFree(suite.send))) return suite.skip('the rest', 'a task could not be deleted');
		await own.create(async (request) => await suite.ask(asked, request, ILLEGAL), suite.send, {
			...own.body(),
			...change,
		});
	}
	const all = 'none of them is listed';
	if (await own.look(suite.send)) suite.compare(all, '0 listed', `${own.all.length} listed`);
	else suite.skip(all, 'no complete list');
}

function rejectedCreations(own: OwnTasks): Array<[asked: string, change: Json]> {
	const url = `rtmp://conformance.invalid/live/${own.marker}`;
	const file = 'https://conformance.invalid/nothing.mp4';
	const stream = 'rtmp://conformance.invalid/live/nothing';
	const toUrl = { domain: undefined, app_name: undefined, stream_name: undefined, destination_url: url };
	return [
		['no source_type', { source_type: undefined }],
		['an unknown source_type', { source_type: 'conformance' }],
		['no source_urls', { source_urls: [] }],
		['31 source_urls', { source_urls: new Array<string>(31).fill(file) }],
		['two source_urls of a live relay', { source_type: 'PullLivePushLive', source_urls: [stream, stream] }],
		['a source URL of 2049 characters', { source_urls: [file.padEnd(2049, 'x')] }],
		['a destination URL of 2049 characters', { ...toUrl, destination_url: url.padEnd(2049, 'x') }],
		['a destination URL and a domain', { destination_url: url, domain: 'conformance.invalid' }],
		['an end before the start', { end_time: own.time(-60_000) }],
		['an end 8 days after the start', { end_time: own.time(8 * DAY_MS) }],
		['region of 65 characters', { region: 'x'.repeat(65) }],
	];
}

/** Questions that the documentation leaves open and only further tasks can answer: one at a time, each deleted before the next. */
export async function askFurtherTasks(suite: Suite, own: OwnTasks, otherRegion: string): Promise<void> {
	suite.begin('Further tasks');
	for (const { asked, change, askOf } of furtherTasks(own, otherRegion)) {
		if (!(await own.isFree(suite.send))) return suite.skip('the rest', 'a task could not be deleted');
		const task = await create(suite, own, asked, { ...own.body(), ...change }, open());
		if (task) await askOf?.(suite, own, task);
	}
	await own.isFree(suite.send);
}

interface FurtherTask {
	asked: string;
	/** How it differs from the first one; undefined fields are not sent. */
	change: Json;
	askOf?: (suite: Suite, own: OwnTasks, task: OwnTask) => Promise<unknown>;
}

function furtherTasks({ marker }: OwnTasks, otherRegion: string): FurtherTask[] {
	return [
		{ asked: 'another region', change: { region: otherRegion }, askOf: askAboutRegions },
		{
			asked: 'an app and a stream, no domain',
			change: { destination_url: undefined, domain: undefined, app_name: 'live', stream_name: marker },
		},
		{
			asked: 'no end_time',
			change: { end_time: undefined },
			askOf: async (suite, _own, { id }) =>
				await suite.ask(
					'the end it got',
					list({ task_id: id }),
					open((response) => String(listIn(response, 'task_infos')[0]?.end_time)),
				),
		},
		{
			asked: 'a live relay',
			change: {
				source_type: 'PullLivePushLive',
				source_urls: ['rtmp://conformance.invalid/live/nothing'],
				vod_loop_time: undefined,
			},
			askOf: async (suite, _own, { id }) =>
				await suite.ask('updating a live relay', put({ task_id: id, status: 'pause' }), open()),
		},
	];
}

/** How lists and deletions without a region treat a task outside the home region. */
async function askAboutRegions(suite: Suite, own: OwnTasks, { id, region }: OwnTask): Promise<void> {
	suite.remark('its region', region ?? 'none is listed');
	const isIn: Documented = open((response) =>
		listIn(response, 'task_infos').some(({ task_id }) => task_id === id) ? 'listed' : 'not listed',
	);
	await suite.ask('a list for its ID, without region', list({ task_id: id }), isIn);
	await suite.ask('a list without region', list({ limit: 100 }), isIn);
	await askToDelete(suite, own, 'deletion without region', { task_id: id }, open());
	if (region !== undefined) {
		await askToDelete(suite, own, 'deletion with its region', { task_id: id, region }, isOf(id));
	}
}
