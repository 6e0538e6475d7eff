import { getEventListeners } from 'node:events';
import { describe, expect, jest, test } from '@jest/globals';

import type { ApiCall, CallSettings } from '../../huawei-cloud/call/apiCall';
import { AuthenticationError, type Authenticator } from '../../huawei-cloud/call/authenticator';
import { CircuitBreaker } from '../../huawei-cloud/call/circuitBreaker';
import { Client } from '../../huawei-cloud/call/client';
import { asClassification, type ErrorClassification } from '../../huawei-cloud/call/errorTable';
import { acquireSlot } from '../../huawei-cloud/call/hostSlots';
import type { Admission } from '../../huawei-cloud/call/limit';
import type { RateLimiterShare, Refusal } from '../../huawei-cloud/call/rateLimiter';
import { NEVER } from '../../huawei-cloud/http/abort';
import type { Transport } from '../../huawei-cloud/http/http';
import { isText, parseResponse } from '../../huawei-cloud/http/response';
import { SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport, type Step } from '../support/scriptedTransport';

/** The client by itself, with a credential of no real method and a limiter that notes what it is told. */

const MINUTE = 60_000;
const OK: Step = { status: 200, body: { id: '1' } };
const BUSY: Step = { status: 503 };
const LOST: Step = { failure: 'connectionLost', sent: true };
const THROTTLED: Step = { status: 429, headers: { 'retry-after': '7' } };
const code = (status: number, error_code: string): Step => ({ status, body: { error_code } });
const EXPIRED = code(401, 'APIGW.0307');
const WRONG_KEY = code(401, 'LIVE.100011002');
const NO_PERMISSION = code(401, 'LIVE.100011003');

const CALL: Omit<ApiCall<string>, 'origin'> = {
	service: 'live',
	method: 'GET',
	path: '/v1/things?x=1',
	rejectedHint: 'Check the thing.',
	idempotent: true,
	parse: ({ json }) => (isText(json?.id) ? json.id : undefined),
};

const IAM_IS_AWAY: ErrorClassification = {
	...asClassification({ category: 'server', message: 'IAM is away.', hint: 'Wait.', retryable: true }),
	retry: true,
};
const NO_SUCH_PROJECT = asClassification({
	category: 'project',
	message: 'There is no such project.',
	hint: 'Correct the project.',
	retryable: false,
});

interface Given {
	authenticator?: Partial<Authenticator>;
	/** Why the limiter lets nothing through. */
	refusal?: Refusal;
	/** Called when the limiter is asked. */
	onAcquire?: () => void;
	clock?: FakeClock;
	circuitBreaker?: CircuitBreaker;
	transport?: Transport;
	cancelSignal?: AbortSignal;
}

let clients = 0;

function start(script: readonly Step[], given: Given = {}) {
	// A host of its own: what one test leaves under way takes no room from the next.
	const call = { ...CALL, origin: `https://live-${(clients += 1)}.example.com` };
	const {
		refusal,
		onAcquire,
		clock = new FakeClock(),
		circuitBreaker = new CircuitBreaker(),
		cancelSignal,
	} = given;
	const authenticator: Authenticator = {
		subject: 'the test key',
		secrets: [],
		headersFor: () => ({ 'X-Test': 'yes' }),
		refusalHint: () => 'Get another test key.',
		...given.authenticator,
	};
	const asked: number[] = [];
	const ended: Array<[Admission, number]> = [];
	const rateLimit: RateLimiterShare = {
		acquire: (_cancelled, until = Infinity) => {
			asked.push(until);
			onAcquire?.();
			if (refusal) return { refusal };
			return { permit: { end: (admission, pause = 0) => void ended.push([admission, pause]) } };
		},
		slowdown: () => undefined,
	};
	const scripted = new ScriptedTransport(script);
	const { transport = scripted } = given;
	const client = new Client({ authenticator, circuitBreaker, rateLimit, transport, clock }, cancelSignal);
	return {
		call,
		client,
		clock,
		circuitBreaker,
		requests: scripted.requests,
		asked,
		ended,
		perform: async (changed: Partial<ApiCall<string>> = {}, settings: Partial<CallSettings> = {}) =>
			await client.perform({ ...call, ...changed }, { ...SETTINGS, ...settings }),
		attempt: async () => await client.attempt(call, 30_000),
	};
}

