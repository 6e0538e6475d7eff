import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { median } from '../bench/numbers';

const ROUNDS = 7;
const projectRoot = resolve(__dirname, '../..');

/**
 * How long a process takes to load an unpacked package, beside loading undici alone: a measure that a slow or busy
 * machine hardly changes. n8n has loaded n8n-workflow long before it loads a package.
 * @returns the median of a few, each in a process of its own, by turns
 */
export function loadTimeBesideUndici(packageFolder: string): number {
	const manifest = resolve(packageFolder, 'package.json');
	const whole = `
		const { nodes, credentials } = require(${JSON.stringify(manifest)}).n8n;
		for (const file of [...nodes, ...credentials]) require(${JSON.stringify(packageFolder)} + '/' + file);
	`;
	const ratios = Array.from({ length: ROUNDS }, () => timeOf(whole) / timeOf(`require('undici');`));
	return median(ratios);
}

function timeOf(loading: string): number {
	const program = `
		require('n8n-workflow');
		const began = performance.now();
		${loading}
		console.log(performance.now() - began);
	`;
	return Number(execFileSync(process.execPath, ['-e', program], { cwd: projectRoot, encoding: 'utf8' }));
}
