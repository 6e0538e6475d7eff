// First, so that it sees everything n8n writes.
import { written } from '../support/captureOutput';

import { beforeEach, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { REDACTED } from '../../huawei-cloud/call/redaction';
import type { Mishap } from '../../dev/emulator/faults';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';
import { testCredential } from '../support/credentialUse';
import { runNode } from '../support/nodeRun';
import { LIVE_TASK } from '../support/parameters';
import { Poller } from '../support/poller';

/** Everything n8n writes while it runs a node, at its most verbose. */
process.env.N8N_LOG_LEVEL = 'debug';

eachOnCloud();

beforeEach(() => {
	written.length = 0;
});

const quoting = (status: number, secret: string): Mishap => ({
	kind: 'answer',
	status,
	headers: { 'X-Request-Id': secret },
	body: { error_code: `X.${secret}`, error_msg: `your ${secret} is wrong` },
});

const METHODS = ['iamToken', 'iamUser', 'accessKey'] as const;

function credentialOf(method: (typeof METHODS)[number]) {
	const fields: Record<string, string> = {
		iamToken: cloud.fields,
		iamUser: cloud.userFields,
		accessKey: cloud.keyFields({ securityToken: 'the-security-token-of-a-temporary-key' }),
	}[method];
	const { iamToken, password, secretAccessKey, securityToken } = fields;
	const secrets = [iamToken, password, secretAccessKey, securityToken].flatMap((secret) => secret || []);
	return { fields, secrets };
}

test.each(METHODS)(
	'with %s, no failure leaves a secret behind: in items, errors, hints or logs',
	async (method) => {
		const { fields, secrets } = credentialOf(method);
		const [secret = ''] = secrets;
		const { faults } = cloud.emulator;
		const mishaps: Record<string, Mishap> = {
			reset: { kind: 'reset' },
			html: { kind: 'answer', status: 200, body: `<p>${secret}</p>` },
			quoting: quoting(400, secret),
			redirect: { kind: 'answer', status: 302, headers: { location: '/elsewhere' } },
			refused: quoting(401, secret),
		};
		for (const [taskId, mishap] of Object.entries(mishaps)) faults.add({ taskId, times: Infinity, mishap });
		const taskIds = ['gone', 'reset', 'html', 'quoting', 'redirect', '', 'refused', 'after'];

		const runs = [];
		for (const [credential, onError] of [
			[fields, 'continueRegularOutput'],
			[fields, 'stopWorkflow'],
			[{ ...fields, liveEndpoint: 'http://live.example.com' }, 'stopWorkflow'],
			[{ ...fields, projectId: '' }, 'stopWorkflow'],
		] as const) {
			runs.push(
				await runNode(engine, {
					credentials: { 'Huawei Cloud API': credential },
					items: taskIds.map((task_id) => ({ task_id })),
					parameters: { options: { maxConcurrency: 1, maxRetries: 0 } },
					settings: { onError },
				}),
			);
		}

		const left = JSON.stringify(runs) + written.join('');
		expect(runs[0]?.delivered[2]?.length).toBeGreaterThan(5);
		expect(written.join('')).toContain('Running node');
		for (const one of [...secrets, ...cloud.emulator.world.tokens.keys()]) {
			expect(left.includes(one)).toBe(false);
			expect(cloud.emulator.calls.filter(({ url }) => url.includes(one))).toEqual([]);
		}
	},
);

/** Quotes of a secret, whole and cut, in fields that a success passes on. */
const quotesOf = (secret: string) => {
	const part = secret.slice(-Math.min(16, secret.length));
	const base64 = Buffer.from(`user:${secret}`).toString('base64');
	return {
		stream_name: secret,
		app_name: `x${part}`,
		destination_url: `rtmp://push.example.com/a?x=${encodeURIComponent(JSON.stringify(base64))}`,
		description: Buffer.from(part).toString('hex'),
		[`field ${part}`]: [{ deep: `&#x${Buffer.from(part).toString('hex').match(/../g)?.join(';&#x')};` }],
	};
};

test.each(METHODS)(
	'with %s, no success leaves a secret behind either: in items, lists, the trigger or the Test button',
	async (method) => {
		const { fields, secrets } = credentialOf(method);
		const credentials = { 'Huawei Cloud API': fields };
		const task = { task_id: 'task-1', status: 'running', ...Object.assign({}, ...secrets.map(quotesOf)) };
		const deletion = { task_id: 'task-1', request_id: `r-${secrets[0] ?? ''}` };
		const domain_info = [{ domain: `${secrets[0]}.com`, domain_type: 'push' }];
		const body = { ...deletion, total: 1, task_infos: [task], domain_info };
		const answer = { kind: 'answer', status: 200, body } as const;
		cloud.emulator.faults.add({
			method: 'DELETE',
			path: '/v1/',
			times: Infinity,
			mishap: { ...answer, body: deletion },
		});
		cloud.emulator.faults.add({ path: '/v1/', times: Infinity, mishap: answer });

		const left: unknown[] = [];
		for (const parameters of [
			{ operation: 'getAll', simplify: false },
			{ operation: 'get', simplify: false },
			{},
		]) {
			const { delivered } = await runNode(engine, {
				credentials,
				items: [{ task_id: 'task-1' }],
				parameters,
			});
			expect(delivered[0]).toHaveLength(1);
			left.push(delivered);
		}
		for (const method of ['searchRelayTasks', 'searchIngestDomains']) {
			left.push(await searchList(engine, { method, parameters: {}, credential: fields }));
		}
		const trigger = new Poller(engine, { event: 'relayTaskCreated', simplify: false }, credentials);
		left.push(await trigger.poll('manual'), await trigger.poll());
		// A search or a filter finds only what is shown, or it would answer guesses.
		const filters = { target: secrets[0]?.slice(-16) };
		for (const method of ['searchRelayTasks', 'searchIngestDomains']) {
			const guess = { method, parameters: {}, credential: fields, filter: filters.target };
			expect(await searchList(engine, guess)).not.toHaveProperty('results.0');
		}
		const filtered = { credentials, items: [{}], parameters: { operation: 'getAll', filters } };
		expect((await runNode(engine, filtered)).delivered).toEqual([[], [], [], []]);
		const filteredTrigger = new Poller(engine, { event: 'relayTaskCreated', filters }, credentials);
		await expect(filteredTrigger.poll('manual')).rejects.toThrow('match the filters');
		await filteredTrigger.poll();
		body.task_infos = [{ ...task, task_id: 'task-2' }];
		left.push(await trigger.poll());
		expect(await filteredTrigger.poll()).toBeNull();
		const projects = { projects: secrets.map((secret) => ({ id: 'p', name: `x${secret}` })) };
		cloud.emulator.faults.add({ path: '/v3/auth/projects', mishap: { ...answer, body: projects } });
		const tested = await testCredential(engine, fields);
		expect(tested.message).toContain(REDACTED);
		left.push(tested);

		const text = JSON.stringify(left);
		expect(text.split(REDACTED).length).toBeGreaterThan(20);
		for (const secret of secrets) {
			for (const quote of Object.values(quotesOf(secret)).map((one) => JSON.stringify(one).slice(1, -1))) {
				expect(text).not.toContain(quote);
			}
			expect(text).not.toContain(secret.slice(-16));
		}
	},
);

test('what an author entered stays, or its removal would confirm a guess; what the service says does not', async () => {
	const guess = 'the-security-token-of';
	const ids = [guess, `${guess}!`, `${guess}?`, guess.padEnd(80, '.')];
	const credentials = { 'Huawei Cloud API': credentialOf('accessKey').fields };
	const run = async (parameters: INodeParameters, ...items: IDataObject[]) =>
		(await runNode(engine, { credentials, items, parameters })).delivered.flat();
	cloud.addTasks(guess);
	const created = { kind: 'answer', status: 200, body: { task_id: guess } } as const;
	cloud.emulator.faults.add({ method: 'POST', mishap: created });
	expect(await run({ operation: 'create', ...LIVE_TASK }, {})).toMatchObject([{ task_id: REDACTED }]);
	cloud.emulator.faults.add({ taskId: `${guess}?`, mishap: quoting(400, guess) });
	const taskId = '={{ $json.id ?? "".hash($json.guess) }}';
	const items = await run({ taskId }, ...ids.map((id) => ({ id })), { guess });
	expect(items.map(({ task_id }) => task_id)).toEqual([...ids, null]);
	expect(items[2]).toMatchObject({ error_msg: REDACTED });
	expect(items[4]).toMatchObject({ hint: expect.stringContaining(guess) });
	const names = { domain: 'a.b', appName: guess, streamName: guess };
	const stream = { domain: 'a.b', app_name: guess, stream_name: guess };
	expect(await run({ resource: 'stream', operation: 'resume', ...names }, {})).toMatchObject([stream]);
	// The trigger's memory is part of the workflow.
	cloud.addTasks(guess);
	const trigger = new Poller(engine, { event: 'relayTaskStatusChanged' }, credentials);
	await trigger.poll();
	trigger.stored = trigger.stored.replace('"running"', JSON.stringify(guess));
	expect(await trigger.poll()).toMatchObject([{ previous_status: guess, task_id: REDACTED }]);
});