const settle = async () => await new Promise(setImmediate);

/** An authenticator that fails at first, and then gives headers. */
function failingAtFirst(error: Error): Pick<Authenticator, 'headersFor'> {
	let calls = 0;
	return {
		headersFor: () => {
			calls += 1;
			if (calls === 1) throw error;
			return { 'X-Test': 'yes' };
		},
	};
}

describe('a request', () => {
	test('is authenticated as what it is, and carries what that gave', async () => {
		const headersFor = jest.fn(() => ({ 'X-Test': 'yes', Accept: 'text/plain' }));
		const { call, perform, requests } = start([OK], { authenticator: { headersFor } });
		await perform();
		await perform({ method: 'POST', body: '{}' });
		const { service, method, origin, path } = call;
		const patience = expect.objectContaining({ timeout: SETTINGS.timeout });
		expect(headersFor.mock.calls).toEqual([
			[{ service, method, origin, path, payload: '' }, patience],
			[{ service, method: 'POST', origin, path, payload: '{}' }, patience],
		]);
		expect(requests[0]?.headers).toEqual({
			'Content-Type': 'application/json',
			Accept: 'text/plain',
			'X-Test': 'yes',
		});
	});

	test('may go over an idle connection only if it may be repeated', async () => {
		const { perform, requests } = start([OK]);
		await perform();
		await perform({ idempotent: false });
		expect(requests.map(({ onNewConnection }) => onNewConnection)).toEqual([false, true]);
	});

	test('waits for headers that have to be fetched', async () => {
		const headersFor = async () => await Promise.resolve({ 'X-Test': 'fetched' });
		const { perform, requests } = start([OK], { authenticator: { headersFor } });
		expect(await perform()).toMatchObject({ kind: 'success', attempts: 1 });
		expect(requests[0]?.headers).toMatchObject({ 'X-Test': 'fetched' });
	});
});

describe('the rate limiter', () => {
	test.each<[string, Step, Admission, number]>([
		['a success', OK, 'accepted', 0],
		['an error', code(400, 'LIVE.100011001'), 'accepted', 0],
		['an error of the server, whose pause is for this call', { ...THROTTLED, status: 503 }, 'accepted', 0],
		['a refusal as one too many, with the pause', THROTTLED, 'throttled', 7000],
		['no response', LOST, 'unknown', 0],
		['no connection', { failure: 'unreachable', sent: false }, 'unknown', 0],
	])('is told of %s', async (_name, step, admission, pause) => {
		const { attempt, ended } = start([step]);
		await attempt();
		expect(ended).toEqual([[admission, pause]]);
	});

	test('is not asked for a call that IAM gave no token for', async () => {
		const response = parseResponse({ status: 429, headers: {}, body: '' });
		const { attempt, asked, ended } = start([OK], {
			authenticator: failingAtFirst(new AuthenticationError(IAM_IS_AWAY, response, false)),
		});
		await attempt();
		expect(asked).toEqual([]);
		expect(ended).toEqual([]);
	});

	test('gets its permit back when sending fails in a way that nobody foresaw', async () => {
		const transport = { send: async () => await Promise.reject(new RangeError('a defect')) };
		const { perform, ended } = start([], { transport });
		await expect(perform()).rejects.toThrow(RangeError);
		expect(ended).toEqual([['unknown', 0]]);
	});

	test('is told how long a call that was sent may wait, which is less than five minutes', async () => {
		const { perform, asked, clock } = start([BUSY, OK]);
		const begun = clock.now();
		await perform();
		expect(asked).toEqual([Infinity, begun + 5 * MINUTE - 5000]);
	});

	test('is told that a call may wait for as long as it takes when it was not sent yet', async () => {
		const { perform, asked } = start([OK], {
			authenticator: failingAtFirst(new AuthenticationError(IAM_IS_AWAY, undefined, false)),
		});
		expect(await perform()).toMatchObject({ kind: 'success', attempts: 1 });
		expect(asked).toEqual([Infinity]);
	});

	test.each<[Refusal, string, RegExp, RegExp]>([
		['late', 'throttled', /too few requests/, /^Send less\.$/],
		['standstill', 'throttled', /throttled every request/, /^Send less\.$/],
		[{ pause: 90_000 }, 'throttled', /longer wait/, /Wait 90 seconds/],
		['cancelled', 'unknown', /cancelled/, /again/],
	])('that refuses (%j) ends the call, and nothing is sent', async (refusal, category, message, hint) => {
		const { perform, requests, clock } = start([OK], { refusal });
		expect(await perform()).toMatchObject({
			kind: 'error',
			category,
			message: expect.stringMatching(message),
			hint: expect.stringMatching(hint),
			retryable: true,
			mayHaveHappened: false,
			attempts: 0,
			statusCode: null,
		});
		expect(requests).toHaveLength(0);
		expect(clock.sleeps).toEqual([]);
	});

	test('is not asked when nothing may be sent anyway', async () => {
		const refused = start([WRONG_KEY]);
		await refused.perform();
		await refused.perform();
		expect(refused.asked).toHaveLength(1);
		const cancelled = start([OK], { cancelSignal: AbortSignal.abort() });
		expect(await cancelled.perform()).toMatchObject({ message: expect.stringMatching(/cancelled/) });
		expect(cancelled.asked).toEqual([]);
	});
});

