import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

import { today, writeSection } from '../document';
import { Forked } from '../forked';
import { build } from '../n8n/build';
import { Engine } from '../n8n/engine';
import type { Traffic } from './gateway';
import { heap } from './heap';
import { speed } from './speed';

/**
 * `npm run bench`: compares the built node with others, and writes the results to `docs/benchmarks.md`. Each part
 * runs in its own process: this program, with the part's name.
 */

/** Measures against a gateway. @returns the blocks of its section */
export type Part = (engine: Engine, gateway: Forked<string, Traffic>, url: string) => Promise<string[]>;

const PARTS: Readonly<Record<string, Part>> = { heap, speed };
const PROXIES = /^(https?|all|no)_proxy$/i;

async function main(): Promise<void> {
	const [name] = process.argv.slice(2);
	if (name !== undefined) return await measure(name);
	await build(console.log);
	const folder = mkdtempSync(join(tmpdir(), 'huawei-cloud-live-bench-'));
	// Calls to loopback must not take a detour.
	const direct = Object.fromEntries(Object.entries(process.env).filter(([each]) => !PROXIES.test(each)));
	const env = { ...direct, ...(await environmentOfCertificate(folder)) };
	for (const part of Object.keys(PARTS)) {
		console.log(`\n${part}`);
		const args = ['--expose-gc', '--import', 'tsx', __filename, part];
		const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
		if (status !== 0) process.exitCode = 1;
	}
	rmSync(folder, { recursive: true });
}

/** A certificate for loopback. Node reads NODE_EXTRA_CA_CERTS once, so the processes that measure start with it. */
async function environmentOfCertificate(folder: string) {
	const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
		algorithm: 'sha256',
		extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
	});
	const environment = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'), BENCH_KEY: join(folder, 'key.pem') };
	writeFileSync(environment.NODE_EXTRA_CA_CERTS, cert);
	writeFileSync(environment.BENCH_KEY, key, { mode: 0o600 });
	return environment;
}

async function measure(name: string): Promise<void> {
	const part = PARTS[name];
	if (!part) throw new Error(`The parts are ${Object.keys(PARTS).join(', ')}`);
	const engine = await Engine.load();
	const gateway = new Forked<string, Traffic>(join(__dirname, 'gateway.ts'));
	const { port } = await gateway.ask('');
	const blocks = await part(engine, gateway, `https://127.0.0.1:${port}`);
	const machine = `_${today()}, Node.js ${process.versions.node}, ${cpus().length} cores._`;
	writeSection('docs/benchmarks.md', name, ...blocks, machine);
	// Pools and idle connections would keep it.
	process.exit();
}

main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
