import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from '../n8n/build';
import { environmentOfCertificate } from './certificate';

/**
 * `npm run bench`: measures the built node beside others, and writes what it found into `docs/benchmarks.md`.
 * `npm run bench -- speed limits`: some parts of it.
 */

const PARTS = ['heap', 'speed', 'roundTrips', 'limits'];
const PROXIES = /^(https?|all|no)_proxy$/i;

async function main(): Promise<void> {
	const given = process.argv.slice(2);
	const unknown = given.find((part) => !PARTS.includes(part));
	if (unknown !== undefined) {
		console.error(`Unknown part: ${unknown}. Parts: ${PARTS.join(', ')}.`);
		process.exitCode = 2;
		return;
	}
	await build(console.log);
	const trust = await environmentOfCertificate();
	// Calls to loopback must not take a detour.
	const direct = Object.fromEntries(Object.entries(process.env).filter(([name]) => !PROXIES.test(name)));
	for (const part of PARTS.filter((one) => given.length === 0 || given.includes(one))) {
		console.log(`\n${part}`);
		const args = ['--expose-gc', '--import', 'tsx', join(__dirname, 'part.ts'), part];
		const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...direct, ...trust } });
		if (status !== 0) process.exitCode = 1;
	}
	rmSync(dirname(trust.BENCH_KEY), { recursive: true });
}

void main();