describe('a run that is cancelled', () => {
	test('sends nothing when that happens just after the limiter let it through', async () => {
		const cancel = new AbortController();
		const { perform, requests, ended } = start([OK], {
			cancelSignal: cancel.signal,
			onAcquire: () => cancel.abort(),
		});
		expect(await perform()).toMatchObject({ attempts: 0, message: expect.stringMatching(/cancelled/) });
		expect(requests).toHaveLength(0);
		expect(ended).toEqual([['unknown', 0]]);
	});

	test('does not wait for room at the host any longer, and takes none', async () => {
		const cancel = new AbortController();
		const { call, perform, ended, requests } = start([OK], { cancelSignal: cancel.signal });
		const taken = Array.from({ length: 100 }, async () => await acquireSlot(call.origin, NEVER));
		const releases = await Promise.all(taken);
		const waiting = perform();
		await settle();
		expect(requests).toHaveLength(0);
		cancel.abort();
		expect(await waiting).toMatchObject({ attempts: 0, message: expect.stringMatching(/cancelled/) });
		expect(ended).toEqual([['unknown', 0]]);
		for (const release of releases) release?.();
		expect(await start([OK]).perform({ origin: call.origin })).toMatchObject({ kind: 'success' });
	});

	test('is listened to once, however many calls are pending, and no longer than that', async () => {
		const { signal } = new AbortController();
		const count = () => getEventListeners(signal, 'abort').length;
		let end: (headers: Record<string, string>) => void = () => undefined;
		const headers = new Promise<Record<string, string>>((resolve) => (end = resolve));
		let calls = 0;
		const headersFor = () => ((calls += 1) === 2 ? { 'X-Test': 'yes' } : headers);
		const { perform } = start([OK], { authenticator: { headersFor }, cancelSignal: signal });
		const first = perform();
		const second = perform();
		const third = perform();
		expect(count()).toBe(1);
		await second;
		expect(count()).toBe(1);
		end({});
		await Promise.all([first, third]);
		expect(count()).toBe(0);
		await perform();
		expect(count()).toBe(0);
	});

	test('does not wait any longer', async () => {
		const cancel = new AbortController();
		const clock = new FakeClock();
		const { client } = start([], { clock, cancelSignal: cancel.signal });
		await client.wait(1234);
		expect(clock.sleeps).toEqual([1234]);
		clock.sleep = async () => await new Promise(() => undefined);
		const waiting = client.wait(1234);
		cancel.abort();
		await expect(waiting).resolves.toBeUndefined();
	});
});

