import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import type { INodeType } from 'n8n-workflow';
import { generate } from 'selfsigned';

import { today, writeSection } from '../document';
import { Engine } from '../n8n/engine';
import { build } from '../n8n/installation';
import type { Traffic } from './gateway';
import { newCredential, ourNode, OUR_TYPE, runNode, tasks } from './nodes';
import { measured, speed } from './speed';

/** `npm run bench`: compares the built node with others, in another process (`measure`), and writes docs/benchmarks.md. */

async function main(): Promise<void> {
	if (process.argv[2] === 'measure') return await measure();
	await build();
	const folder = mkdtempSync(join(tmpdir(), 'huawei-cloud-live-bench-'));
	// Calls to loopback must not take a detour.
	const direct = { NO_PROXY: '*', no_proxy: '*' };
	const env = { ...process.env, ...direct, ...(await environmentOfCertificate(folder)) };
	const args = ['--expose-gc', '--import', 'tsx', __filename, 'measure'];
	process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
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

async function measure(): Promise<void> {
	const engine = await Engine.load();
	const gateway = fork(join(__dirname, 'gateway.ts'), { execArgv: ['--import', 'tsx'] });
	const traffic = async (): Promise<Traffic> => {
		gateway.send('');
		const [answer]: Traffic[] = await once(gateway, 'message');
		if (answer === undefined) throw new Error('The gateway sent no message');
		return answer;
	};
	const url = `https://127.0.0.1:${(await traffic()).port}`;
	const machine = `_${today()}, Node.js ${process.versions.node}, ${cpus().length} cores._`;
	await writeSection('docs/benchmarks.md', 'heap', await heap(engine, url), machine);
	await writeSection('docs/benchmarks.md', 'speed', ...(await speed(engine, traffic, url)), machine);
	// Pools and idle connections would keep it.
	process.exit();
}

const ITEMS = 100_000;
const SAMPLE_MS = 1000;
/** The goal in docs/benchmarks.md. */
const MAX_BYTES = 1000;

/** The memory of a large run, without its input. */
async function heap(engine: Engine, url: string): Promise<string> {
	console.log('Heap');
	const { description, execute } = engine.getByNameAndVersion(OUR_TYPE);
	let [most, left] = [0, 0];
	const measuring: INodeType = {
		description,
		async execute() {
			const before = heapInUse();
			most = 0;
			const sampling = setInterval(() => (most = Math.max(most, heapInUse() - before)), SAMPLE_MS);
			const outputs = (await execute?.call(this)) ?? [];
			clearInterval(sampling);
			left = heapInUse() - before;
			return outputs;
		},
	};
	engine.extraTypes.set(OUR_TYPE, measuring);
	// First with few items, so that one-time allocations are not measured.
	for (const count of [1000, ITEMS]) await runNode(engine, ourNode(10), newCredential(url), tasks(count));
	engine.extraTypes.delete(OUR_TYPE);
	const each = (bytes: number) => `**${Math.round(bytes / ITEMS)} bytes**`;
	const peak = Math.max(most, left);
	return `With ${ITEMS.toLocaleString('en')} items, the node takes ${measured(each(peak), peak / ITEMS < MAX_BYTES)} of heap per item while it runs, and its output ${each(left)}.`;
}

function heapInUse(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed;
}

void main();
