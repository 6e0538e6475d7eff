import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { TransportError, type HttpRequest } from '../../huawei-cloud/http/http';
import { runItems, type RunContext } from '../../nodes/HuaweiCloudLive/runItems';
import { CREDENTIAL_FIELDS } from '../support/clients';
import { LIVE_TASK } from '../support/parameters';
import { ScriptedNetwork, type Exchange } from '../support/scriptedService';
import { like } from '../support/steps';
import type { VirtualClock } from '../support/virtualClock';
import { nextDay, useWorld } from '../support/world';

/** Each item's way through a run, over a scripted network in virtual time, without n8n's engine. */

const DELETE = { resource: 'relayTask', operation: 'delete' };
const CREATE = { resource: 'relayTask', operation: 'create', ...LIVE_TASK, additionalFields: {} };
const GET_MANY = {
	resource: 'relayTask',
	operation: 'getAll',
	returnAll: true,
	simplify: false,
	filters: {},
};

const DELETED: [number, object] = [200, { request_id: 'r-1' }];
const GONE: [number, object] = [404, { error_code: 'LIVE.103011019', error_msg: 'none', request_id: 'r-2' }];
const FORBIDDEN: [number, object] = [401, { error_code: 'LIVE.100011003' }];

let clock: VirtualClock;
let network: ScriptedNetwork<Exchange>;
/** The service's answer to a request, and after how many milliseconds. */
let answer: (request: HttpRequest, taskId: string) => [status: number, body: object, lasting?: number];
const logger = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };

beforeEach(() => {
	clock = nextDay(1);
	answer = () => DELETED;
	network = new ScriptedNetwork(clock, (request) => {
		const taskId = new URL(request.path, request.origin).searchParams.get('task_id') ?? '';
		const [status, body, lasting = 10] = answer(request, taskId);
		return { connecting: 0, lasting, end: { status, headers: {}, body: JSON.stringify(body) } };
	});
	useWorld(clock, network);
	jest.clearAllMocks();
});

afterEach(() => void jest.restoreAllMocks());

interface Given {
	/** For all items. */
	parameters: INodeParameters;
	/** For each item, instead of those: what an expression gives there. An error is what it throws. */
	items: Array<Record<string, unknown>>;
	node?: Partial<INode>;
	helpers?: RunContext['helpers'];
	credential?: Record<string, string>;
	timezone?: string;
	cancelSignal?: AbortSignal;
}

/** Runs the items; their outputs. */
async function run(given: Given) {
	const {
		parameters,
		items,
		node = {},
		helpers = {},
		credential = {},
		timezone = 'UTC',
		cancelSignal,
	} = given;
	const strays: number[] = [];
	const expressions = new Set(items.flatMap((item) => Object.keys(item)));
	const inNode = { options: {}, ...parameters };
	const context: RunContext = {
		getInputData: () => items.map(() => ({ json: {} })),
		getNode: () => ({
			id: '1',
			name: 'Node',
			type: 'n8n-nodes-huawei-cloud-live.huaweiCloudLive',
			typeVersion: 1,
			position: [0, 0],
			...node,
			parameters: { ...inNode, ...Object.fromEntries([...expressions].map((name) => [name, '={{ … }}'])) },
		}),
		getNodeParameter(name, itemIndex, fallback) {
			const item = items[itemIndex];
			if (!item) strays.push(itemIndex);
			const values: Record<string, unknown> = { [name]: fallback, ...inNode, ...item };
			if (values[name] instanceof Error) throw values[name];
			return values[name];
		},
		getTimezone: () => timezone,
		continueOnFail: () => false,
		logger,
		addExecutionHints: () => undefined,
		getCredentials: async () => await Promise.resolve({ ...CREDENTIAL_FIELDS, ...credential }),
		helpers,
		getExecutionCancelSignal: () => cancelSignal,
	};
	const outputs = await clock.run(runItems(context));
	// An expression for an item that is not there would be anyone's guess.
	expect(strays).toEqual([]);
	return outputs;
}

