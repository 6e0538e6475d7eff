import { getEventListeners } from 'node:events';
import { describe, expect, jest, test } from '@jest/globals';

import { notAttempted, type ApiCall, type CallSettings } from '../../huawei-cloud/call/apiCall';
import type { Authenticator } from '../../huawei-cloud/call/authenticator';
import { Redactor } from '../../huawei-cloud/call/redaction';
import { classifyTransportError } from '../../huawei-cloud/call/transportErrors';
import type { Admission } from '../../huawei-cloud/pace/serviceLimit';
import type { RateLimiterHandle, Refusal } from '../../huawei-cloud/pace/rateLimiter';
import { raceAbort } from '../../huawei-cloud/http/abort';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { isText } from '../../huawei-cloud/http/response';
import { Client } from '../../huawei-cloud/policies/client';
import { CredentialGuard } from '../../huawei-cloud/policies/credentialGuard';
import { SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport, type Step } from '../support/scriptedTransport';
import { like } from '../support/steps';

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

interface Given {
	authenticator?: Partial<Authenticator>;
	/** Why the limiter lets nothing through. */
	refusal?: Refusal;
	/** Called when the limiter is asked. */
	onAcquire?: () => void;
	clock?: FakeClock;
	guard?: CredentialGuard;
	transport?: Transport;
	cancelSignal?: AbortSignal;
}

const NO_SECRETS = new Redactor([]);

let clients = 0;

function start(script: readonly Step[], given: Given = {}) {
	// A separate host, so that requests one test leaves in flight don't slow the next.
	const call = { ...CALL, origin: `https://live-${(clients += 1)}.example.com` };
	const { refusal, onAcquire, clock = new FakeClock(), guard = new CredentialGuard(), cancelSignal } = given;
	const authenticator: Authenticator = {
		subject: 'the test key',
		headersFor: () => ({ 'X-Test': 'yes' }),
		rejectionHint: () => 'Get another test key.',
		...given.authenticator,
	};
	/** The `isFresh` of each request. */
	const asked: unknown[] = [];
	const ended: Array<[Admission, number]> = [];
	const rateLimit: RateLimiterHandle = {
		ownDelay: () => 0,
		acquire: (_cancelled, traits) => {
			asked.push(traits?.isFresh);
			onAcquire?.();
			if (refusal) return { refusal };
			if (isSingle && asked.length > 1) return { refusal: 'stalled' };
			return { permit: { end: (admission, pause = 0) => void ended.push([admission, pause]) } };
		},
		report: () => ({ perMinute: undefined, waitedMs: 0, hostDownMs: 0 }),
	};
	let isSingle = false;
	const scripted = new ScriptedTransport(script);
	const { transport = scripted } = given;
	const client = new Client({ authenticator, guard, rateLimit, transport, clock }, NO_SECRETS, cancelSignal);
	const perform = async (changed: Partial<ApiCall<string>> = {}, settings: Partial<CallSettings> = {}) =>
		await client.perform({ ...call, ...changed }, { ...SETTINGS, ...settings });
	return {
		call,
		client,
		clock,
		perform,
		guard,
		requests: scripted.requests,
		asked,
		ended,
		/** One attempt, also when the call would be repeated. */
		attempt: async () => {
			isSingle = true;
			return await perform({}, { maxRetries: 0 });
		},
	};
}

const settle = async () => await new Promise(setImmediate);

describe('a request', () => {
	test('is authenticated as what it is, and carries what that gave', async () => {
		const headersFor = jest.fn(() => ({ 'X-Test': 'yes', Accept: 'text/plain' }));
		const { call, perform, requests } = start([OK], { authenticator: { headersFor } });
		await perform();
		await perform({ method: 'POST', body: '{}' });
		const { service, method, origin, path } = call;
		expect(headersFor.mock.calls).toEqual([
			[{ service, method, origin, path, payload: '' }],
			[{ service, method: 'POST', origin, path, payload: '{}' }],
		]);
		expect(requests[0]?.headers).toEqual({
			'Content-Type': 'application/json',
			Accept: 'text/plain',
			'X-Test': 'yes',
		});
	});

	test('may go over an idle connection only if it may be repeated, and its retries never do', async () => {
		const { perform, requests } = start([{ failure: 'connectionLost', sent: true }, OK]);
		await perform();
		await perform();
		await perform({ idempotent: false });
		expect(requests.map(({ onNewConnection }) => onNewConnection)).toEqual([false, true, false, true]);
	});
});

