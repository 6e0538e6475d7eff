import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { REDACTED } from '../../huawei-cloud/call/redaction';
import { cloud, eachOnCloud, engine, runOnCloud } from '../support/eachOnCloud';
import { runNode } from '../support/nodeRun';
import { LIVE_TASK } from '../support/parameters';
import { Poller } from '../support/poller';

/** Values of people and expressions are used or rejected, never silently ignored. */

eachOnCloud();

/** Runs an operation for one item whose fields are empty, and returns the items on each output. */
async function run(operation: string, parameters: IDataObject) {
	const { delivered } = await runOnCloud({
		items: [{ task_id: 'a', none: null, blank: '', spaces: ' ', yes: 'yes', one: 1, list: [] }],
		parameters: JSON.parse(JSON.stringify({ operation, ...parameters })),
	});
	return delivered;
}

const NOTHINGS = ['={{ $json.typo }}', '={{ $json.none }}', '={{ $json.spaces }}', '={{ [] }}', ''];

const SOURCE = { sourceType: 'PullVodPushLive', sourceUrls: 'https://vod.example.com/1.mp4' };
const CREATE = { ...LIVE_TASK, ...SOURCE };

test.each([
	['getAll', 'filters', 'status', 'Status'],
	['getAll', 'filters', 'target', 'Target Contains'],
	['getAll', 'filters', 'endedBefore', 'Ended Before'],
	['create', 'additionalFields', 'endTime', 'End Time'],
	['create', 'additionalFields', 'callbackEvents', 'Callback Events'],
	['update', 'updateFields', 'status', 'Status'],
	['delete', 'options', 'verify', 'Confirm'],
	['delete', 'options', 'dryRun', 'Dry Run'],
	['delete', 'options', 'timeout', 'Timeout (Ms)'],
])('a field that was added but is empty is an error that names it: %s: %s.%s', async (...row) => {
	const [operation, collection, field, label] = row;
	cloud.addTasks('a', 'b');
	for (const nothing of NOTHINGS) {
		expect(await run(operation, { ...CREATE, [collection]: { [field]: nothing } })).toMatchObject([
			[],
			[],
			[{ category: 'validation', attempts: 0, error: expect.stringContaining(label) }],
			[],
		]);
	}
	expect(cloud.emulator.calls).toEqual([]);
});

