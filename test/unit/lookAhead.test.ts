import { expect, test } from '@jest/globals';

import { lookAhead } from '../../nodes/HuaweiCloudLive/input/lookAhead';
import { ItemParameters, RunParameters } from '../../nodes/shared/parameters';

const COUNT = 100;

test('each item gets its own value or error, and each expression is evaluated once', () => {
	const evaluated: number[] = [];
	const context = {
		getNodeParameter(_name: string, itemIndex: number): unknown {
			evaluated.push(itemIndex);
			if (itemIndex % 3 === 0) throw new Error(`item ${itemIndex} failed`);
			return `task-${itemIndex}`;
		},
		getNode: () => ({ parameters: { taskId: '={{ … }}' } }),
		getTimezone: () => 'UTC',
	};
	const run = new RunParameters(context, []);
	const items = lookAhead(COUNT, ['taskId'], (itemIndex) => new ItemParameters(run, itemIndex));
	let next = 0;
	for (const parameters of items) {
		expect(parameters.itemIndex).toBe(next);
		if (next % 3 === 0) {
			expect(() => parameters.get('taskId')).toThrow(/could not be evaluated/);
			expect(parameters.valueOrNull('taskId')).toBeNull();
		} else expect(parameters.get('taskId')).toBe(`task-${next}`);
		next += 1;
	}
	expect(evaluated).toEqual(Array.from({ length: COUNT }, (_, index) => index));
});
