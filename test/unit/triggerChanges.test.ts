import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	compare,
	remembering,
	showsWhatIsGone,
	type Memory,
} from '../../nodes/HuaweiCloudLiveTrigger/changes';
import { recall, remember } from '../../nodes/HuaweiCloudLiveTrigger/memory';

const entries = (given: Record<string, string>) => new Map(Object.entries(given));
const memory = (given: Record<string, string>, rest: Partial<Memory> = {}): Memory => ({
	entries: entries(given),
	surplus: 0,
	isPartial: false,
	...rest,
});
const isAnyId = () => true;

function changes(before: Record<string, string>, now: Record<string, string>) {
	return compare(entries(before), entries(now)).map(({ kind, id, previous }) => [kind, id, previous]);
}

describe('what changed from list to list', () => {
	test('entries that came, changed and went', () => {
		expect(changes({ a: 'running', b: 'running', c: 'idle' }, { a: 'running', b: 'idle', d: 'new' })).toEqual(
			[
				['changed', 'b', 'running'],
				['added', 'd', ''],
				['missing', 'c', 'idle'],
			],
		);
	});

	test('a value that is not known is no change, and does not hide the next one', () => {
		expect(changes({ a: 'running' }, { a: '' })).toEqual([]);
		const { entries: after } = remembering(
			memory({ a: 'running' }),
			{ entries: entries({ a: '' }), surplus: 0 },
			[],
		);
		expect(after).toEqual(entries({ a: 'running' }));
		expect(changes({ a: '' }, { a: 'running' })).toEqual([]);
	});

	test('what may still be there stays remembered, and the surplus from before it was in doubt', () => {
		const before = memory({ a: 'idle', b: '' });
		const listed = { entries: entries({ b: 'running' }), surplus: 1 };
		const [doubt] = compare(before.entries, listed.entries);
		expect(remembering(before, listed, doubt ? [doubt] : [])).toEqual(
			memory({ a: 'idle', b: 'running' }, { surplus: 0 }),
		);
	});
});

test.each([
	['complete', 0, undefined, true],
	['with as many too many as before', 2, 2, true],
	['with fewer', 1, 2, true],
	['with more', 2, 1, false],
	['with some, and it is not known how many there were', 1, undefined, false],
	['not read to its end', undefined, undefined, false],
	['not read to its end, though the one before was', undefined, 3, false],
])('a list %s tells what is gone, or does not', (_name, surplus, known, isTold) => {
	expect(showsWhatIsGone({ entries: new Map(), surplus }, memory({}, { surplus: known }))).toBe(isTold);
});

test('what is remembered comes back from n8n’s database as it was, whatever IDs there are', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.string(), fc.string())),
			fc.option(fc.nat(), { nil: undefined }),
			fc.boolean(),
			(given, surplus, isPartial) => {
				const staticData = {};
				const all = new Map([['__proto__', '__dataChanged'], ...given]);
				remember(staticData, 'scope', { entries: all, surplus, isPartial });
				const stored: object = JSON.parse(JSON.stringify(staticData));
				expect(recall({ ...stored }, 'scope', isAnyId)).toEqual({ entries: all, surplus, isPartial });
				expect(recall({ ...stored }, 'another', isAnyId)).toBeUndefined();
				expect(recall({ ...stored }, 'scope', (id) => id !== '__proto__')).toBeUndefined();
			},
		),
	);
});