describe('headers that cannot be had', () => {
	test('are asked for again when the time of the attempt is over', async () => {
		let calls = 0;
		const headersFor = () => ((calls += 1) === 1 ? new Promise<never>(() => undefined) : {});
		const { perform, clock } = start([OK], { authenticator: { headersFor } });
		const outcome = perform({}, { timeout: 1200 });
		await settle();
		expect(clock.deadlines).toMatchObject([{ ms: 1200 }]);
		clock.deadlines[0]?.expire();
		expect(await outcome).toMatchObject({ kind: 'success', attempts: 1 });
	});

	test('in the time of an attempt end it as timed out, and nothing happened', async () => {
		const headersFor = async () => await new Promise<never>(() => undefined);
		const { perform, clock } = start([OK], { authenticator: { headersFor } });
		const outcome = perform({}, { maxRetries: 0 });
		await settle();
		clock.deadlines[0]?.expire();
		expect(await outcome).toMatchObject({ category: 'timeout', attempts: 0, mayHaveHappened: false });
	});

	test('are not waited for once the run is cancelled', async () => {
		const cancel = new AbortController();
		const headersFor = async () => await new Promise<never>(() => undefined);
		const { perform, clock } = start([OK], { authenticator: { headersFor }, cancelSignal: cancel.signal });
		const outcome = perform();
		await settle();
		cancel.abort();
		expect(await outcome).toMatchObject({
			category: 'unknown',
			message: expect.stringMatching(/cancelled/),
			attempts: 0,
			mayHaveHappened: false,
		});
		expect(clock.sleeps).toEqual([]);
	});

	test('for the whole run are asked for once', async () => {
		const response = parseResponse({ status: 404, headers: {}, body: '{"request_id":"r-iam"}' });
		const { perform, requests } = start([OK], {
			authenticator: failingAtFirst(new AuthenticationError(NO_SUCH_PROJECT, response, true)),
		});
		const { category, message, hint } = NO_SUCH_PROJECT;
		const failure = { kind: 'error', category, message, hint, attempts: 0 };
		expect(await perform()).toMatchObject({ ...failure, statusCode: 404, requestId: 'r-iam' });
		expect(await perform()).toMatchObject({ ...failure, statusCode: null });
		expect(requests).toHaveLength(0);
	});

	test('are asked for no longer than for five minutes: then nothing is sent', async () => {
		const clock = new FakeClock();
		let calls = 0;
		const headersFor = () => {
			if ((calls += 1) === 2) clock.advance(5 * MINUTE);
			return {};
		};
		const { perform, requests } = start([THROTTLED, OK], { clock, authenticator: { headersFor } });
		expect(await perform()).toMatchObject({
			kind: 'error',
			category: 'timeout',
			attempts: 1,
			statusCode: 429,
			mayHaveHappened: false,
		});
		expect(requests).toHaveLength(1);
	});

	test.each<[string, Authenticator['headersFor']]>([
		[
			'at once',
			() => {
				throw new RangeError('a defect');
			},
		],
		['later', async () => await Promise.reject(new RangeError('a defect'))],
	])('because of a defect (%s) are no outcome', async (_when, headersFor) => {
		await expect(start([OK], { authenticator: { headersFor } }).perform()).rejects.toThrow(RangeError);
	});
});

describe('preparing', () => {
	test('gets what authenticates calls, and sends nothing', async () => {
		const headersFor = jest.fn(() => ({}));
		const { client, requests, asked } = start([OK], { authenticator: { headersFor } });
		expect(await client.prepare(SETTINGS)).toBeUndefined();
		expect(headersFor).toHaveBeenCalledTimes(1);
		expect([requests, asked]).toEqual([[], []]);
	});

	test('gives the problem when there is one', async () => {
		const error = new AuthenticationError(NO_SUCH_PROJECT, undefined, true);
		const { client } = start([OK], { authenticator: failingAtFirst(error) });
		expect(await client.prepare(SETTINGS)).toMatchObject({ kind: 'error', category: 'project', attempts: 0 });
	});
});

