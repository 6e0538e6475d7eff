import { LiveApi } from '../../../huawei-cloud/live/liveApi';
import type { ListOutcome } from '../../../huawei-cloud/live/list';
import type { PageOutcome } from '../../../huawei-cloud/live/page';
import type { Stream } from '../../../huawei-cloud/live/streams';
import { authenticatedClient } from '../../../huawei-cloud/identity/authentication';
import { readCredential } from '../../../huawei-cloud/identity/credential';
import { CredentialState } from '../../../huawei-cloud/identity/credentialState';
import { isText } from '../../../huawei-cloud/http/response';
import { toListedItem } from '../../../nodes/HuaweiCloudLive/items';
import { FakeClock } from '../../../test/support/fakeClock';
import { linesOf, must, withoutGrowth } from '../oracle';

/** The pages of lists, and the items that their entries become. */

let body = '';
const transport = { send: async () => await Promise.resolve({ status: 200, headers: {}, body }) };
const credential = readCredential({ iamToken: 'token', projectId: 'project', region: 'cn-north-4' });
const SETTINGS = { maxRetries: 0, timeout: 1000, advice: { throttled: '', timeout: '' } };

export const fuzz = withoutGrowth(async (data) => {
	const { lines, rest } = linesOf(data, 1);
	body = rest;
	const client = authenticatedClient(
		credential,
		{ transport, clock: new FakeClock() },
		new CredentialState(),
	);
	await LISTS[Number(lines[0]) % LISTS.length]?.(new LiveApi(client, credential));
});

/** Each of the lists, of which an input names one. */
const LISTS: ReadonlyArray<(live: LiveApi) => Promise<void>> = [
	async ({ relayTasks }) => {
		const tasks = await relayTasks.page({}, SETTINGS);
		check(tasks, ({ task_id }) => isText(task_id));
		if (tasks.kind === 'success') tasks.page.entries.forEach(checkItem);
	},
	async ({ relayTasks }) => {
		const found = await relayTasks.get({ taskId: 'a', region: undefined }, SETTINGS);
		must(found.kind !== 'success' || found.entries[0]?.task_id === 'a', 'a task that was found is the one');
	},
	async ({ domains }) => check(await domains.list(SETTINGS), ({ domain }) => isText(domain)),
	async ({ streams }) => checkStreams(await streams.listOnline(FILTER, undefined, SETTINGS)),
	async ({ streams }) => checkStreams(await streams.listForbidden(FILTER, undefined, SETTINGS)),
];

const FILTER = { domain: 'd', app_name: 'live', stream_name: undefined };

function checkStreams(listed: ListOutcome<Stream>): void {
	if (listed.kind !== 'success') return;
	must(
		listed.entries.every(({ app_name }) => app_name === 'live'),
		'only what was asked for is listed',
	);
	const ids = listed.entries.map(({ domain, app_name, stream_name }) =>
		JSON.stringify([domain, app_name, stream_name]),
	);
	must(new Set(ids).size === ids.length, 'nothing is listed twice');
	listed.entries.forEach(checkItem);
}

function check<Entry>(outcome: PageOutcome<Entry>, isNamed: (entry: Entry) => boolean): void {
	if (outcome.kind !== 'success') return;
	const { entries, size, total } = outcome.page;
	must(entries.length <= size && entries.every(isNamed), 'what is listed has a name, and is counted');
	must(total === undefined || Number.isFinite(total), 'a total is a number');
	must(outcome.errorCode === null && outcome.errorMsg === null, 'no page reports an error');
}

/** An item holds the fields as they were sent, and is an object like any other, whatever they are called. */
function checkItem(entry: Readonly<Record<string, unknown>>): void {
	const item = toListedItem(entry);
	must(Object.getPrototypeOf(item) === Object.prototype, 'a field does not change what an item is');
	must(item.outcome === 'success', 'the outcome is ours');
	const { outcome: _ours, ...fields } = item;
	const { outcome: _theirs, ...sent } = entry;
	must(JSON.stringify(fields) === JSON.stringify(sent), 'an item has the fields that were sent');
}

export const seeds = [
	'0\n{"total":1,"task_infos":[{"task_id":"a","status":"running","__proto__":{"deleted":true},"constructor":1}]}',
	'1\n{"total":2,"task_infos":[{"task_id":12},{"id":"b"},null],"request_id":"r"}',
	'1\n{"total":0,"request_id":"r"}',
	'2\n{"total":1,"domain_info":[{"domain":"d","domain_type":"push"}]}',
	'3\n{"total_num":"1","streams":[{"app":"live","stream":"s","publish_domain":"d","outcome":"x"}],"total_page":1,"offset":0,"limit":1}',
	'4\n{"total":1,"blocks":[{"app_name":"live","stream_name":"s","resume_time":"2026-01-01T00:00:00Z"}]}',
	'0\n{"error":{"code":"x"},"task_infos":[]}',
];
