import { expect, test } from '@jest/globals';

import { lookAhead } from '../../nodes/HuaweiCloudLive/input/lookAhead';
import { textField } from '../../nodes/shared/field';
import { ItemParameters, RunParameters } from '../../nodes/shared/parameters';
import { text } from '../../nodes/shared/readers';

const COUNT = 100;
const TASK_ID = textField({ displayName: 'Task', name: 'taskId', read: text(64) });

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
	const run = new RunParameters(context);
	const items = lookAhead(COUNT, ['taskId'], (itemIndex) => new ItemParameters(run, itemIndex));
	let next = 0;
	for (const parameters of items) {
		expect(parameters.itemIndex).toBe(next);
		if (next % 3 === 0) {
			expect(() => parameters.read(TASK_ID)).toThrow(/could not be evaluated/);
			expect(parameters.valueOrNull('taskId')).toBeNull();
		} else expect(parameters.read(TASK_ID)).toBe(`task-${next}`);
		next += 1;
	}
	expect(evaluated).toEqual(Array.from({ length: COUNT }, (_, index) => index));
});
