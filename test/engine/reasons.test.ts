import { expect, test } from '@jest/globals';

import type { Mishap } from '../../dev/emulator/faults';
import { cloud, eachOnCloud, engine, runOnCloud } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';
import { testCredential } from '../support/credentialUse';
import { LIVE_TASK } from '../support/parameters';
import { Poller } from '../support/poller';

/** The same problem at each entry point: what people read there, and what they are told to do. */

eachOnCloud();

const textOf = (error: unknown): string => {
	const { message, description }: { message?: string; description?: string } = Object(error);
	return `${message} ${description}`;
};

const node = (parameters: object) => async (): Promise<string> => {
	const { delivered } = await runOnCloud({
		items: [{ task_id: 'a' }],
		parameters: { ...parameters, options: { maxRetries: 0 } },
	});
	const { error, hint } = delivered[2]?.[0] ?? {};
	return `${error} ${hint}`;
};

const DOORS = {
	delete: node({ operation: 'delete' }),
	create: node({ operation: 'create', ...LIVE_TASK }),
	'get many': node({ operation: 'getAll' }),
	trigger: async () => {
		const poller = new Poller(engine, { event: 'relayTaskCreated' }, cloud.credentials);
		return await poller.poll().then(String, textOf);
	},
	list: async () => {
		const search = { method: 'searchRelayTasks', parameters: {}, credential: cloud.fields };
		return await searchList(engine, search).then(String, textOf);
	},
	test: async () => String((await testCredential(engine, cloud.fields)).message),
};
type Door = keyof typeof DOORS;
const doors: Door[] = ['delete', 'create', 'get many', 'trigger', 'list', 'test'];

const rejected: Mishap = {
	kind: 'answer',
	status: 400,
	body: { error_code: 'LIVE.100011001', error_msg: 'Request Illegal', error_detail: 'app_name <b>' },
};

async function meet(mishap: Mishap, door: Door): Promise<string> {
	cloud.emulator.faults.add({ path: '/v1/', mishap, times: Infinity });
	return await DOORS[door]();
}

test.each<[Door, RegExp]>([
	['delete', /Check the Task ID and the Task Region\./],
	['create', /Check the source URLs, the destination/],
	['get many', /Check the credential's region, Live endpoint and project ID[.,]/],
	// n8n renders the description as HTML.
	['trigger', /Check the credential's region, Live endpoint and project ID[.,]/],
	['list', /Check the credential's region, Live endpoint and project ID[.,]/],
	['test', /Check the credential's region, Live endpoint and project ID[.,]/],
])(
	'a rejected request says what to check at %s, and the detail that the service gives',
	async (door, hint) => {
		const text = await meet(rejected, door);
		expect(text).toMatch(hint);
		expect(text).toContain('app_name');
		expect(text).not.toContain('error_msg holds');
		if (door === 'trigger' || door === 'list') expect(text).not.toContain('<b>');
	},
);

test('the detail is a field of the item', async () => {
	cloud.emulator.faults.add({ mishap: rejected });
	const { delivered } = await runOnCloud({ items: [{ task_id: 'a' }] });
	expect(delivered[2]).toMatchObject([{ error_msg: 'Request Illegal', error_detail: 'app_name <b>' }]);
});

test.each(doors)('only the node has options: a request that timed out, at %s', async (door) => {
	const text = await meet({ kind: 'answer', status: 408 }, door);
	expect(text).toContain('within the timeout');
	expect(/Timeout in the node's options/.test(text)).toBe(['delete', 'get many'].includes(door));
});