describe('a collection that is an expression as a whole', () => {
	const wrong = [
		'={{ $json.typo }}',
		'={{ $("No such node").item }}',
		'={{ [] }}',
		'={{ JSON.stringify({ dryRun: true }) }}',
		'={{ { dryrun: true } }}',
		// The shape of a resource locator, which these are not.
		'={{ { mode: "id", value: {} } }}',
		'={{ Object.create({ hasOwnProperty: 1, dryRun: true }) }}',
		'={{ Object.create(Object.assign(Object.create(null), { hasOwnProperty: 1, dryRun: true })) }}',
		'dryRun',
	];
	test.each([
		['delete', 'options'],
		['get', 'options'],
		['getAll', 'filters'],
		['create', 'additionalFields'],
		['update', 'updateFields'],
	])('must return fields: %s, %s', async (operation, collection) => {
		cloud.addTasks('a');
		const error = { category: 'validation', attempts: 0, error: expect.any(String) };
		for (const value of wrong) {
			const outputs = await run(operation, { ...CREATE, [collection]: value });
			expect(outputs).toMatchObject([[], [], [error], []]);
		}
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('counts when it does, and is read for each item', async () => {
		cloud.addTasks('a', 'b');
		const { delivered } = await runOnCloud({
			items: [
				{ task_id: 'a', dry: true },
				{ task_id: 'b', dry: false },
			],
			parameters: { options: '={{ { dryRun: $json.dry } }}' },
		});
		expect(delivered[0]).toMatchObject([{ dry_run: true }, { deleted: true }]);
		expect(cloud.tasksLeft()).toEqual(['a']);
		expect((await run('getAll', { filters: '={{ { taskId: "b" } }}' }))[0]).toEqual([]);
	});

	test.each([
		['create', '{ dryRun: true }', 'Dry Run'],
		['update', '{ region: "cn-north-4" }', 'Task Region'],
		['get', '{ verify: false }', 'Confirm'],
		['delete', '{ resumeTime: $now.plus(1, "hour") }', 'Resume Time'],
	])('must not return options of another operation: %s, %s', async (operation, options, label) => {
		cloud.addTasks('a');
		const parameters = { ...CREATE, updateFields: { status: 'pause' }, options: `={{ ${options} }}` };
		const outputs = await run(operation, parameters);
		const error = `This operation has no option ${label}.`;
		expect(outputs).toMatchObject([[], [], [{ category: 'validation', attempts: 0, error }], []]);
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('must not return a duration with an unknown field', async () => {
		for (const ago of ['{ amount: 1, unit: "days", hours: 2 }', '{ amount: 1, unit: "days" }, after: 1']) {
			const filters = `={{ { createdMoreThan: { ago: ${ago} } } }}`;
			expect((await run('getAll', { filters }))[2]).toMatchObject([
				{ error: 'Created More Than … Ago has an unknown field.' },
			]);
		}
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('is one of the trigger as well', async () => {
		cloud.addTasks('a');
		const poll = async (filters: string) =>
			await new Poller(engine, { event: 'relayTaskCreated', filters }, cloud.credentials).poll();
		for (const filters of wrong) await expect(poll(filters)).rejects.toThrow(/Filters|filters/);
		expect(await poll('={{ { target: "camera" } }}')).toBeNull();
	});
});

test('a region whose expression gives nothing is an error; left empty, it is not sent', async () => {
	cloud.addTasks('a', 'b');
	expect((await run('delete', { options: { region: '={{ $json.typo }}' } }))[2]).toMatchObject([
		{ category: 'validation', error: expect.stringContaining('Task Region') },
	]);
	expect(cloud.emulator.calls).toEqual([]);
	expect((await run('delete', { options: { region: '={{ $json.blank }}' } }))[0]).toMatchObject([
		{ deleted: true },
	]);
	expect(cloud.emulator.calls[0]?.url).not.toContain('region');
});

describe('Create', () => {
	const toDomain = (appName: string, streamName: string) => ({
		...{ ...CREATE, destination: 'domain', destinationUrl: '', domain: 'push.example.com' },
		...{ appName, streamName },
	});
	const sent = () => cloud.emulator.calls.map(({ body = '' }): unknown => JSON.parse(body));

	test.each([
		['App Name', toDomain('={{ $json.blank }}', 'a')],
		['App Name', toDomain('={{ $json.none }}', 'a')],
		['Stream Name', toDomain('live', '={{ $json.typo }}')],
		['Stream Name', toDomain('live', '={{ $json.spaces }}')],
	])('rejects an %s whose expression returns nothing', async (label, parameters) => {
		expect((await run('create', parameters))[2]).toMatchObject([
			{ category: 'validation', error: `The expression in ${label} returns nothing.` },
		]);
		expect(sent()).toEqual([]);
	});

	test('sends no app and no stream when they are left empty', async () => {
		expect((await run('create', toDomain('', ' ')))[0]).toHaveLength(1);
		expect(sent()).toEqual([
			{
				source_type: 'PullVodPushLive',
				source_urls: ['https://vod.example.com/1.mp4'],
				domain: 'push.example.com',
			},
		]);
	});

	test('takes the kind of destination from an expression, item by item', async () => {
		const destination_url = 'rtmp://push.example.com/live/a';
		await runOnCloud({
			items: [{ destination_url }, { domain: 'push.example.com' }],
			parameters: {
				operation: 'create',
				...CREATE,
				destination: '={{ $json.domain ? "domain" : "url" }}',
				destinationUrl: '={{ $json.destination_url }}',
				domain: '={{ $json.domain }}',
			},
		});
		expect(sent()).toHaveLength(2);
		expect(sent()).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ destination_url }),
				expect.objectContaining({ domain: 'push.example.com' }),
			]),
		);
	});
});

test('a value that is far too long is cut on the item of its error', async () => {
	const { delivered } = await runOnCloud({ items: [{ task_id: 'x'.repeat(16 << 20) }] });
	expect(delivered[2]).toMatchObject([
		{ error: 'The Task ID is longer than 64 characters.', task_id: expect.stringMatching(/^x{64,9000}…$/) },
	]);
});

describe('a switch', () => {
	test.each([
		['={{ "true" }}', 150],
		['={{ "False" }}', 2],
		['={{ 0 }}', 2],
	])('Return All %s is understood', async (returnAll, count) => {
		cloud.addTasks(...Array.from({ length: 150 }, (_, index) => `task-${index}`));
		expect((await run('getAll', { returnAll, limit: 2 }))[0]).toHaveLength(count);
	});

	test.each([
		['delete', { options: { verify: '={{ $json.yes }}' } }, 'Confirm'],
		['delete', { options: { dryRun: '={{ 2 }}' } }, 'Dry Run'],
		['getAll', { returnAll: '={{ $json.typo }}' }, 'Return All'],
		['getAll', { simplify: '={{ $json.list }}' }, 'Simplify'],
	])('%s with %j is rejected', async (operation, parameters, label) => {
		cloud.addTasks('a');
		expect((await run(operation, parameters))[2]).toMatchObject([
			{ category: 'validation', error: expect.stringContaining(`${label} must be true or false`) },
		]);
		expect(cloud.emulator.calls).toEqual([]);
	});
});

test('items that fail before anything is sent let n8n do other things meanwhile', async () => {
	let turns = 0;
	const count = () => {
		turns += 1;
		next = setImmediate(count);
	};
	let next = setImmediate(count);
	const items = Array.from({ length: 10_000 }, () => ({ task_id: '' }));
	const { delivered } = await runNode(engine, { credentials: { 'Huawei Cloud API': cloud.fields }, items });
	clearImmediate(next);
	expect(delivered[2]).toHaveLength(items.length);
	expect(turns).toBeGreaterThan(1);
});

test('the placeholder of a removed secret names nothing', async () => {
	const { delivered } = await runOnCloud({ items: [{ task_id: REDACTED }, { task_id: `task-${REDACTED}` }] });
	const error = 'The Task ID was removed because it held a secret.';
	expect(delivered[2]).toMatchObject([
		{ error, attempts: 0 },
		{ error, attempts: 0 },
	]);
	expect(cloud.emulator.calls).toEqual([]);
});
