import { describe, expect, test } from '@jest/globals';

import { scriptedClient, SETTINGS } from '../support/clients';
import type { Step } from '../support/scriptedTransport';
import { FORBIDDEN, GONE, INVALID, like, listed, LOST, ok, rejected, UNSENT } from '../support/steps';

const DELETED = ok({ task_id: 'a', request_id: 'r-delete' });
const MISSING = listed();
const HERE = listed({ task_id: 'a', region: 'cn-north-4' });
const THERE = listed({ task_id: 'a', region: 'ap-southeast-3' });
const SOMEWHERE = listed({ task_id: 'a' });

type How = 'once' | 'confirm' | 'dryRun';

async function remove(how: How, script: readonly Step[], region?: string, maxRetries = 0) {
	const { relayTasks, transport, clock } = scriptedClient(script);
	const settings = { ...SETTINGS, maxRetries };
	const { found, ...outcome } = await relayTasks.delete({ taskId: 'a', region }, settings, how);
	const sent = transport.requests.map(({ method, path }) => {
		const query = new URLSearchParams(path.split('?')[1]);
		expect(query.get('task_id')).toBe('a');
		return `${method} ${query.get('region') ?? ''}`.trim();
	});
	return { outcome, found, sent, waits: clock.sleeps };
}

const SUCCESS = { kind: 'success' };
const NOT_FOUND = { kind: 'notFound' };
/** An item with `deleted: null`. */
const MAYBE = { kind: 'error', mayHaveHappened: true };
/** An item with `deleted: false`. */
const NO = { kind: 'error', mayHaveHappened: false };

describe('the response of a deletion', () => {
	test.each<[string, object | string, boolean]>([
		['this task and a request', { task_id: 'a', request_id: 'r' }, true],
		['this task', { task_id: 'a' }, true],
		['a request', { request_id: 'r' }, true],
		['a request, and no task', { task_id: '', request_id: 'r' }, true],
		['another task', { task_id: 'b', request_id: 'r' }, false],
		['another task by a number', { task_id: 7, request_id: 'r' }, false],
		['something else for a task', { task_id: {}, request_id: 'r' }, false],
		['neither', {}, false],
		['neither, in empty fields', { task_id: '', request_id: '' }, false],
		['an error', { task_id: 'a', error: 'x' }, false],
		['an error of another shape', { task_id: 'a', errors: [] }, false],
		['an error code', { task_id: 'a', error_code: 'X.1' }, false],
		['an error code that is not text', { error_code: { code: 'X' }, request_id: 'r' }, false],
		['this task in a list', { task_infos: [{ task_id: 'a' }], total: 1, request_id: 'r' }, false],
		['an empty list', { task_infos: [], request_id: 'r' }, false],
		['an empty list without brackets', { task_infos: null, total: 0, request_id: 'r' }, false],
		['a list of something else', { streams: [{}], request_id: 'r' }, false],
		['a page', '<html>task_id</html>', false],
	])('with %s: %j is one: %p', async (_name, body, isOne) => {
		const { outcome } = await remove('once', [{ status: 200, body }]);
		expect(outcome).toMatchObject(isOne ? SUCCESS : MAYBE);
	});

	test('may name a task of digits by a number', async () => {
		const { relayTasks } = scriptedClient([ok({ task_id: 12345 })]);
		const task = { taskId: '12345', region: undefined };
		expect(await relayTasks.delete(task, SETTINGS)).toMatchObject(SUCCESS);
	});
});

describe('a deletion', () => {
	const LATER = { confirmedBy: 'not_found_after_retry' };

	test.each<[string, Step, object]>([
		['is believed', DELETED, SUCCESS],
		['is believed when it says "not found"', GONE, { ...NOT_FOUND, hint: like(/home region.+Confirm/) }],
		['that may have happened says so', LOST, { ...MAYBE, hint: like(/^The task may have been deleted/) }],
		['that was rejected mentions Confirm', INVALID, { ...NO, hint: like(/^Check the Task ID.+Confirm/) }],
		['that is not permitted names the permission', FORBIDDEN, { ...NO, hint: like(/deletePullTask/) }],
	])('%s', async (_name, response, expected) => {
		const { outcome, found, sent } = await remove('once', [response]);
		expect(outcome).toMatchObject(expected);
		expect(outcome).not.toHaveProperty('confirmedBy');
		expect([found, sent]).toEqual([undefined, ['DELETE']]);
	});

	test('says that only one region was searched', async () => {
		const { outcome } = await remove('once', [GONE], 'cn-nort-4');
		const hint = like(/^Only the requested region was.+Check the Task ID and/);
		expect(outcome).toMatchObject({ ...NOT_FOUND, hint });
	});

	test.each<[string, Step, object, string | undefined]>([
		['no list has it', MISSING, { ...SUCCESS, ...LATER, attempts: 2 }, undefined],
		['a list may not be read', FORBIDDEN, { ...SUCCESS, ...LATER }, undefined],
		['a firewall rejects the list', { status: 403, body: {} }, MAYBE, undefined],
		['a firewall with codes rejects the list', { status: 403, body: { code: 403 } }, MAYBE, undefined],
		['the IP address may not read the list', rejected(401, 'APIGW.0401'), MAYBE, undefined],
		['a list has it elsewhere', THERE, { ...MAYBE, hint: like(/Task Region to ap-sou/) }, 'ap-southeast-3'],
		['a list has it', SOMEWHERE, { ...MAYBE, message: like(/lists the task/) }, undefined],
		['a list has it in upper case', listed({ task_id: 'A' }), MAYBE, undefined],
		['a list can not be read', INVALID, { ...MAYBE, message: like(/could not be confirmed/) }, undefined],
	])('that is "not found" after a lost response, when %s', async (_name, look, expected, region) => {
		const { outcome, found, sent } = await remove('once', [LOST, GONE, look], undefined, 1);
		expect(outcome).toMatchObject(expected);
		expect(found?.region).toBe(region);
		expect(sent).toEqual(['DELETE', 'DELETE', 'GET']);
	});

	test('is looked up without the region that it was sent for', async () => {
		const { outcome, sent } = await remove('once', [LOST, GONE, THERE], 'cn-north-4', 1);
		const message = like(/region ap-southeast-3\.$/);
		expect(outcome).toMatchObject({ ...MAYBE, category: 'validation', message });
		expect(sent).toEqual(['DELETE cn-north-4', 'DELETE cn-north-4', 'GET']);
	});
});

