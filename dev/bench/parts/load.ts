import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { measured, writeSection } from '../document';
import { median } from '../statistics';

const ROUNDS = 5;
/** The aim of docs/benchmarks.md. */
const MOST_MS = 60;
const root = resolve(__dirname, '../../..');

/** n8n has loaded n8n-workflow long before it loads a package. */
const PROGRAM = `
	require('n8n-workflow');
	const began = performance.now();
	require('./dist/nodes/HuaweiCloudLive/HuaweiCloudLive.node.js');
	require('./dist/credentials/HuaweiCloudApi.credentials.js');
	console.log(performance.now() - began);
`;

/** How long a starting n8n takes to load the built package. */
export async function load(): Promise<void> {
	const times = Array.from({ length: ROUNDS }, () =>
		Number(execFileSync(process.execPath, ['-e', PROGRAM], { cwd: root, encoding: 'utf8' })),
	);
	const time = median(times);
	writeSection(
		'load',
		`Loading the package takes ${measured(`**${Math.round(time)} ms**`, time < MOST_MS)}, in a process in which nothing but n8n-workflow is loaded.`,
	);
}
