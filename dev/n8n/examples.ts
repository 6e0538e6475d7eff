import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { CredentialFile, IdentifiedWorkflow } from './server';

const FOLDER = resolve(__dirname, '../../examples');

/** The names of all workflows of `examples/`. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''))
	.sort();

/** A workflow of `examples/`, as it is. */
export function example(name: string): IdentifiedWorkflow {
	return JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8'));
}

/** What the calls of the webhook example carry. */
export const WEBHOOK_HEADER = { name: 'X-Webhook-Secret', value: 'known-to-the-caller' };

/** The credentials that the examples refer to, the first with these fields. */
export function exampleCredentials(data: Record<string, string>): CredentialFile[] {
	return [
		{ id: 'huaweiCloudApi', name: 'Huawei Cloud API', data },
		{
			id: 'webhookHeaderAuth',
			name: 'Header of the webhook',
			type: 'httpHeaderAuth',
			data: WEBHOOK_HEADER,
		},
	];
}
