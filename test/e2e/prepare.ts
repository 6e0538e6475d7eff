import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { installN8n, type Installation, type Release } from '../n8n/installation';
import { installPacked } from '../n8n/packed';
import type { CredentialFile, IdentifiedWorkflow } from '../n8n/server';

/** The release that the tests are for: `npm run e2e` or `npm run e2e:oldest`. */
const release: Release = process.env.N8N_RELEASE === 'oldest' ? 'oldest' : 'newest';

/** Installs n8n, and packs the package, before all tests. */
export async function prepare(report: (line: string) => void): Promise<void> {
	await installN8n(release, report);
	await installPacked(report);
}

/** The n8n that `prepare` has installed. */
export async function installedN8n(): Promise<Installation> {
	return await installN8n(release, () => undefined);
}

/** A workflow of `examples/`, as it is. */
export function example(name: string): IdentifiedWorkflow {
	return JSON.parse(readFileSync(resolve(__dirname, `../../examples/${name}.json`), 'utf8'));
}

/** The credential that the examples refer to. */
export function exampleCredential(data: Record<string, string>): CredentialFile {
	return { id: 'huaweiCloudApi', name: 'Huawei Cloud API', data };
}