describe('a refused token that can be renewed', () => {
	const renewing = () => {
		const renew = jest.fn();
		return { renew, authenticator: { renew } };
	};

	test('is discarded, and the call repeated at once, without using up retries', async () => {
		const { renew, authenticator } = renewing();
		const { perform, clock } = start([EXPIRED, OK], { authenticator });
		expect(await perform({}, { maxRetries: 0 })).toMatchObject({ kind: 'success', attempts: 2 });
		expect(renew.mock.calls).toEqual([[{ 'X-Test': 'yes' }]]);
		expect(clock.sleeps).toEqual([]);
	});

	test('is renewed after another failure, too', async () => {
		const { perform } = start([BUSY, EXPIRED, OK], renewing());
		expect(await perform()).toMatchObject({ kind: 'success', attempts: 3 });
	});

	test('is renewed once: then the credential is refused, for this run and later ones', async () => {
		const { renew, authenticator } = renewing();
		const { perform, requests, circuitBreaker, clock } = start([EXPIRED], { authenticator });
		expect(await perform()).toMatchObject({
			category: 'authentication',
			message: 'Huawei Cloud Live refused the test key.',
			hint: 'Get another test key.',
			retryable: false,
			attempts: 2,
		});
		expect(renew).toHaveBeenCalledTimes(1);
		expect(requests).toHaveLength(2);
		expect(circuitBreaker.blockedReason(clock.now())).toMatchObject({ category: 'authentication' });
	});

	test('is not renewed by a single attempt', async () => {
		const { renew, authenticator } = renewing();
		const { attempt } = start([EXPIRED], { authenticator });
		expect(await attempt()).toMatchObject({ isLast: true, isSent: true });
		expect(renew).not.toHaveBeenCalled();
	});

	test('is not renewed when something else of the credential is wrong', async () => {
		const { renew, authenticator } = renewing();
		const { perform } = start([WRONG_KEY, OK], { authenticator });
		expect(await perform()).toMatchObject({ category: 'authentication', attempts: 1 });
		expect(renew).not.toHaveBeenCalled();
	});

	test('is as good as any other when there is nothing to renew', async () => {
		const { perform } = start([EXPIRED, OK]);
		expect(await perform()).toMatchObject({ category: 'authentication', attempts: 1 });
	});
});

describe('a refused credential', () => {
	test('is said to be refused by the service that did', async () => {
		const { perform } = start([code(401, 'IAM.0001')]);
		expect(await perform({ service: 'iam' })).toMatchObject({ message: 'IAM refused the test key.' });
	});

	test('is told of as the table does when the service says more than that', async () => {
		const { perform } = start([code(401, 'IAM.0061')]);
		expect(await perform({ service: 'iam' })).toMatchObject({
			message: expect.stringMatching(/locked this user/),
			hint: expect.stringMatching(/15 minutes/),
		});
	});
});

describe('a credential that gets locked when it is wrong', () => {
	const limited = (most: number) => ({ authenticator: { probeLimits: { most, withinMs: 15 * MINUTE } } });

	test.each<[string, Step, boolean]>([
		['a success', OK, true],
		['a missing permission', NO_PERMISSION, true],
		['a frozen account', code(401, 'LIVE.100011014'), true],
		['another project', code(401, 'LIVE.100011015'), true],
		['an invalid request', code(400, 'LIVE.100011001'), true],
		['"not found"', code(404, 'LIVE.100011001'), true],
		['a refusal', WRONG_KEY, false],
		['an error of the server', BUSY, false],
		['a call that was one too many', THROTTLED, false],
		['a wrong address', code(404, 'APIGW.0101'), false],
		['a lost response', LOST, false],
		['no connection', { failure: 'unreachable', sent: false }, false],
	])('counts as accepted after %s: %j, %p', async (_name, step, isAccepted) => {
		const { attempt, circuitBreaker } = start([step], limited(5));
		await attempt();
		expect(circuitBreaker.probes.isAccepted).toBe(isAccepted);
	});

	test.each<[string, Step, number]>([
		['a lost response', LOST, 1],
		['a refusal', WRONG_KEY, 1],
		['an error of the server', BUSY, 2],
		['a call that was one too many', THROTTLED, 2],
		['no connection', { failure: 'unreachable', sent: false }, 2],
	])('after %s goes out again, unless one more could lock it (%j)', async (_name, step, requestsSent) => {
		const { attempt, clock, circuitBreaker, requests } = start([step], limited(1));
		await attempt();
		// Over is the pause after a refusal, but not the time in which failures count.
		clock.advance(5 * MINUTE);
		const later = start([step], { ...limited(1), clock, circuitBreaker });
		const again = await later.attempt();
		expect(requests.length + later.requests.length).toBe(requestsSent);
		if (requestsSent === 1) {
			expect(again).toMatchObject({
				counts: false,
				isLast: true,
				classification: { category: 'timeout', message: expect.stringMatching(/the test key.+lockout/) },
			});
		}
	});

	test('goes out with one call, however many there are, and not again once refused', async () => {
		const { perform, requests } = start([WRONG_KEY], limited(5));
		const outcomes = await Promise.all([perform(), perform(), perform()]);
		expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
		for (const outcome of outcomes) expect(outcome).toMatchObject({ category: 'authentication' });
		expect(requests).toHaveLength(1);
	});

	test('is not probed any longer once it was accepted', async () => {
		const { perform, requests } = start([OK, 'silence'], limited(5));
		await perform();
		void perform();
		void perform();
		await settle();
		expect(requests).toHaveLength(3);
	});

	test('keeps nobody waiting when sending failed in a way that nobody foresaw', async () => {
		let calls = 0;
		const transport: Transport = {
			send: async () => {
				if ((calls += 1) === 1) throw new RangeError('a defect');
				return await Promise.resolve({ status: 200, headers: {}, body: '{"id":"1"}' });
			},
		};
		const { perform } = start([], { ...limited(5), transport });
		await expect(perform()).rejects.toThrow(RangeError);
		expect(await perform()).toMatchObject({ kind: 'success' });
	});

	test('is waited for in vain for five minutes at most, and then the call ends', async () => {
		const { perform, clock, requests } = start(['silence'], limited(1));
		void perform();
		await settle();
		const waiting = perform();
		await settle();
		clock.deadlines.find(({ ms }) => ms === 5 * MINUTE)?.expire();
		expect(await waiting).toMatchObject({
			category: 'timeout',
			retryable: true,
			mayHaveHappened: false,
			attempts: 0,
		});
		expect(clock.sleeps).toEqual([]);
		expect(requests).toHaveLength(1);
	});

	test('is waited for no longer than a call may still take', async () => {
		const { perform, clock } = start([{ ...BUSY, headers: { 'retry-after': '60' } }, OK], limited(5));
		expect(await perform()).toMatchObject({ kind: 'success', attempts: 2 });
		expect(clock.deadlines.map(({ ms }) => ms)).toEqual([5 * MINUTE, 30_000, 4 * MINUTE, 30_000]);
	});

	test('is not waited for by a run that is cancelled', async () => {
		const cancel = new AbortController();
		const { perform, requests } = start(['silence'], { ...limited(5), cancelSignal: cancel.signal });
		const first = perform();
		await settle();
		const second = perform();
		await settle();
		cancel.abort();
		expect(await first).toMatchObject({ attempts: 1, mayHaveHappened: true });
		expect(await second).toMatchObject({ attempts: 0, message: expect.stringMatching(/cancelled/) });
		expect(requests).toHaveLength(1);
	});
});

