import { describe, expect, test } from '@jest/globals';

import { REDACTED } from '../../huawei-cloud/call/redaction';
import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { KEY_FIELDS, scriptedClient, USER_FIELDS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import type { Step } from '../support/scriptedTransport';
import { LOST } from '../support/steps';

const OK: Step = { status: 200, body: { task_id: 'task-1', request_id: 'r-1' } };
const QUARTER_MS = 15 * 60_000;
const live = (status: number, code: string, message = 'as the service says'): Step => ({
	status,
	body: { error_code: code, error_msg: message },
});
const REFUSED = live(401, 'LIVE.100011002');
const TOKEN_REFUSED = live(401, 'APIGW.0307');

describe('an IAM user', () => {
	const LIFE_MS = 24 * 60 * 60_000;
	const tokenNamed = (name: string, clock: FakeClock) => ({
		status: 201,
		headers: { 'x-subject-token': name },
		body: { token: { expires_at: new Date(clock.now() + LIFE_MS).toISOString() } },
	});
	/** A client, and for each request to it: which token it had, or `IAM`. */
	function client(script: (clock: FakeClock) => Step[], clock = new FakeClock()) {
		const scripted = scriptedClient(script(clock), { clock, fields: USER_FIELDS });
		const asked = () =>
			scripted.transport.requests.map(({ origin, headers }) =>
				origin === scripted.credential.iamEndpoint ? 'IAM' : headers['X-Auth-Token'],
			);
		return { ...scripted, clock, asked };
	}

	test('takes no token from an answer that is an error', async () => {
		const { deleteTask, asked } = client((clock) => [
			{ ...tokenNamed('bad', clock), status: 503 },
			tokenNamed('one', clock),
			OK,
		]);
		expect(await deleteTask()).toMatchObject({ kind: 'success' });
		expect(asked()).toEqual(['IAM', 'IAM', 'one']);
	});

	test('gets a new token shortly before the old one expires', async () => {
		const { deleteTask, asked, clock } = client((at) => [
			tokenNamed('one', at),
			OK,
			tokenNamed('two', new FakeClock(at.now() + LIFE_MS)),
			OK,
		]);
		await deleteTask();
		clock.advance(LIFE_MS - 5 * 60_000);
		await deleteTask();
		expect(asked()).toEqual(['IAM', 'one', 'IAM', 'two']);
	});

	test('whose token expires while a call waits for its turn gets a new one', async () => {
		const clock = new FakeClock();
		const rateLimit = new RateLimiter(clock).createHandle(1, 1 / 20);
		const shortLived = tokenNamed('one', new FakeClock(clock.now() - LIFE_MS + 10 * 60_000));
		const script = [shortLived, OK, TOKEN_REFUSED, tokenNamed('two', clock), OK];
		const { deleteTask, transport } = scriptedClient(script, { clock, rateLimit, fields: USER_FIELDS });
		await deleteTask();
		expect(await deleteTask()).toMatchObject({ kind: 'success', attempts: 2 });
		expect(transport.requests).toHaveLength(5);
	});

	test('whose new token is rejected as well has a project of another region', async () => {
		const { deleteTask, asked } = client((clock) => [
			tokenNamed('one', clock),
			TOKEN_REFUSED,
			tokenNamed('two', clock),
			TOKEN_REFUSED,
		]);
		expect(await deleteTask()).toMatchObject({
			category: 'authentication',
			message: expect.stringContaining('rejected the token that IAM issued'),
			hint: expect.stringMatching(/region and project ID/),
		});
		expect(asked()).toEqual(['IAM', 'one', 'IAM', 'two']);
	});

	test('whose new token was accepted gets another one when that is rejected', async () => {
		const { deleteTask, asked } = client((clock) => [
			...[tokenNamed('one', clock), TOKEN_REFUSED, tokenNamed('two', clock), OK],
			...[TOKEN_REFUSED, tokenNamed('three', clock), OK],
		]);
		await deleteTask();
		expect(await deleteTask()).toMatchObject({ kind: 'success' });
		expect(asked()).toEqual(['IAM', 'one', 'IAM', 'two', 'two', 'IAM', 'three']);
	});

	test('keeps its token secret when Live quotes it', async () => {
		const quoted = live(400, 'LIVE.100011001', 'no: token-one');
		const { deleteTask } = client((clock) => [tokenNamed('token-one', clock), quoted]);
		expect(await deleteTask()).toMatchObject({ kind: 'error', errorMsg: REDACTED });
	});

	test.each([
		['a project that IAM does not know', { status: 404, body: { error: { code: 404 } } }, 'project'],
		['what IAM says is invalid', { status: 400, body: { error: { code: 400 } } }, 'validation'],
	])('with %s may be corrected, and is not paused', async (_what, step, category) => {
		const { deleteTask, state } = client(() => [step]);
		expect(await deleteTask()).toMatchObject({ category });
		const next = scriptedClient([step], { state, fields: USER_FIELDS });
		await next.deleteTask();
		expect(next.transport.requests).toHaveLength(1);
	});

	describe('is kept from being locked', () => {
		async function fetchesOf(script: (clock: FakeClock) => Step[], items = 6) {
			const given = client(script);
			for (let item = 0; item < items; item++) await given.deleteTask({ maxRetries: 3 }, `task-${item}`);
			return { ...given, fetches: given.asked().filter((one) => one === 'IAM').length };
		}

		test('after four questions without an answer, for a quarter of an hour', async () => {
			const { fetches, deleteTask, clock, state } = await fetchesOf(() => [LOST]);
			expect(fetches).toBe(4);
			expect(await deleteTask()).toMatchObject({
				message: expect.stringContaining('account name, user name or password'),
			});
			const later = scriptedClient([LOST], { clock, state, fields: USER_FIELDS });
			clock.advance(QUARTER_MS);
			await later.deleteTask();
			expect(later.transport.requests).not.toEqual([]);
		});

		test('also by errors that nobody expects, which end like questions without an answer', async () => {
			const { deleteTask, clock, state } = scriptedClient([], { fields: USER_FIELDS });
			for (let item = 0; item < 4; item++) await expect(deleteTask()).rejects.toThrow('The script is empty');
			expect(await deleteTask()).toMatchObject({
				message: expect.stringContaining('account name, user name or password'),
			});
			clock.advance(QUARTER_MS);
			const later = scriptedClient([tokenNamed('one', clock), OK], { clock, state, fields: USER_FIELDS });
			expect(await later.deleteTask()).toMatchObject({ kind: 'success' });
		});

		test('and a password that was rejected is one of the four', async () => {
			const refused: Step = { status: 401, body: { error: { code: 401 } } };
			const { clock, state } = await fetchesOf(() => [refused]);
			clock.advance(5 * 60_000);
			const later = scriptedClient([LOST], { clock, state, fields: USER_FIELDS });
			for (let item = 0; item < 6; item++) await later.deleteTask({}, `task-${item}`);
			expect(later.transport.requests).toHaveLength(3);
		});

		test('also when the password was right before', async () => {
			const { fetches } = await fetchesOf((clock) => [tokenNamed('one', clock), TOKEN_REFUSED, LOST]);
			expect(fetches).toBe(1 + 4);
		});
	});
});

describe('an access key', () => {
	const NOW = Date.parse('2026-01-01T00:00:00Z');

	test.each([
		['IAM token', {}, /expired.+region or project.+Get a new one/],
		['access key', KEY_FIELDS, /enabled.+locks a key/],
		['temporary access key', { ...KEY_FIELDS, securityToken: 'x' }, /expired.+three parts/],
	])('a rejected %s is named, with what to do about it', async (name, fields, hint) => {
		const { deleteTask, transport } = scriptedClient([REFUSED], { fields });
		expect(await deleteTask()).toMatchObject({
			category: 'authentication',
			message: expect.stringContaining(`rejected the ${name}.`),
			hint: expect.stringMatching(hint),
		});
		expect(transport.requests).toHaveLength(1);
	});

	test.each([
		[QUARTER_MS + 60_000, true],
		[-QUARTER_MS - 60_000, true],
		[QUARTER_MS, false],
		[-QUARTER_MS, false],
	])(
		'that was rejected %d ms away from the time of Live: the clock is to blame: %s',
		async (away, isClock) => {
			const headers = { date: new Date(NOW + away).toUTCString() };
			const step: Step = { status: 401, body: { error_code: 'LIVE.100011002' }, headers };
			expect(await scriptedClient([step], { fields: KEY_FIELDS }).deleteTask()).toMatchObject({
				hint: expect.stringMatching(isClock ? /off by about 16 minutes.+Correct the clock/ : /Access Key ID/),
			});
		},
	);

	test('goes out five times at most without an answer, within a quarter of an hour', async () => {
		const clock = new FakeClock(NOW);
		const { deleteTask, transport } = scriptedClient([LOST], { clock, fields: KEY_FIELDS });
		for (const pause of [0, 250_000]) {
			clock.advance(pause);
			for (let item = 0; item < 6; item++) await deleteTask({}, `task-${item}`);
		}
		expect(transport.requests).toHaveLength(5);
		expect(await deleteTask()).toMatchObject({ message: expect.stringContaining('with the access key') });
		clock.advance(QUARTER_MS);
		await deleteTask();
		expect(transport.requests.length).toBeGreaterThan(5);
	});
});
