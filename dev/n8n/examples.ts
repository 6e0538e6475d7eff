import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { CredentialFile, IdentifiedWorkflow } from './server';

const FOLDER = resolve(__dirname, '../../examples');

/** The names of all workflows of `examples/`, the one to start with first. */
export const EXAMPLES = [
	'delete-relay-tasks',
	'scheduled-clean-up',
	'webhook-delete',
	'sub-workflow',
	'agent-tool',
	'past-end-delete',
	'take-off-air',
	'relay-task-life',
] as const;

/** A workflow of `examples/`, as it is. */
export function example(name: string): IdentifiedWorkflow {
	return JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8'));
}

/** The payload of calls to the webhook example. */
export const WEBHOOK_HEADER = { name: 'X-Webhook-Secret', value: 'known-to-the-caller' };

/** The credentials that the examples refer to, the first with these fields. */
export function exampleCredentials(data: Record<string, string>): CredentialFile[] {
	return [
		{ id: 'huaweiCloudApi', name: 'Huawei Cloud API', data },
		{ id: 'webhookHeaderAuth', name: 'Header of the webhook', type: 'httpHeaderAuth', data: WEBHOOK_HEADER },
	];
}
