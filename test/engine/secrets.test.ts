// First, so that it sees all that n8n writes.
import { written } from '../support/captureOutput';

import { expect, test } from '@jest/globals';

import type { Mishap } from '../../dev/emulator/faults';
import type { Engine } from '../../dev/n8n/engine';
import { eachOnCloud } from '../support/eachOnCloud';
import { runNode, type Cloud } from '../support/nodeRun';

/** All that n8n writes while it runs a node, at its most talkative. */
process.env.N8N_LOG_LEVEL = 'debug';

let engine: Engine;
let cloud: Cloud;

eachOnCloud((...started) => {
	written.length = 0;
	[engine, cloud] = started;
});

const quoting = (status: number, secret: string): Mishap => ({
	kind: 'answer',
	status,
	headers: { 'X-Request-Id': secret },
	body: { error_code: `X.${secret}`, error_msg: `your ${secret} is wrong` },
});

test.each(['iamToken', 'iamUser', 'accessKey'] as const)(
	'with %s, no failure leaves a secret behind: in items, errors, hints or logs',
	async (method) => {
		const fields: Record<string, string> = {
			iamToken: cloud.fields,
			iamUser: cloud.userFields,
			accessKey: cloud.keyFields({ securityToken: 'the-security-token' }),
		}[method];
		const token =
			{ iamToken: fields.iamToken, iamUser: fields.password, accessKey: fields.secretAccessKey }[method] ??
			'';
		const { faults } = cloud.emulator;
		faults.add({ taskId: 'reset', times: Infinity, mishap: { kind: 'reset' } });
		faults.add({
			taskId: 'html',
			times: Infinity,
			mishap: { kind: 'answer', status: 200, body: `<p>${token}</p>` },
		});
		faults.add({ taskId: 'quoting', mishap: quoting(400, token) });
		faults.add({
			taskId: 'redirect',
			mishap: { kind: 'answer', status: 302, headers: { location: '/elsewhere' } },
		});
		faults.add({ taskId: 'refused', times: Infinity, mishap: quoting(401, token) });

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
					items: ['gone', 'reset', 'html', 'quoting', 'redirect', '', 'refused', 'after'].map((task_id) => ({
						task_id,
					})),
					parameters: { options: { maxConcurrency: 1, maxRetries: 0 } },
					settings: { onError },
				}),
			);
		}

		const left = JSON.stringify(runs) + written.join('');
		expect(runs[0]?.delivered[2]?.length).toBeGreaterThan(5);
		expect(written.join('')).toContain('Running node');
		const { password, secretAccessKey, securityToken, iamToken } = fields;
		const secrets = [
			password,
			secretAccessKey,
			securityToken,
			iamToken,
			...cloud.emulator.world.tokens.keys(),
		];
		for (const secret of secrets) if (secret) expect(left.includes(secret)).toBe(false);
		for (const { url } of cloud.emulator.calls)
			for (const secret of secrets) if (secret) expect(url.includes(secret)).toBe(false);
	},
);
