import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compare, inDoubt, remembering, type Memory } from '../../nodes/HuaweiCloudLiveTrigger/changes';
import { recall, remember } from '../../nodes/HuaweiCloudLiveTrigger/memory';

const entries = (given: Record<string, string>) => new Map(Object.entries(given));
const memory = (given: Record<string, string>, rest: Partial<Memory> = {}): Memory => ({
	entries: entries(given),
	doubtful: 0,
	surplus: 0,
	surplusBefore: 0,
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
});

/**
 * What is gone, list by list, for a service that is never asked for a single entry.
 * @param lists `ab:1`: the entries a and b are listed, with a surplus of 1; `ab:?`: not read to the end
 */
function goneIn(lists: string): string {
	let before: Memory | undefined;
	const gone = lists.split(' ').map((list) => {
		const [ids = '', surplus] = list.split(':');
		const entriesNow = new Map([...ids].map((id) => [id, '']));
		const listed = { entries: entriesNow, surplus: surplus === '?' ? undefined : Number(surplus) };
		const changes = before ? compare(before.entries, listed.entries) : [];
		const missing = changes.filter(({ kind }) => kind === 'missing');
		const doubtful = before ? inDoubt(missing, listed, before) : [];
		before = remembering(before, listed, doubtful);
		const certain = missing.filter((change) => !doubtful.includes(change));
		return certain.map(({ id }) => id).join('') || '-';
	});
	return gone.join(' ');
}

test.each([
	['when the list is complete', 'abc:0 a:0', '- bc'],
	['with a steady surplus', 'abc:2 ab:2 b:1', '- c a'],
	['with a surplus that begins between', 'abc:0 abc:1 ab:1', '- - c'],
	['though what went as the surplus began is in doubt', 'abc:0 ab:1 a:1 a:1 a:0', '- - b - c'],
	['but not all that is counted and not listed for a while', 'abc:0 :3 :3 ab:1 ac:0', '- - - - b'],
	['but not what the surplus may hide, until it falls', 'abc:1 ab:2 ab:2 ab:1', '- - - c'],
	['but not when each list lacks another', 'ab:0 b:1 a:1 b:1 ab:0 a:0', '- - - - - b'],
	['but not while the list is not read to its end', 'abc:0 a:? a:? a:0', '- - - bc'],
	['after a first list that was not read to its end', 'abc:? ab:1 a:1 a:0', '- - b c'],
])('what is missing is gone %s', (_name, lists, gone) => {
	expect(goneIn(lists)).toBe(gone);
});

test('no more than ten thousand that may be there are remembered', () => {
	const many = new Map(Array.from({ length: 10_001 }, (_, index) => [`${index}`, '']));
	const before = memory({}, { entries: many });
	const none = { entries: new Map<string, string>(), surplus: 10_001 };
	const doubtful = inDoubt(compare(many, none.entries), none, before);
	expect(remembering(before, none, doubtful)).toMatchObject({ doubtful: 10_000, entries: { size: 10_000 } });
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
				const kept = { entries: all, doubtful: 1, surplus, surplusBefore: 2, isPartial };
				remember(staticData, 'scope', kept);
				const stored: object = JSON.parse(JSON.stringify(staticData));
				expect(recall({ ...stored }, 'scope', isAnyId)).toEqual(kept);
				expect(recall({ ...stored }, 'another', isAnyId)).toBeUndefined();
				expect(recall({ ...stored }, 'scope', (id) => id !== '__proto__')).toBeUndefined();
			},
		),
	);
});
