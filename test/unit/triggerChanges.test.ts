import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compare } from '../../nodes/HuaweiCloudLiveTrigger/changes';
import { recall, remember } from '../../nodes/HuaweiCloudLiveTrigger/memory';

const memory = (entries: Record<string, string>) => new Map(Object.entries(entries));

function changes(before: Record<string, string>, entries: Record<string, string>, isComplete = true) {
	const result = compare(memory(before), { entries: memory(entries), isComplete });
	return {
		changes: result.changes.map(({ kind, id, previous }) => [kind, id, previous]),
		after: Object.fromEntries(result.after),
	};
}

describe('what changed from list to list', () => {
	test('entries that came, changed and went', () => {
		expect(changes({ a: 'running', b: 'running', c: 'idle' }, { a: 'running', b: 'idle', d: 'new' })).toEqual(
			{
				changes: [
					['changed', 'b', 'running'],
					['added', 'd', ''],
					['missing', 'c', 'idle'],
				],
				after: { a: 'running', b: 'idle', d: 'new' },
			},
		);
	});

	test('an incomplete list brings what it has, and loses nothing', () => {
		expect(changes({ a: 'running', b: 'running' }, { b: 'idle', c: '' }, false)).toEqual({
			changes: [
				['changed', 'b', 'running'],
				['added', 'c', ''],
			],
			after: { a: 'running', b: 'idle', c: '' },
		});
	});

	test('a value that is not known is no change, and does not hide the next one', () => {
		const unknown = changes({ a: 'running' }, { a: '' });
		expect(unknown).toEqual({ changes: [], after: { a: 'running' } });
		expect(changes(unknown.after, { a: 'idle' }).changes).toEqual([['changed', 'a', 'running']]);
		expect(changes({ a: '' }, { a: 'running' })).toEqual({ changes: [], after: { a: 'running' } });
	});
});

test('what is remembered comes back from n8n’s database as it was, whatever IDs there are', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (entries) => {
			const staticData = {};
			remember(staticData, 'scope', new Map([['__proto__', '__dataChanged'], ...entries]));
			const stored: object = JSON.parse(JSON.stringify(staticData));
			expect(recall({ ...stored }, 'scope')).toEqual(new Map([['__proto__', '__dataChanged'], ...entries]));
			expect(recall({ ...stored }, 'another')).toBeUndefined();
		}),
	);
});

test.each([{}, { scope: 'scope' }, { scope: 'scope', remembered: 'a' }])('%j is no memory', (staticData) => {
	expect(recall(staticData, 'scope')).toBeUndefined();
});