const taskIds = (...ids: unknown[]) => ids.map((taskId) => ({ taskId }));
const deleteTasks = async (ids: unknown[], more: Partial<Given> = {}) =>
	await run({ parameters: DELETE, items: taskIds(...ids), ...more });

/** The items of each output: which input item each comes from. */
const origins = (outputs: INodeExecutionData[][]) =>
	outputs.map((output) => output.map(({ pairedItem }) => pairedItem));
/** The JSON of the items of each output. */
const jsonOf = (outputs: INodeExecutionData[][]) => outputs.map((output) => output.map(({ json }) => json));

test('items name what they are about as it was sent or, on an error, as it was given', async () => {
	answer = (_request, taskId) => {
		if (taskId === 'gone') return GONE;
		return taskId === 'locked' ? FORBIDDEN : DELETED;
	};
	const done = await deleteTasks([' a ', ' gone ', ' locked ', ['b'], undefined, new Error('no such node')]);
	expect(jsonOf(done).map((items) => items.map(({ task_id }) => task_id))).toEqual([
		['a'],
		['gone'],
		[' locked ', ['b'], null, null],
	]);
});

test.each([
	['delete', DELETE, { taskId: 'b' }, { task_id: 'b' }],
	['create', CREATE, {}, {}],
])('once a run is canceled, items of %s are not read, but say what they are about', async (...row) => {
	const [, parameters, named, identity] = row;
	const canceller = new AbortController();
	answer = () => {
		canceller.abort();
		return DELETED;
	};
	const unread = { ...named, sourceUrls: new Error('no such node'), options: { maxConcurrency: 'odd' } };
	const inTurn = { ...parameters, options: { maxConcurrency: 1 } };
	const items = [{ taskId: 'a' }, unread, unread];
	const [, , failed] = jsonOf(await run({ parameters: inTurn, items, cancelSignal: canceller.signal }));
	const canceled = { ...identity, error: like(/canceled/), attempts: 0, retryable: true };
	expect(failed).toMatchObject([{ attempts: 1 }, canceled, canceled]);
});

const element = { toJSON: jest.fn<() => unknown>() };
const LONG = 'x'.repeat(1000);
const hundred = (value: unknown) => new Array<unknown>(100).fill(value);
test.each([
	['an array of billions', { ids: [new Array<unknown>(4_000_000_000)] }, 1, 0],
	['lists in objects in lists', hundred({ a: hundred({ b: hundred(element) }) }), 1, 10_000],
	['long texts', hundred(element), LONG, 10],
	['bytes', new Uint8Array(9), 1, 0],
	['long names', hundred({ [LONG]: element }), 1, 10],
])('%s: a task ID that is rejected without reading all of it', async (_what, value, read, mostReads) => {
	element.toJSON.mockReturnValue(read);
	const done = await deleteTasks([value, 'a']);
	expect(origins(done)).toEqual([[{ item: 1 }], [], [{ item: 0 }]]);
	expect(jsonOf(done)[2]?.[0]).toMatchObject({ task_id: null, error: 'The Task ID is not text.' });
	expect(element.toJSON.mock.calls.length).toBeLessThanOrEqual(mostReads);
});

test('items that fail at once let n8n do other things, all workers at the same time', async () => {
	let now = clock.now();
	// Each item takes 25 ms.
	jest.spyOn(clock, 'now').mockImplementation(() => (now += 25));
	const pauses = jest.spyOn(clock, 'sleep');
	const [, , failed = []] = await deleteTasks(Array.from({ length: 100 }, () => ''));
	expect(failed).toHaveLength(100);
	expect(pauses.mock.calls.length).toBeGreaterThan(5);
	expect(pauses.mock.calls.length).toBeLessThanOrEqual(100 / 10 + 1);
});