describe('a confirmed deletion', () => {
	const LIST = { confirmedBy: 'list' };
	const UNREADABLE = { ...MAYBE, message: like(/could not be confirmed/) };
	const CONTRADICTION = { ...NO, message: like(/reported "not found", but still lists/) };

	test.each<[string, Step, look: Step, object]>([
		['success, not listed', DELETED, MISSING, { ...SUCCESS, ...LIST }],
		['success, listed', DELETED, SOMEWHERE, { ...MAYBE, message: like(/still lists/) }],
		['success, unreadable', DELETED, INVALID, UNREADABLE],
		['"not found", not listed', GONE, MISSING, { ...NOT_FOUND, ...LIST }],
		['"not found", listed', GONE, SOMEWHERE, CONTRADICTION],
		['"not found", unreadable', GONE, INVALID, { ...UNREADABLE, ...NO }],
		['a loss, not listed', LOST, MISSING, { ...SUCCESS, ...LIST }],
		['a loss, listed', LOST, SOMEWHERE, { ...MAYBE, hint: like(/still lists/) }],
		['a loss, unreadable', LOST, INVALID, { ...MAYBE, hint: like(/may have been del/) }],
		['an invalid request, not listed', INVALID, MISSING, { ...NOT_FOUND, ...LIST, statusCode: 400 }],
		['an invalid request, listed', INVALID, SOMEWHERE, { ...NO, hint: like(/still lists/) }],
		['an invalid request, unreadable', INVALID, INVALID, NO],
		['no permission, not listed', FORBIDDEN, MISSING, { ...NOT_FOUND, ...LIST, statusCode: 401 }],
		['no permission, listed', FORBIDDEN, SOMEWHERE, { ...NO, category: 'permission' }],
		['no permission, unreadable', FORBIDDEN, INVALID, NO],
	])('after %s', async (_name, response, look, expected) => {
		// The last step repeats.
		const { outcome, sent } = await remove('confirm', [response, look]);
		expect(outcome).toMatchObject(expected);
		expect(sent.slice(0, 2)).toEqual(['DELETE', 'GET']);
	});

	const OTHERS = listed(...Array.from({ length: 100 }, (_, index) => ({ task_id: `other-${index}` })));
	test.each<[string, Step[], object, string[]]>([
		['is not looked up when nothing was sent', [UNSENT], { ...NO, category: 'network' }, ['DELETE']],
		['does not wait for a task that was not deleted', [INVALID, HERE], NO, ['DELETE', 'GET']],
		['is looked up once when the service ignores the ID', [DELETED, OTHERS], UNREADABLE, ['DELETE', 'GET']],
	])('%s', async (_name, script, expected, calls) => {
		const { outcome, sent } = await remove('confirm', script);
		expect(outcome).toMatchObject(expected);
		expect(sent).toEqual(calls);
	});

	test.each<[string, Step, object]>([
		['"not found"', GONE, { ...SUCCESS, confirmedBy: 'not_found_after_retry' }],
		['invalid', INVALID, { ...SUCCESS, ...LIST, attempts: 2, statusCode: 400 }],
	])('of a task that is %s after a loss and not listed is a success', async (_what, response, expected) => {
		const { outcome } = await remove('confirm', [LOST, response, MISSING], undefined, 1);
		expect(outcome).toMatchObject(expected);
	});

	test('waits longer and longer while the task is listed, for a quarter of a minute', async () => {
		const short = await remove('confirm', [DELETED, HERE, HERE, HERE, MISSING]);
		expect(short).toMatchObject({
			outcome: SUCCESS,
			found: { region: 'cn-north-4' },
			waits: [500, 1000, 2000],
		});
		const { outcome, found, waits, sent } = await remove('confirm', [DELETED, HERE]);
		expect(outcome).toMatchObject({ ...MAYBE, category: 'server', retryable: true, requestId: 'r-delete' });
		expect(found).toMatchObject({ region: 'cn-north-4' });
		expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(15_500);
		expect(sent).toHaveLength(7);
	});

	const NO_REGIONS = ['Beijing4', '\u001b[2J', `cn-north-${'4'.repeat(60)}`];
	test.each(NO_REGIONS)('is not sent for what is no region: %j', async (region) => {
		const { outcome, sent } = await remove('confirm', [GONE, listed({ task_id: 'a', region })]);
		expect(outcome).toMatchObject({ ...NO, message: like(/still lists the task\.$/) });
		expect(new Set(sent)).toEqual(new Set(['DELETE', 'GET']));
		expect(JSON.stringify(outcome)).not.toContain(region);
	});

	test('is sent once more for the region that lists the task', async () => {
		const { outcome, found, sent } = await remove('confirm', [GONE, THERE, DELETED, MISSING]);
		expect(outcome).toMatchObject({ ...SUCCESS, ...LIST, attempts: 2, requestId: 'r-delete' });
		expect(found).toMatchObject({ region: 'ap-southeast-3' });
		expect(sent).toEqual(['DELETE', 'GET', 'DELETE ap-southeast-3', 'GET']);
	});

	test.each<[string, Step[], object]>([
		['not found there either, and then not listed', [GONE, MISSING], { ...NOT_FOUND, ...LIST }],
		['not found there either, and listed', [GONE, THERE], { ...NO, category: 'server' }],
		['lost there', [LOST, MISSING], { ...SUCCESS, ...LIST }],
		['rejected there', [INVALID, THERE], { ...NO, category: 'validation' }],
	])('but no more than that: %s', async (_name, script, expected) => {
		const { outcome, sent } = await remove('confirm', [GONE, THERE, ...script]);
		expect(outcome).toMatchObject(expected);
		expect(sent.filter((one) => one.startsWith('DELETE'))).toEqual(['DELETE', 'DELETE ap-southeast-3']);
	});

	test('remembers a loss when it is sent once more', async () => {
		const script = [LOST, GONE, THERE, GONE, MISSING];
		expect((await remove('confirm', script, undefined, 1)).outcome).toMatchObject(SUCCESS);
		const unsure = [LOST, GONE, THERE, FORBIDDEN, THERE];
		expect((await remove('confirm', unsure, undefined, 1)).outcome).toMatchObject(MAYBE);
	});

	test('for a region that was asked for is an error that names the other one', async () => {
		const { outcome, found, sent } = await remove('confirm', [GONE, THERE], 'cn-north-4');
		expect(outcome).toMatchObject({
			...NO,
			message: like(/in the requested region, but .+ in the region ap-southeast-3\.$/),
			hint: like(/^Set Task Region to ap-southeast-3/),
		});
		expect(found).toMatchObject({ region: 'ap-southeast-3' });
		expect(sent).toEqual(['DELETE cn-north-4', 'GET']);
	});

	test('ends when the execution is canceled, and may have happened', async () => {
		const cancel = new AbortController();
		const { relayTasks, clock } = scriptedClient([DELETED, HERE], { cancelSignal: cancel.signal });
		clock.sleep = async () => cancel.abort();
		const outcome = await relayTasks.delete({ taskId: 'a', region: undefined }, SETTINGS, 'confirm');
		expect(outcome).toMatchObject({ ...MAYBE, message: like(/accepted the deletion/) });
	});
});

