import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from '../n8n/build';
import { environmentOfCertificate } from './certificate';

/** `npm run bench`: measures the built node beside others, and writes what it found into `docs/benchmarks.md`. */

const PROXIES = /^(https?|all|no)_proxy$/i;

async function main(): Promise<void> {
	await build(console.log);
	const trust = await environmentOfCertificate();
	// Calls to loopback must not take a detour.
	const direct = Object.fromEntries(Object.entries(process.env).filter(([name]) => !PROXIES.test(name)));
	for (const part of ['heap', 'speed']) {
		console.log(`\n${part}`);
		const args = ['--expose-gc', '--import', 'tsx', join(__dirname, 'part.ts'), part];
		const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...direct, ...trust } });
		if (status !== 0) process.exitCode = 1;
	}
	rmSync(dirname(trust.BENCH_KEY), { recursive: true });
}

void main();
