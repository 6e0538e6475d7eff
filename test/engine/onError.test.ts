import { describe, expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { cloud, eachOnCloud, runOnCloud } from '../support/eachOnCloud';
import { answer } from '../support/mishaps';
import type { NodeRunOptions } from '../support/nodeRun';

eachOnCloud();

type Settings = Partial<INode>;
const STOP: Settings = { onError: 'stopWorkflow' };
const CONTINUE: Settings = { onError: 'continueRegularOutput' };
const TOOL: Settings = { type: 'n8n-nodes-huawei-cloud-live.huaweiCloudLiveTool' };

const everySetting = [
	['stop', STOP],
	['continue', CONTINUE],
	['continue using error output', { onError: 'continueErrorOutput' }],
	['continue, as older workflows store it', { continueOnFail: true }],
] as const;
const continueSettings = everySetting.slice(1);

const run = async (taskIds: string[], settings: Settings, options: Partial<NodeRunOptions> = {}) =>
	await runOnCloud({ items: taskIds.map((task_id) => ({ task_id })), settings, ...options });

const idsOf = (delivered: Awaited<ReturnType<typeof run>>['delivered']) =>
	delivered.map((items) => items.map(({ task_id }) => task_id));

describe.each(everySetting)('with On Error: %s', (_name, settings) => {
	test('a failed item goes to our Error output only, also when only its expression fails', async () => {
		cloud.addTasks('a', 'locked');
		cloud.emulator.faults.add({ taskId: 'locked', mishap: answer(401, 'LIVE.100011003') });
		const value = "={{ $json.task_id === 'b' ? $('No Such Node').first().json.id : $json.task_id }}";
		const { delivered, error } = await run(['locked', 'a', '', 'b', 'gone'], settings, {
			parameters: { taskId: { __rl: true, mode: 'id', value } },
		});
		expect(idsOf(delivered)).toEqual([['a'], ['gone'], ['locked', '', null], []]);
		expect(delivered[2]).toMatchObject([
			{ category: 'permission' },
			{ category: 'validation' },
			{
				category: 'validation',
				attempts: 0,
				deleted: false,
				error: expect.stringContaining('expression in Task '),
				hint: expect.stringMatching(/n8n says: ".+"/),
			},
		]);
		expect(error).toBeUndefined();
		expect(cloud.emulator.calls).toHaveLength(3);
	});
});

const unusable: Array<[string, () => Partial<NodeRunOptions>, string]> = [
	['no credential', () => ({ hasCredential: false }), 'authentication'],
	['a credential that was deleted', () => ({ credentials: {} }), 'authentication'],
	['an endpoint over http', () => withFields({ liveEndpoint: 'http://live.example.com' }), 'endpoint'],
	['no project ID', () => withFields({ projectId: '' }), 'project'],
];

function withFields(fields: Record<string, string>): Partial<NodeRunOptions> {
	return { credentials: { 'Huawei Cloud API': { ...cloud.fields, ...fields } } };
}

test.each(unusable)(
	'with %s, a run that stops on errors stops with a clear one; any other puts every item on Error',
	async (_name, options, category) => {
		const { delivered, error, run: execution } = await run(['a', 'b'], STOP, options());
		expect(execution.status).toBe('error');
		expect(error).toMatch(/^The (node|credential|credential's .+) .+\.$/);
		expect(execution.data.resultData.error).toMatchObject({
			name: 'NodeOperationError',
			description: expect.stringMatching(/\.$/),
		});
		expect(delivered).toEqual([[], [], [], []]);
		for (const [, settings] of continueSettings) {
			const continued = await run(['a', 'b'], settings, options());
			expect(idsOf(continued.delivered)).toEqual([[], [], ['a', 'b'], []]);
			const json = { category, attempts: 0, deleted: false, status_code: null };
			expect(continued.delivered[2]?.[0]).toMatchObject(json);
			expect(continued.error).toBeUndefined();
		}
		expect(cloud.emulator.calls).toHaveLength(0);
	},
);

describe('settings of the node that change what n8n does', () => {
	test('Retry On Fail does not run a node again that has failed items', async () => {
		const { delivered } = await run(['', ''], { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 });
		expect(delivered.map((items) => items.length)).toEqual([0, 0, 2, 0]);
	});

	test('Execute Once works on the first item alone', async () => {
		cloud.addTasks('a', 'b');
		const { delivered } = await run(['a', 'b'], { executeOnce: true });
		expect(idsOf(delivered)).toEqual([['a'], [], [], []]);
		expect(cloud.tasksLeft()).toEqual(['b']);
	});

	test('Always Output Data makes n8n add an empty item to Success, and the node says so', async () => {
		const { delivered, hints } = await run(['gone'], { alwaysOutputData: true });
		expect(delivered.map((items) => items.length)).toEqual([1, 1, 0, 0]);
		expect(delivered[0]).toEqual([{}]);
		expect(hints).toEqual([expect.stringContaining('Always Output Data')]);
	});

	test('a disabled node passes its input on, and deletes nothing', async () => {
		cloud.addTasks('a');
		const { delivered } = await run(['a'], { disabled: true });
		expect(delivered).toEqual([[{ task_id: 'a' }], [], [], []]);
		expect(cloud.tasksLeft()).toEqual(['a']);
	});
});

describe('the hint of a run', () => {
	test('is escaped, as errors are, since n8n shows it as HTML', async () => {
		const fields = withFields({ projectId: '' });
		const escaped = expect.stringContaining('My Credentials &#62; API Credentials');
		expect((await run(['a'], CONTINUE, fields)).hints).toEqual([escaped]);
		const { data } = (await run(['a'], STOP, fields)).run;
		expect(data.resultData.error).toMatchObject({ description: escaped });
	});

	const FAILED = /^The Error output is not connected, .+ although 2 items failed\. Connect it/;
	const MISSED = /^The Not Found output is not connected, .+ 1 item /;
	test.each<[string, string[][], RegExp[]]>([
		['no output', [], [FAILED, MISSED]],
		['Success alone', [['Success']], [FAILED, MISSED]],
		['Error alone', [[], [], ['Error']], [MISSED]],
		['a node that does not exist, so that n8n fails to tell', [['Success', 'Nobody']], []],
		['all to one node', [['Success'], ['Success'], ['Success']], []],
	])('names the outputs that took items and are not connected: %s', async (_name, sinks, expected) => {
		const settings = { ...STOP, alwaysOutputData: false };
		const { hints } = await run(['', '', 'gone'], settings, { sinks });
		expect(hints.slice(1)).toEqual(expected.map((one) => expect.stringMatching(one)));
	});
});

test('an execution that is cancelled sends nothing more, and keeps the results so far', async () => {
	cloud.addTasks('a', 'b', 'c');
	cloud.emulator.faults.add({ taskId: 'b', mishap: { kind: 'stall' } });
	let cancel: () => void = () => undefined;
	cloud.emulator.onCall = ({ taskId }) => void (taskId === 'b' && cancel());
	const {
		run: ended,
		outputs,
		delivered,
	} = await run(['a', 'b', 'c'], STOP, {
		parameters: { options: { maxConcurrency: 1 } },
		onStart: (cancelExecution) => (cancel = cancelExecution),
	});
	expect(ended.status).toBe('canceled');
	expect(outputs.map((items) => items.map(({ json }) => json))).toMatchObject([
		[{ task_id: 'a', deleted: true }],
		[],
		[
			{ task_id: 'b', deleted: null, attempts: 1, retryable: true },
			{ task_id: 'c', deleted: false, attempts: 0, retryable: true },
		],
	]);
	expect(delivered).toEqual([[], [], [], []]);
	expect(cloud.emulator.calls.map(({ taskId }) => taskId)).not.toContain('c');
	expect(cloud.tasksLeft()).toEqual(['b', 'c']);
});

test('as an AI tool it has one output, whatever On Error is', async () => {
	for (const [, settings] of continueSettings) {
		const { delivered } = await run(['', 'gone'], { ...TOOL, ...settings });
		expect(delivered.map((items) => items.length)).toEqual([2, 0, 0, 0]);
		expect(delivered[0]?.[0]).toMatchObject({ outcome: 'error', error: 'The Task ID is empty.' });
	}
});
