import { describe, expect, test } from '@jest/globals';

import { notSent, NO_RESPONSE, type Outcome } from '../../huawei-cloud/call/outcome';
import { jsonValue, OUTPUT_OF, toJson, toListedItem } from '../../nodes/HuaweiCloudLive/output/items';

/** The JSON of items. */

test('a field of the service does not change what an item is, whatever it is called', () => {
	const listed: Record<string, unknown> = JSON.parse(
		'{"task_id":"a","__proto__":{"deleted":true},"outcome":"theirs","constructor":1}',
	);
	const item = toListedItem(listed);
	expect(item.deleted).toBeUndefined();
	expect(JSON.stringify(item)).toBe(
		'{"outcome":"success","task_id":"a","__proto__":{"deleted":true},"constructor":1}',
	);
});

test('the outputs keep their places, since workflow files hold them', () => {
	expect(OUTPUT_OF).toEqual({ success: 0, notFound: 1, error: 2 });
});

describe('the JSON of', () => {
	const response = { ...NO_RESPONSE, attempts: 2, requestId: 'r-1' };
	const listOf = (outcome: Outcome) => Object.entries(toJson(outcome, { deleted: true }, { task_id: 'a' }));

	test('a success has what was done, to what, and how it is known', () => {
		expect(listOf({ ...response, kind: 'success', statusCode: 200 })).toEqual([
			['outcome', 'success'],
			['deleted', true],
			['task_id', 'a'],
			['request_id', 'r-1'],
			['status_code', 200],
			['attempts', 2],
		]);
		const confirmed: Outcome = { ...NO_RESPONSE, kind: 'success', confirmedBy: 'list' };
		expect(toJson(confirmed, undefined, {})).toStrictEqual({
			outcome: 'success',
			status_code: null,
			attempts: 0,
			confirmed_by: 'list',
		});
	});

	test('what was not found has what the service said', () => {
		const said = { statusCode: 404, errorCode: 'LIVE.1', errorMsg: 'none' };
		expect(
			toJson({ ...response, ...said, kind: 'notFound', confirmedBy: 'list' }, undefined, {}),
		).toStrictEqual({
			outcome: 'notFound',
			request_id: 'r-1',
			status_code: 404,
			attempts: 2,
			confirmed_by: 'list',
			error_code: 'LIVE.1',
			error_msg: 'none',
		});
	});

	test('an error has what is wrong and what to do where a table shows it', () => {
		const failure = notSent({ category: 'server', message: 'It failed.', hint: 'Try.', retryable: true });
		expect(listOf({ ...failure, ...response, errorCode: 'LIVE.2' })).toEqual([
			['outcome', 'error'],
			['deleted', true],
			['task_id', 'a'],
			['error', 'It failed.'],
			['hint', 'Try.'],
			['request_id', 'r-1'],
			['status_code', null],
			['attempts', 2],
			['error_code', 'LIVE.2'],
			['error_msg', null],
			['category', 'server'],
			['retryable', true],
		]);
	});
});

describe('a parameter in an item', () => {
	test.each([
		['text'],
		[''],
		['half of a character: \ud83d'],
		[true],
		[false],
		[0],
		[-1.5],
		[null],
		[[1, 'a', null]],
		[{ a: { b: [] } }],
	])('stays as it was given: %j', (value) => {
		expect(jsonValue(value)).toEqual(value);
	});

	const loop: Record<string, unknown> = {};
	loop.loop = loop;
	test.each([
		['undefined', undefined],
		['infinity', Infinity],
		['no number', Number.NaN],
		['a function', () => 1],
		['a symbol', Symbol('a')],
		['a loop', loop],
		['an object that is nothing in JSON', { toJSON: () => undefined }],
	])('is null where JSON has nothing for it: %s', (_name, value) => {
		expect(jsonValue(value)).toBeNull();
	});

	test('is a copy, as JSON has it', () => {
		const at = new Date(0);
		expect(jsonValue({ at, none: undefined })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
	});
});