test('"not found" after a lost response says so: the lost request may have been carried out', async () => {
	const GONE = code(404, 'LIVE.100011001');
	const afterLoss = await start([LOST, GONE]).perform();
	expect(afterLoss).toMatchObject({ kind: 'notFound', afterLostResponse: true, attempts: 2 });
	expect(await start([{ failure: 'unreachable', sent: false }, GONE]).perform()).not.toHaveProperty(
		'afterLostResponse',
	);
});

describe('the hint', () => {
	const OWN = { permission: 'live:things:list' };

	test('names the permission that is missing', async () => {
		expect(await start([NO_PERMISSION]).perform(OWN)).toMatchObject({
			hint: expect.stringMatching(/^Ask .+\. Required permission: live:things:list\.$/),
		});
	});

	test('names no permission when it is not known which', async () => {
		const { permission: _none, ...rest } = OWN;
		expect(await start([NO_PERMISSION]).perform(rest)).toMatchObject({
			hint: expect.stringMatching(/^Ask (?!.*Required permission)/),
		});
	});

	test.each<[string, object, string]>([
		['what the service says in detail', { error_msg: 'm', error_detail: 'app_name' }, 'app_name'],
		['details that are no text', { error_detail: { field: 'x' } }, '{"field":"x"}'],
		['what the service says at all', { error_msg: 'm' }, 'm'],
	])('is that of the call when the request was rejected, with %s', async (_name, more, said) => {
		const rejected = { status: 400, body: { error_code: 'LIVE.100011001', ...more } };
		expect(await start([rejected]).perform()).toMatchObject({
			hint: `Check the thing. Huawei Cloud says: "${said}".`,
		});
	});

	test('is that of the door when nothing came in time', async () => {
		expect(await start([{ failure: 'timeout', sent: true }]).perform()).toMatchObject({
			hint: 'Wait longer.',
		});
	});

	test('is that of the table for all other problems', async () => {
		const account = code(401, 'LIVE.100011014');
		expect(await start([account]).perform(OWN)).toMatchObject({
			hint: expect.stringMatching(/^Sign in to the Huawei Cloud console and (?!.*Required permission)/),
		});
	});
});