describe('a dry run', () => {
	const ELSEWHERE = { ...NO, hint: like(/ap-southeast-3/) };

	test.each<[string, Step, string | undefined, object]>([
		['of a task', THERE, undefined, { ...SUCCESS, foundIn: 'ap-southeast-3' }],
		['of a task in its region', THERE, 'AP-southeast-3', { ...SUCCESS, foundIn: 'ap-southeast-3' }],
		['of a task that names no region', SOMEWHERE, 'cn-north-4', SUCCESS],
		['of a task in another region', THERE, 'cn-north-4', { ...ELSEWHERE, foundIn: 'ap-southeast-3' }],
		['of no task', MISSING, undefined, { ...NOT_FOUND, confirmedBy: 'list' }],
		['of no task, told otherwise', GONE, 'cn-nort-4', { ...NOT_FOUND, hint: like(/in all regions/) }],
		['that is not permitted', FORBIDDEN, undefined, { ...NO, hint: like(/listPullTask.+dry run/) }],
		['without a response', LOST, undefined, NO],
	])('%s', async (_name, look, region, expected) => {
		const { outcome, found, sent } = await remove('dryRun', [look], region);
		expect({ ...outcome, foundIn: found?.region }).toMatchObject({ foundIn: undefined, ...expected });
		expect(sent.filter((call) => !call.startsWith('GET'))).toEqual([]);
	});
});