test('why no response came is in the log of n8n, once for a run, without what the error says', async () => {
	answer = () => {
		const cause = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' });
		throw new TransportError('unreachable', false, undefined, cause);
	};
	const done = await deleteTasks(['a', 'b']);
	expect(logger.warn.mock.calls).toEqual([['Huawei Cloud Live: requests failed: Error ECONNREFUSED']]);
	expect(JSON.stringify(done)).not.toContain('ECONNREFUSED');
});

test.each([
	[['a'], /^IAM failed/],
	[['a', 'b'], /five minutes/],
])('a run of %j waits for IAM only if it has several items', async (ids, error) => {
	answer = () => [503, {}];
	const credential = { authentication: 'iamUser', accountName: 'a', userName: 'u', password: 'p' };
	const [, , failed = []] = jsonOf(await deleteTasks(ids, { credential }));
	for (const json of failed) expect(json.error).toMatch(error);
	expect(failed).toHaveLength(ids.length);
});

describe('an error that should be impossible', () => {
	const SECRET = 'what only the error knows\n    at the secret';

	test('is of its item alone, gives nothing away, and does not claim that nothing happened; the log says where', async () => {
		answer = (_request, taskId) => {
			if (taskId === 'b') throw Object.assign(new TypeError(SECRET), { code: 'ERR_ODD' });
			return DELETED;
		};
		const done = await deleteTasks(['a', 'b', 'c']);
		expect(origins(done)).toEqual([[{ item: 0 }, { item: 2 }], [], [{ item: 1 }]]);
		expect(jsonOf(done)[2]).toMatchObject([
			{
				error: like(/inside the node/),
				hint: like(/report this/),
				category: 'unknown',
				retryable: true,
				deleted: null,
			},
		]);
		expect(logger.error.mock.calls).toEqual([[like(/TypeError ERR_ODD\n {4}at .+runItems\.test/)]]);
		expect(JSON.stringify([done, logger.error.mock.calls])).not.toMatch(/only the error knows|the secret/);
	});

	test('before anything is sent is an error of every item, also when On Error stops the workflow', async () => {
		const helpers = {
			getSecureEgressFilter: () => {
				throw new TypeError(SECRET);
			},
		};
		const done = await deleteTasks(['a', 'b'], { helpers });
		expect(origins(done)).toEqual([[], [], [{ item: 0 }, { item: 1 }]]);
		const failed = { category: 'unknown', retryable: true, deleted: false };
		expect(jsonOf(done)[2]).toMatchObject(['a', 'b'].map((task_id) => ({ task_id, ...failed })));
		expect(JSON.stringify(done)).not.toMatch(/only the error knows|the secret/);
	});
});

test.each([
	[{ resource: 'relayTask', operation: '__CUSTOM_API_CALL__' }],
	[{ resource: 'other', operation: 'delete' }],
	[{ resource: 'stream', operation: 'delete' }],
	[{}],
])(
	'an operation that the node does not have is an error of every item, of which nothing more is known: %j',
	async (parameters) => {
		const done = await run({ parameters, items: taskIds('a', 'b') });
		expect(origins(done)).toEqual([[], [], [{ item: 0 }, { item: 1 }]]);
		expect(jsonOf(done)[2]?.[1]).toEqual({
			outcome: 'error',
			error: like(/does not have this operation/),
			hint: like(/HTTP Request node/),
			status_code: null,
			attempts: 0,
			error_code: null,
			error_msg: null,
			category: 'validation',
			retryable: false,
		});
	},
);

test("a time needs a time zone if the workflow's does not exist", async () => {
	const times = ['2026-01-31T18:00', '2026-01-31T18:00Z'];
	const items = times.map((createdBefore) => ({ filters: { createdBefore } }));
	const done = await run({ parameters: GET_MANY, items, timezone: 'Foo/Bar' });
	expect(jsonOf(done)[2]).toMatchObject([
		{ category: 'validation', error: like(/Foo\/Bar/), hint: like(/GENERIC_TIMEZONE/) },
	]);
});

