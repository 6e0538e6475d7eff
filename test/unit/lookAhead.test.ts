import { expect, test } from '@jest/globals';

import { LookAhead } from '../../nodes/HuaweiCloudLive/input/lookAhead';

const COUNT = 100;
const CONCURRENCY = 10;

/** Evaluates each item's ID; those of every third item fail. */
function countingContext() {
	const evaluated: number[] = [];
	return {
		evaluated,
		getNodeParameter(_name: string, itemIndex: number): unknown {
			evaluated.push(itemIndex);
			if (itemIndex % 3 === 0) throw new Error(`item ${itemIndex} failed`);
			return `task-${itemIndex}`;
		},
		getTimezone: () => 'UTC',
	};
}

test('each item gets its own value or error, and no item is evaluated again because another one failed', () => {
	const context = countingContext();
	const lookAhead = new LookAhead(context, ['taskId'], COUNT);
	const get = (index: number) => lookAhead.getNodeParameter('taskId', index);
	for (let first = 0; first < COUNT; first += CONCURRENCY) {
		const inFlight = Array.from({ length: CONCURRENCY }, (_, offset) => first + offset);
		for (const index of inFlight) {
			if (index % 3 === 0) expect(() => get(index)).toThrow(`item ${index} failed`);
			else expect(get(index)).toBe(`task-${index}`);
		}
		// An item whose expression failed asks once more, to name itself on its error.
		for (const index of inFlight.filter((one) => one % 3 === 0)) {
			expect(() => get(index)).toThrow(`item ${index} failed`);
		}
	}
	const timesOf = (index: number) => context.evaluated.filter((one) => one === index).length;
	for (let index = 0; index < COUNT; index++) expect(timesOf(index)).toBe(index % 3 === 0 ? 2 : 1);
});
