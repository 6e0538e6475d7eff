import { expect, test } from '@jest/globals';

import { toListedItem } from '../../nodes/HuaweiCloudLive/output/items';

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