describe('the rate limiter', () => {
	test.each<[string, Step, Admission, number]>([
		['a success', OK, 'accepted', 0],
		['an error', code(400, 'LIVE.100011001'), 'accepted', 0],
		['an error of the server, whose pause is for this call', { ...THROTTLED, status: 500 }, 'accepted', 0],
		['a gateway that gets no response', BUSY, 'hostDown', 0],
		['a service that says itself that it is busy', code(503, 'LIVE.100011006'), 'accepted', 0],
		['a certificate that is not valid', { failure: 'certificate', sent: false }, 'unsent', 0],
		['a refusal as one too many, with the pause', THROTTLED, 'throttled', 7000],
		['no response', LOST, 'hostDown', 0],
		['no connection', { failure: 'unreachable', sent: false }, 'hostDown', 0],
	])('is told of %s', async (_name, step, admission, pause) => {
		const { attempt, ended } = start([step]);
		await attempt();
		expect(ended).toEqual([[admission, pause]]);
	});

	test('gets its permit back when sending fails in a way that nobody foresaw', async () => {
		const transport = { send: async () => await Promise.reject(new RangeError('a defect')) };
		const { perform, ended } = start([], { transport });
		await expect(perform()).rejects.toThrow(RangeError);
		expect(ended).toEqual([['unknown', 0]]);
	});

	test('is told whether a call was sent before', async () => {
		const { perform, asked } = start([BUSY, OK]);
		await perform();
		expect(asked).toEqual([true, false]);
	});

	test.each<[Refusal, string, RegExp, RegExp]>([
		['hostDown', 'network', /could not be reached/, /network between n8n/],
		['stalled', 'throttled', /throttled every such request/, /^Send less\.$/],
		[{ pause: 90_000 }, 'throttled', /longer wait/, /Wait 90 seconds/],
		['cancelled', 'unknown', /canceled/, /again/],
	])('that rejects (%j) ends the call, and nothing is sent', async (refusal, category, message, hint) => {
		const { perform, requests, clock } = start([OK], { refusal });
		expect(await perform()).toMatchObject({
			kind: 'error',
			category,
			message: like(message),
			hint: like(hint),
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
		expect(await cancelled.perform()).toMatchObject({ message: like(/canceled/) });
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
		expect(await perform()).toMatchObject({ attempts: 0, message: like(/canceled/) });
		expect(requests).toHaveLength(0);
		expect(ended).toEqual([['untried', 0]]);
	});

	test('is listened to once, however many clients and calls there are', async () => {
		const { signal } = new AbortController();
		const clients = [start([OK], { cancelSignal: signal }), start([OK], { cancelSignal: signal })];
		await Promise.all(clients.map(async ({ perform }) => await perform()));
		expect(getEventListeners(signal, 'abort')).toHaveLength(1);
	});
});

test('a token that never comes is not waited for once the run is cancelled', async () => {
	const cancel = new AbortController();
	const obtainToken: Authenticator['obtainToken'] = (cancelled) =>
		raceAbort(new Promise<never>(() => undefined), cancelled, () =>
			notAttempted(classifyTransportError('cancelled', false)),
		);
	const { perform, clock } = start([OK], { authenticator: { obtainToken }, cancelSignal: cancel.signal });
	const outcome = perform();
	await settle();
	cancel.abort();
	expect(await outcome).toMatchObject({
		category: 'unknown',
		message: like(/canceled/),
		attempts: 0,
		mayHaveHappened: false,
	});
	expect(clock.sleeps).toEqual([]);
});

describe('a rejected token that can be renewed', () => {
	const renewing = () => ({ discardToken: jest.fn(() => true) });

	test('is renewed once: then the credential is rejected, for this run and later ones', async () => {
		const authenticator = renewing();
		const { perform, requests, guard, clock } = start([EXPIRED], { authenticator });
		expect(await perform()).toMatchObject({
			category: 'authentication',
			message: 'Huawei Cloud Live rejected the test key.',
			hint: 'Get another test key.',
			retryable: false,
			attempts: 2,
		});
		// The second one, too: it must not be used again when the block is over.
		expect(authenticator.discardToken).toHaveBeenCalledTimes(2);
		expect(requests).toHaveLength(2);
		expect(guard.blockedReason(clock)).toMatchObject({ category: 'authentication' });
	});

	test.each<[string, Step]>([
		['an expired token', EXPIRED],
		["Live's own code", WRONG_KEY],
		["the gateway's code", code(401, 'APIGW.0301')],
		["Keystone's body", { status: 401, body: { error: { code: 401, title: 'Unauthorized' } } }],
		['a code that nobody documents', code(401, 'XYZ.1')],
		['no code', { status: 401, body: {} }],
		['no body', { status: 401 }],
	])(
		'is discarded after a 401 with %s, and the call repeated at once, without using up retries',
		async (_what, step) => {
			const authenticator = renewing();
			const { perform, clock } = start([step, OK], { authenticator });
			expect(await perform({}, { maxRetries: 0 })).toMatchObject({ kind: 'success', attempts: 2 });
			expect(authenticator.discardToken.mock.calls).toEqual([[{ 'X-Test': 'yes' }]]);
			expect(clock.sleeps).toEqual([]);
		},
	);

	test.each<[string, Step]>([
		['permission', NO_PERMISSION],
		['account', code(401, 'LIVE.100011014')],
		['project', code(401, 'LIVE.100011015')],
		['endpoint', { status: 401, body: '<html>login</html>' }],
	])('is not renewed after a 401 that names another reason: %s', async (category, step) => {
		const authenticator = renewing();
		expect(await start([step, OK], { authenticator }).perform()).toMatchObject({ category, attempts: 1 });
		expect(authenticator.discardToken).not.toHaveBeenCalled();
	});
});

describe('a credential that gets locked when it is wrong', () => {
	const limited = (maxFailedProbes: number) => ({ authenticator: { maxFailedProbes } });

	test.each<[string, Step, boolean, boolean]>([
		['a success', OK, true, true],
		['a missing permission', NO_PERMISSION, true, true],
		['a frozen account', code(401, 'LIVE.100011014'), true, true],
		['another project', code(401, 'LIVE.100011015'), true, true],
		['an invalid request', code(400, 'LIVE.100011001'), true, true],
		['"not found"', code(404, 'LIVE.100011001'), true, true],
		['an error of Live itself', code(500, 'LIVE.100011000'), true, true],
		['a permission that the gateway misses', code(403, 'APIGW.0302'), true, true],
		['what the gateway finds invalid', code(400, 'APIGW.0201'), false, true],
		['an address that the gateway rejects', code(403, 'APIGW.0401'), false, true],
		['an error with a code of a proxy', code(400, 'X'), false, true],
		['a gateway without a backend', code(502, 'APIGW.0610'), false, true],
		["a gateway's error, after which it may have passed it on", BUSY, false, false],
		['a timeout of a proxy', { status: 408 }, false, false],
		['a success that rejects it', code(200, 'LIVE.100011002'), false, false],
		['a throttled call', THROTTLED, false, true],
		['a wrong address', code(404, 'APIGW.0101'), false, true],
		["a proxy's limit", { status: 413, body: '<html>too large</html>' }, false, true],
		['no connection', { failure: 'unreachable', sent: false }, false, true],
		['a rejection', WRONG_KEY, false, false],
		['a lost response', LOST, false, false],
	])('after %s: %j, counts as accepted: %p; goes out again: %p', async (_name, step, isAccepted, isSent) => {
		const { attempt, clock, guard } = start([step], limited(1));
		await attempt();
		expect(guard.isAccepted).toBe(isAccepted);
		// Over is the pause after a rejection, but not the time in which failures count.
		clock.advance(5 * MINUTE);
		const later = start([step], { ...limited(1), clock, guard });
		const again = await later.attempt();
		expect(later.requests).toHaveLength(isSent ? 1 : 0);
		if (isSent) return;
		expect(again).toMatchObject({ attempts: 0, category: 'timeout', message: like(/the test key.+lockout/) });
	});

	test.each<[string, Step, number]>([
		['a success', OK, 1],
		['a lost response', LOST, 0],
	])('is tested by a call even if that is cancelled, and waits for: %s', async (_what, step, sentLater) => {
		const cancel = new AbortController();
		const network = new ScriptedTransport([step]);
		let respond = () => {};
		const transport: Transport = {
			send: async (request, cancellation) => {
				const aborted = new Promise<never>((_resolve, reject) => {
					cancellation.onAbort(() => reject(new TransportError('cancelled', true)));
				});
				await Promise.race([aborted, new Promise<void>((resolve) => (respond = resolve))]);
				return await network.send(request, cancellation);
			},
		};
		const stopped = start([], { ...limited(1), transport, cancelSignal: cancel.signal });
		const outcome = stopped.perform();
		await settle();
		cancel.abort();
		const message = like(/canceled/);
		expect(await outcome).toMatchObject({ message, attempts: 1, mayHaveHappened: true });
		const later = start([OK], { ...limited(1), clock: stopped.clock, guard: stopped.guard });
		const following = later.attempt();
		await settle();
		expect(later.requests).toHaveLength(0);
		respond();
		await following;
		expect(later.requests).toHaveLength(sentLater);
	});

	test.each([WRONG_KEY, LOST])('is sent no sooner if the clock is set: after %j', async (step) => {
		const { attempt, clock, guard } = start([step], limited(1));
		await attempt();
		clock.setForward(60 * MINUTE);
		const later = start([OK], { ...limited(1), clock, guard });
		await later.attempt();
		expect(later.requests).toHaveLength(0);
	});

	test('goes out with one call, however many there are, and not again once refused', async () => {
		const { perform, requests } = start([WRONG_KEY], limited(5));
		const outcomes = await Promise.all([perform(), perform(), perform()]);
		expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
		for (const outcome of outcomes) expect(outcome).toMatchObject({ category: 'authentication' });
		expect(requests).toHaveLength(1);
	});

	test('is not sent if another call used up all probes while this one waited for the limiter', async () => {
		const [guard, clock] = [new CredentialGuard(), new FakeClock()];
		const onAcquire = () => guard.probeFailed(clock.elapsed());
		const { perform, requests, ended } = start([OK], { ...limited(1), guard, clock, onAcquire });
		expect(await perform()).toMatchObject({ attempts: 0, message: like(/lockout/) });
		expect(requests).toHaveLength(0);
		expect(ended).toEqual([['untried', 0]]);
	});

	test("is waited for without success for five minutes of others' time at most, and then the call ends", async () => {
		const { perform, clock, requests } = start(['silence'], limited(1));
		void perform();
		await settle();
		const waiting = perform();
		await settle();
		clock.advance(5 * MINUTE);
		for (const { expire } of clock.deadlines) expire();
		expect(await waiting).toMatchObject({
			category: 'timeout',
			message: like(/^Waiting used up /),
			retryable: true,
			mayHaveHappened: false,
			attempts: 0,
		});
		expect(clock.sleeps).toEqual([]);
		expect(requests).toHaveLength(1);
	});
});

test.each<[string, object, string]>([
	['what the service says in detail', { error_msg: 'm', error_detail: 'app_name' }, 'app_name'],
	['details that are no text', { error_detail: { field: 'x' } }, '{"field":"x"}'],
	['what the service says at all', { error_msg: 'm' }, 'm'],
])('the hint is that of the call when the request was rejected, with %s', async (_name, more, said) => {
	const rejected = { status: 400, body: { error_code: 'LIVE.100011001', ...more } };
	expect(await start([rejected]).perform()).toMatchObject({
		hint: `Check the thing. Huawei Cloud says: "${said}".`,
	});
});
