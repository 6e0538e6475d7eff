import { isDeepStrictEqual } from 'node:util';

import { beforeAll, describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import type { Engine } from '../../dev/n8n/engine';
import type { HttpRequest, TransportErrorCode } from '../../huawei-cloud/http/http';
import { CREDENTIAL_FIELDS, KEY_FIELDS, USER_FIELDS } from '../support/clients';
import { anyCharacter, mostly, testProperty, weighted } from '../support/properties';
import { ScriptedNetwork, type Exchange, type SeenExchange } from '../support/scriptedService';
import { executeVirtually, loadVirtualEngine, runWorkflowVirtually } from '../support/virtualNode';
import { nextDay } from '../support/world';
import {
	isFinal,
	isThrottled,
	showsOutage,
	isToBeRetried,
	refusesCredential,
	taskIdOf,
	verdictsFor,
	type Answer,
	type Ending,
	type LookUp,
} from './serviceModel';

const HOUR_MS = 60 * 60_000;
const MAX_CALL_MS = 5 * 60_000;
/** A host is down when this many items in a row get no response. */
const CALLS_OF_OUTAGE = 5;
/** Deadlines may be rounded up to this. */
const ROUNDING_MS = 1000;

/** One exchange of a script, with what it says for the model. */
interface ScriptedAnswer extends Exchange {
	says: Answer | 'broken';
}

/** A run of the node, and how the world will behave. */
interface Scenario {
	items: Array<{ id: unknown; script: ScriptedAnswer[]; lookUp: LookUp }>;
	/** How IAM answers, for the method IAM User: then it issues tokens. */
	iam: ScriptedAnswer[];
	method: 'iamToken' | 'iamUser' | 'accessKey' | 'broken';
	onError: OnError;
	maxConcurrency: number;
	maxRetries: number;
	timeout: number;
	cancelAfter: number | undefined;
	seed: number;
}

const codesOfLive = fc.constantFrom(
	...['000', '001', '002', '003', '005', '006', '007', '009', '014', '015'].map((s) => `LIVE.100011${s}`),
	...['016', '018', '019', '021', '022'].map((s) => `LIVE.103011${s}`),
);
const suffixesOfGateway = fc.constantFrom(
	...['0101', '0103', '0201', '0301', '0302', '0307', '0308', '0310', '0401', '0501'],
	...['0601', '0605', '0610', '0613', '0705', '0801', '9999'],
);
const codes = weighted(
	[3, codesOfLive],
	[2, fc.tuple(fc.constantFrom('APIGW', 'APIG'), suffixesOfGateway).map((parts) => parts.join('.'))],
	[1, fc.constantFrom('IAM.0001', 'LIVE.999999999', 'LIVE', 'live.103011019', 'Other.1')],
);

const OTHER_STATUSES = [
	201, 202, 204, 206, 301, 302, 307, 403, 405, 407, 408, 409, 410, 413, 414, 418, 499, 501, 505, 520, 599,
];

const statuses = weighted(
	[4, fc.constantFrom(200, 400, 401, 404, 429, 500, 502, 503, 504)],
	[1, fc.constantFrom(...OTHER_STATUSES)],
);

const delays = weighted(
	[6, fc.integer({ min: 0, max: 300 })],
	[2, fc.integer({ min: 300, max: 40_000 })],
	[1, fc.integer({ min: 40_000, max: HOUR_MS })],
);

const retryAfters = mostly<readonly [string | undefined, number]>(
	[undefined, 0],
	fc.constantFrom(
		['0', 0],
		['1', 1000],
		[' 30 ', 30_000],
		['60', 60_000],
		['61', 61_000],
		['301', 301_000],
		['86400', 86_400_000],
		['-1', 0],
		['1.5', 0],
		['1e3', 0],
		['1, 2', 0],
		['soon', 0],
		['Thu, 01 Jan 1970 00:00:00 GMT', 0],
	),
);

/** Bodies that no service of Huawei's sends. */
const foreignBodies = fc.constantFrom(
	'',
	' \n',
	'<html><title>Log in</title></html>',
	'OK',
	'null',
	'true',
	'42',
	'[]',
	'[{"task_id":"a","request_id":"r"}]',
	'{}',
	'{"ok":true}',
	'{"task_id":"a","request_id":"r"',
	'{"task_id":null,"request_id":null}',
	'{"task_id":"","request_id":""}',
	'{"request_id":{"task_id":"a"}}',
	'{"__proto__":{"task_id":"a","request_id":"r"}}',
	'{"constructor":{"prototype":{"request_id":"r"}}}',
	'{"data":{"task_id":"a","request_id":"r"}}',
	`<html>${'x'.repeat(20_000)}</html>`,
	'\u0000\ufffd\u0007',
);

/** A body of the service's form, for one task. */
function bodyOf({ code, body }: Answer, taskId: string, form: number): string {
	if (body === 'deletion') {
		const forms = [{ task_id: taskId, request_id: 'r' }, { task_id: taskId }, { request_id: 'r', more: 1 }];
		return JSON.stringify(forms[form % forms.length]);
	}
	if (body === 'deletionOfAnother') return JSON.stringify({ task_id: `${taskId}-2`, request_id: 'r' });
	const forms = [
		{ error_code: code, error_msg: 'as it says', request_id: 'r' },
		{ error: { code, message: 'as it says', title: 'Error' } },
		{ code, message: 'as it says' },
		{ errorCode: code, errorMsg: 'as it says', encoded_authorization_message: 'x' },
	];
	return JSON.stringify(forms[form % forms.length]);
}

/** Answers of any kind. A body for a task is written when it is known for which. */
const answers = fc
	.record({
		status: statuses,
		code: fc.option(codes, { nil: undefined, freq: 3 }),
		body: fc.constantFrom<Answer['body']>('deletion', 'deletion', 'deletionOfAnother', 'error', 'foreign'),
		foreign: foreignBodies,
		form: fc.nat(11),
		retry: retryAfters,
	})
	.map(({ status, code, body: kind, foreign, form, retry: [header, retryAfter] }) => {
		const body = code !== undefined ? 'error' : kind;
		const says: Answer = { status, code, body, retryAfter };
		const headers: Record<string, string> = { 'x-request-id': 'of-the-gateway' };
		if (header !== undefined) headers['retry-after'] = header;
		return {
			says,
			end: (taskId: string) => ({
				status,
				headers,
				body: body === 'foreign' ? foreign : bodyOf(says, taskId, form),
			}),
		};
	});

/** Codes of failures, and whether such a failure is possible after the request was sent: any is, on a broken network. */
const failures = fc
	.record({
		failure: fc.constantFrom<TransportErrorCode>(
			...(['connectionLost', 'connectionLost', 'timeout', 'unknownHost', 'unreachable'] as const),
			...(['responseTooLarge', 'certificate', 'proxyRejected', 'proxyUnusable', 'egressDenied'] as const),
		),
		sent: fc.boolean(),
	})
	.map((end) => ({ says: 'broken' as const, end: () => end }));

type Unaddressed = Omit<ScriptedAnswer, 'end'> & { end(taskId: string): ScriptedAnswer['end'] };

const exchanges: fc.Arbitrary<Unaddressed> = fc
	.tuple(
		weighted<Pick<Unaddressed, 'says' | 'end'>>([4, answers], [2, failures]),
		mostly(0, fc.integer({ min: 1, max: 5000 })),
		delays,
	)
	.map(([{ says, end }, connecting, lasting]) => ({ says, end, connecting, lasting }));

/** The last exchange of a script repeats. */
const scripts = fc.array(exchanges, { minLength: 1, maxLength: 6 });

const lookUps = fc.constantFrom<LookUp>('missing', 'listed', 'notPermitted', undefined);

const WRONG_IDS = ['', ' ', '\t\n', null, undefined, true, [], {}, ['a'], { id: 'a' }];
const WRONG_NUMBERS = [NaN, Infinity, 1.5, 2 ** 53, -7];
const ODD_IDS = ['{{ 1 + 1 }}', '={{ 1 }}', '__proto__', 'a&b=c#?', ' padded ', '任务', '%00', '../..'];
const LONG_IDS = ['x'.repeat(64), 'x'.repeat(65), '🎥'.repeat(64), 'a\ud83c'];

const ids = weighted<unknown>(
	[5, fc.uuid()],
	[2, fc.string({ unit: anyCharacter, maxLength: 70 })],
	[1, fc.constantFrom<unknown>(...WRONG_IDS, ...WRONG_NUMBERS)],
	[1, fc.integer({ min: 0 })],
	[1, fc.constantFrom(...ODD_IDS, ...LONG_IDS)],
	[1, fc.anything({ maxDepth: 1 })],
);

const scenarios: fc.Arbitrary<Scenario> = fc
	.record({
		items: fc.uniqueArray(fc.record({ id: ids, script: scripts, lookUp: lookUps }), {
			minLength: 1,
			maxLength: 8,
			// Calls are told apart by their task.
			selector: ({ id }) => taskIdOf(id) ?? Symbol('invalid'),
		}),
		iam: fc.array(exchanges, { maxLength: 4 }),
		method: mostly<Scenario['method']>(
			'iamToken',
			fc.constantFrom<Scenario['method']>('iamUser', 'accessKey', 'broken'),
		),
		onError: fc.constantFrom<OnError>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		maxConcurrency: fc.oneof(fc.constant(10), fc.integer({ min: 1, max: 100 })),
		maxRetries: fc.integer({ min: 0, max: 10 }),
		timeout: fc.oneof(fc.constant(30_000), fc.integer({ min: 1, max: 300_000 })),
		cancelAfter: fc.option(fc.integer({ min: 0, max: MAX_CALL_MS }), { nil: undefined, freq: 3 }),
		seed: fc.integer(),
	})
	.map(({ items, iam, ...rest }) => ({
		...rest,
		iam: iam.map((exchange) => ({ ...exchange, end: exchange.end('') })),
		items: items.map(({ id, script, lookUp }) => ({
			id,
			lookUp,
			script: script.map((exchange) => ({ ...exchange, end: exchange.end(taskIdOf(id) ?? '') })),
		})),
	}));

let engine: Engine;
beforeAll(async () => {
	engine = await loadVirtualEngine();
});

/** The record of a run, for the checks. */
interface Observed {
	scenario: Scenario;
	start: number;
	end: number;
	outputs: INodeExecutionData[][];
	/** Deletions for each item, in their order. */
	seen: Array<Array<SeenExchange<ScriptedAnswer>>>;
	/** The answer to the look-up of each item; undefined: none came, or there was no look-up. */
	lookedUp: LookUp[];
	/** Requests for tokens. */
	seenByIam: Array<SeenExchange<ScriptedAnswer>>;
}

let runs = 0;

function fieldsOf(method: Scenario['method']): ICredentialDataDecryptedObject {
	// State of a credential or a project must not leak from run to run.
	runs += 1;
	const secret = `secret-${runs}`;
	return {
		...{ ...CREDENTIAL_FIELDS, ...USER_FIELDS, ...KEY_FIELDS },
		...{ iamToken: secret, password: secret, secretAccessKey: secret },
		authentication: method === 'broken' ? 'iamToken' : method,
		projectId: `project-${runs}`,
		region: method === 'broken' ? 'nowhere' : 'cn-north-4',
	};
}

const TOKEN_ISSUED: Answer = { status: 201, code: undefined, body: 'error', retryAfter: 0 };

function taskOf({ path }: HttpRequest): string | null {
	return new URL(path, 'https://localhost').searchParams.get('task_id');
}

/** The answer to a look-up, which comes at once. */
function lookUpAnswer(lookUp: LookUp, taskId: string | null): ScriptedAnswer {
	const tasks = lookUp === 'listed' ? [{ task_id: taskId, region: 'cn-north-4' }] : [];
	const body =
		lookUp === 'notPermitted'
			? { error_code: 'LIVE.100011003', error_msg: 'no' }
			: { task_infos: tasks, total: tasks.length, request_id: 'r' };
	const status = lookUp === 'notPermitted' ? 401 : 200;
	const end = { status, headers: {}, body: JSON.stringify(body) };
	return {
		connecting: 0,
		lasting: 0,
		says: 'broken',
		end: lookUp === undefined ? { failure: 'connectionLost', sent: true } : end,
	};
}

function itemWith(id: unknown): IDataObject {
	const json: IDataObject = {};
	Reflect.set(json, 'task_id', id);
	return json;
}

const isForToken = ({ path }: HttpRequest) => path.startsWith('/v3/auth/tokens');

async function observe(
	scenario: Scenario,
	execute: typeof executeVirtually,
): Promise<Observed | { thrown: unknown }> {
	const { maxConcurrency, maxRetries, timeout, onError, method, cancelAfter } = scenario;
	const clock = nextDay(scenario.seed);
	const start = clock.now();
	const served = new Map<string | null, number>();
	const itemOf = new Map(scenario.items.map((item) => [taskIdOf(item.id) ?? null, item]));
	const tokens = (): ScriptedAnswer => ({
		connecting: 0,
		lasting: 50,
		says: TOKEN_ISSUED,
		end: {
			status: 201,
			headers: { 'x-subject-token': `token-${network.seen.length}` },
			body: JSON.stringify({ token: { expires_at: new Date(clock.now() + 24 * HOUR_MS).toISOString() } }),
		},
	});
	const next = (request: HttpRequest): ScriptedAnswer => {
		const key = isForToken(request) ? 'IAM' : taskOf(request);
		const item = itemOf.get(key);
		if (request.method === 'GET') return lookUpAnswer(item?.lookUp, key);
		const count = served.get(key) ?? 0;
		served.set(key, count + 1);
		if (isForToken(request)) return scenario.iam[count] ?? tokens();
		const script = item?.script ?? [];
		const step = script[Math.min(count, script.length - 1)];
		if (!step) throw new Error(`A request for a task that no item names: ${String(key)}`);
		return step;
	};
	const network = new ScriptedNetwork<ScriptedAnswer>(clock, next);
	try {
		const outputs = await execute(engine, {
			clock,
			transport: network,
			items: scenario.items.map(({ id }) => itemWith(id)),
			parameters: { options: { maxConcurrency, maxRetries, timeout } },
			onError,
			credential: fieldsOf(method),
			cancelAfter,
		});
		const live = network.seen.filter(({ request }) => request.method === 'DELETE');
		const seen = scenario.items.map(({ id }) =>
			live.filter(({ request }) => taskOf(request) === taskIdOf(id)),
		);
		// A probe of an unproven access key outlives its run.
		for (const one of scenario.method === 'accessKey' ? network.seen : [])
			one.endedAt = Math.min(one.endedAt, clock.now());
		const seenByIam = network.seen.filter(({ request }) => isForToken(request));
		const lookedUp = scenario.items.map(({ id, lookUp }) => {
			const last = network.seen.findLast(
				({ request }) => request.method === 'GET' && taskOf(request) === taskIdOf(id),
			);
			return last?.result === 'ended' ? lookUp : undefined;
		});
		return { scenario, start, end: clock.now(), outputs, seen, lookedUp, seenByIam };
	} catch (thrown) {
		return { thrown };
	}
}

function endingOf({ exchange, result, isSent }: SeenExchange<ScriptedAnswer>): Ending {
	if (result !== 'ended') return { kind: 'abandoned', sent: isSent };
	const { says, end } = exchange;
	if (says !== 'broken') return { kind: 'answer', answer: says };
	if (!('failure' in end)) throw new Error('What is broken has no answer');
	return { kind: 'broken', code: end.failure, sent: end.sent };
}

/** Every input item is returned once, in order within its output, and names itself. */
function expectConservation({ scenario, outputs }: Observed): IDataObject[] {
	// n8n may append an output of its own.
	expect(outputs.slice(3).flat()).toEqual([]);
	const left = outputs.flatMap((items, output) =>
		items.map(({ json, pairedItem }) => ({ json, output, item: indexOf(pairedItem) })),
	);
	for (const items of outputs) {
		const order = items.map(({ pairedItem }) => indexOf(pairedItem));
		expect(order).toEqual([...order].sort((one, other) => one - other));
	}
	const byItem = [...left].sort((one, other) => one.item - other.item);
	expect(byItem.map(({ item }) => item)).toEqual(scenario.items.map((_item, index) => index));
	for (const { json, output } of byItem) {
		expect(json.outcome).toBe(['success', 'notFound', 'error'][output]);
	}
	return byItem.map(({ json }) => json);
}

function indexOf(pairedItem: INodeExecutionData['pairedItem']): number {
	return typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : -1;
}

/** Each item goes to the output that the model names, with the fields of the model. */
function expectVerdicts({ seen, lookedUp, scenario }: Observed, items: readonly IDataObject[]): void {
	for (const [index, json] of items.entries()) {
		const endings = (seen[index] ?? []).map(endingOf);
		const verdict = {
			outcome: json.outcome,
			deleted: json.deleted,
			isConfirmed: json.confirmed_by === 'not_found_after_retry',
		};
		const right = verdictsFor(endings, lookedUp[index]);
		// A cancelled run doesn't learn what comes of the key's probe.
		if (scenario.method === 'accessKey' && scenario.cancelAfter !== undefined && endings.length > 0)
			right.push(...verdictsFor([...endings.slice(0, -1), { kind: 'abandoned', sent: true }], undefined));
		const isRight = right.some((one) => isDeepStrictEqual(one, verdict));
		expect({ endings, ...verdict, isRight }).toMatchObject({ isRight: true });
		if (json.outcome !== 'error') expect(json.task_id).toBe(taskIdOf(scenario.items[index]?.id));
		if (taskIdOf(scenario.items[index]?.id) === undefined) expect(endings).toEqual([]);
		const sent = endings.filter((ending) => ending.kind === 'answer' || ending.sent).length;
		expect(json.attempts).toBeGreaterThanOrEqual(sent);
		expect(json.attempts).toBeLessThanOrEqual(endings.length);
	}
}

/** Attempts and waits are no more than the settings and the documentation allow. */
function expectBounds({ scenario, seen, start, end }: Observed): void {
	const { maxRetries, timeout, maxConcurrency, method } = scenario;
	const cancelledAt = scenario.cancelAfter === undefined ? Infinity : start + scenario.cancelAfter;
	const isDown = mayBeDown(seen);
	const hasWaited = isDown || seen.flat().some((exchange) => isThrottled(endingOf(exchange)));
	for (const exchanges of seen) {
		const endings = exchanges.map(endingOf);
		expect(endings.slice(0, -1).filter(isFinal)).toEqual([]);
		const renewals = method === 'iamUser' ? 1 : 0;
		const failed = endings.filter((ending) => !isThrottled(ending)).length;
		if (!isDown) expect(failed).toBeLessThanOrEqual(maxRetries + 1 + renewals);
		for (const [index, { startedAt, endedAt }] of exchanges.entries()) {
			// A probe of an unproven access key gets at least ten seconds.
			const patience = method === 'accessKey' ? Math.max(timeout, 10_000) : timeout;
			expect(endedAt - startedAt).toBeLessThanOrEqual(patience + ROUNDING_MS);
			expect(startedAt).toBeLessThanOrEqual(cancelledAt);
			expect(endedAt).toBeLessThanOrEqual(cancelledAt);
			const before = endings[index - 1];
			const endedBefore = exchanges[index - 1]?.endedAt ?? 0;
			// A host that was down and is back need not be waited for.
			if (!isDown) expect(startedAt).toBeGreaterThanOrEqual(endedBefore + pauseAfter(before));
		}
		const [first] = exchanges;
		const last = exchanges.at(-1);
		// Waiting for the service is not the call's own time.
		if (first && last && !hasWaited)
			expect(last.endedAt - first.startedAt).toBeLessThanOrEqual(MAX_CALL_MS + ROUNDING_MS);
	}
	const inFlight = seen.flat().flatMap(({ startedAt, endedAt }) => [
		{ at: startedAt, change: 1 },
		{ at: endedAt, change: -1 },
	]);
	let count = 0;
	for (const { change } of inFlight.sort((one, other) => one.at - other.at || one.change - other.change)) {
		count += change;
		expect(count).toBeLessThanOrEqual(Math.max(1, maxConcurrency));
	}
	if (cancelledAt < Infinity) expect(end).toBeLessThanOrEqual(Math.max(start, cancelledAt));
}

/** While the host is down, items wait for it, which doesn't count as a retry. */
function mayBeDown(seen: Observed['seen']): boolean {
	return seen.filter(([first]) => first && showsOutage(endingOf(first))).length >= CALLS_OF_OUTAGE;
}

/** How long the service asked to wait. After a rejected token, another one is a new request. */
function pauseAfter(ending: Ending | undefined): number {
	if (ending?.kind !== 'answer' || refusesCredential(ending) !== false) return 0;
	return ending.answer.retryAfter;
}

/** The retries that the README promises are made, unless there is a reason. */
function expectPerseverance({ scenario, seen }: Observed, items: readonly IDataObject[]): void {
	const { maxRetries, timeout, cancelAfter, method } = scenario;
	// For all items: the execution was cancelled, the credential was rejected, or the service wanted fewer requests.
	const others = seen.flat().map(endingOf);
	// Credentials of the other two methods get locked, so they are not retried.
	if (cancelAfter !== undefined || method !== 'iamToken') return;
	if (others.some((ending) => refusesCredential(ending) !== false || isThrottled(ending))) return;
	if (mayBeDown(seen)) return;
	for (const [index, exchanges] of seen.entries()) {
		const endings = exchanges.map(endingOf);
		const [first, last] = [exchanges[0], exchanges.at(-1)];
		const ending = endings.at(-1);
		if (!first || !last || !ending || !isToBeRetried(ending)) continue;
		if (ending.kind === 'answer' && ending.answer.retryAfter > 0) continue;
		// The next wait would end too late: it is half a minute at most.
		if (last.endedAt + 30_000 > first.startedAt + MAX_CALL_MS - Math.min(timeout, 5000)) continue;
		const failed = endings.filter((one) => !isThrottled(one)).length;
		expect({ endings, failed, error: items[index]?.error }).toMatchObject({ failed: maxRetries + 1 });
	}
}

/** Nothing is begun with a credential after it was rejected. */
function expectNoMoreAfterRefusal({ scenario, seen }: Observed): void {
	if (scenario.method !== 'iamToken' && scenario.method !== 'accessKey') return;
	const all = seen.flat();
	const refusedAt = Math.min(
		...all.filter((exchange) => refusesCredential(endingOf(exchange)) === true).map(({ endedAt }) => endedAt),
	);
	for (const { startedAt } of all) expect(startedAt).toBeLessThanOrEqual(refusedAt);
	if (scenario.method !== 'accessKey') return;
	// A sixth wrong signature locks the key. Without a response, it is unknown whether it was wrong.
	const answeredAt = Math.min(
		...all.filter(({ exchange }) => exchange.says !== 'broken').map(({ endedAt }) => endedAt),
	);
	const unanswered = all.filter(({ startedAt }) => startedAt < answeredAt);
	const mayBeWrong = unanswered.map(endingOf).filter((ending) => ending.kind === 'answer' || ending.sent);
	expect(mayBeWrong.length).toBeLessThanOrEqual(5);
}

function judge(observed: Observed | { thrown: unknown }, scenario: Scenario): void {
	if ('thrown' in observed) {
		// The only reason to throw: a credential that can't be used, when the workflow is to stop.
		expect(scenario).toMatchObject({ method: 'broken', onError: 'stopWorkflow' });
		expect(String(observed.thrown)).toMatch(/not a region code/);
		return;
	}
	const items = expectConservation(observed);
	expectVerdicts(observed, items);
	expectBounds(observed);
	expectPerseverance(observed, items);
	expectNoMoreAfterRefusal(observed);
}

describe('whatever the items are and the service answers', () => {
	const judged = (execute: typeof executeVirtually) =>
		fc.asyncProperty(scenarios, async (scenario) => judge(await observe(scenario, execute), scenario));

	testProperty(
		'each item leaves once, by the output that the documentation names, within its bounds',
		300,
		judged(executeVirtually),
	);
	testProperty('so it is in a workflow that n8n runs', 60, judged(runWorkflowVirtually));
});