test.each([{ stack: 5 }, { name: Symbol('x') }, { message: Symbol('x') }])(
	'an error of any shape fails its item alone: %p',
	async (shape) => {
		const get = () => {
			throw Object.assign(new Error('x'), shape);
		};
		const options = Object.defineProperty({}, 'dryRun', { enumerable: true, get });
		const done = await run({
			parameters: DELETE,
			items: [
				{ taskId: 'a', options },
				{ taskId: 'b', options: {} },
			],
		});
		expect(origins(done)).toEqual([[{ item: 1 }], [], [{ item: 0 }]]);
	},
);

describe('the settings of a run', () => {
	/** The max exchanges that were in flight together. */
	const mostAtOnce = () =>
		Math.max(
			...network.seen.map(
				({ startedAt }) =>
					network.seen.filter((other) => other.startedAt <= startedAt && startedAt < other.endedAt).length,
			),
		);
	const ids = ['a', 'b', 'c', 'd', 'e'];

	test.each([1, 3, 5])('let %d items go at once', async (maxConcurrency) => {
		const done = await deleteTasks(ids, { parameters: { ...DELETE, options: { maxConcurrency } } });
		expect(jsonOf(done)[0]?.map(({ task_id }) => task_id)).toEqual(ids);
		expect(mostAtOnce()).toBe(maxConcurrency);
	});

	test.each([
		['the first item', { maxConcurrency: 2 }, 2, []],
		['the next one if the first has an invalid one', { maxConcurrency: 0 }, 4, [{ item: 0 }]],
		['the next one if another of its options is invalid', { maxConcurrency: 2, region: 0 }, 4, [{ item: 0 }]],
		['the next one if an expression fails', new Error('no such node'), 4, [{ item: 0 }]],
	])('are those of %s; an item with an invalid one is an error', async (_whose, options, most, failed) => {
		const others = Array.from({ length: 15 }, () => ({ taskId: 'a', options: { maxConcurrency: 4 } }));
		const last = { taskId: 'a', options: { maxConcurrency: 101 } };
		const done = await run({ parameters: DELETE, items: [{ taskId: 'a', options }, ...others, last] });
		expect(origins(done)[2]).toEqual([...failed, { item: 16 }]);
		expect(done[0]).toHaveLength(16 - failed.length);
		expect(mostAtOnce()).toBe(most);
	});

	test('keep it to a number of requests per minute', async () => {
		await deleteTasks(['a', 'b', 'c'], { parameters: { ...DELETE, options: { maxRequestsPerMinute: 60 } } });
		const [first, ...later] = network.seen.map(({ startedAt }) => startedAt);
		expect(later.map((at) => at - Number(first))).toEqual([1000, 2000]);
	});
});

test.each([
	['relayTask', 'create', 'message'],
	['stream', 'disconnect', 'message'],
	...['delete', 'get', 'getAll', 'update'].map((operation) => ['relayTask', operation, 'error'] as const),
	...['forbid', 'resume', 'getAll', 'getAllForbidden'].map((name) => ['stream', name, 'error'] as const),
])('as a tool, %s: %s has its error in "%s": n8n retries only what may run twice', async (...row) => {
	const node = { type: 'n8n-nodes-huawei-cloud-live.huaweiCloudLiveTool' };
	const [resource, operation, field] = row;
	const given = operation === 'create' ? CREATE : { ...GET_MANY, resource, operation };
	answer = () => [400, { error_code: 'LIVE.100011001', error_msg: 'no' }];
	const [[failed] = []] = jsonOf(await run({ parameters: given, items: [{}], node }));
	expect(failed).toMatchObject({ outcome: 'error', [field]: like(/\w/) });
	expect(failed).not.toHaveProperty(field === 'error' ? 'message' : 'error');
});
