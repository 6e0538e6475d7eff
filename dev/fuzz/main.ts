import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import Table from 'cli-table3';

import type { Assignment, Result } from './worker';

/**
 * `npm run fuzz`: feeds the parsers with what a fuzzer comes up with that sees which branches an input takes. Inputs that
 * took new ones stay in `.cache/fuzz`, so that the next run begins where this one ended; so do those that did harm.
 *
 * `--inputs N` for each target, 100,000 by default, which comes to a million; `--seconds N` ends a target earlier; `--seed N` repeats a run.
 * Other arguments are the targets, by default all.
 */

const cache = resolve(__dirname, '../../.cache/fuzz');
const targets = join(__dirname, 'targets');

/** An input that takes longer hangs. */
const LONGEST_MS = 5000;
const LONGEST_INPUT = 64 * 1024;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			inputs: { type: 'string', default: '100000' },
			seconds: { type: 'string', default: '0' },
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		},
	});
	const all = readdirSync(targets).map((file) => basename(file, '.ts'));
	const unknown = positionals.filter((name) => !all.includes(name));
	if (unknown.length > 0)
		throw new Error(`There is no target ${unknown.join(', ')}. There are ${all.join(', ')}.`);

	const table = new Table({
		head: ['target', 'inputs', 'seconds', 'branches', 'corpus', 'finding'],
		style: { head: [], border: [] },
	});
	for (const name of positionals.length > 0 ? positionals : all) {
		const limits = {
			inputs: Number(values.inputs),
			seconds: Number(values.seconds),
			seed: Number(values.seed),
		};
		const { inputs, seconds, taken, branches, corpus, finding } = await fuzz(name, limits);
		const branchesTaken = `${taken} of ${branches}`;
		table.push([
			name,
			inputs.toLocaleString('en'),
			seconds.toFixed(0),
			branchesTaken,
			corpus,
			finding ? 'yes' : 'none',
		]);
		if (!finding) continue;
		process.exitCode = 1;
		console.error(`${name}: ${finding.error}\nThe input is in ${keep(name, finding.input)}\n`);
	}
	console.log(table.toString());
	console.log(`Seed ${values.seed}`);
}

/** Keeps an input among those that a target begins with. */
function keep(name: string, input: Uint8Array): string {
	const folder = join(cache, name);
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `finding-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`);
	writeFileSync(file, input);
	return file;
}

async function fuzz(name: string, limits: Pick<Assignment, 'inputs' | 'seconds' | 'seed'>): Promise<Result> {
	const current = new SharedArrayBuffer(8 + LONGEST_INPUT);
	const workerData: Assignment = {
		target: join(targets, name),
		corpus: join(cache, name),
		current,
		...limits,
	};
	// A thread knows TypeScript only when it is told so.
	const program = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, 'worker.ts'))});`;
	const worker = new Worker(program, { eval: true, workerData });
	const numbers = new Uint32Array(current, 0, 2);
	let last = { inputs: 0, since: Date.now() };
	return await new Promise<Result>((settle, fail) => {
		const watch = setInterval(() => {
			const inputs = numbers[0] ?? 0;
			if (inputs !== last.inputs) last = { inputs, since: Date.now() };
			if (inputs === 0 || Date.now() - last.since < LONGEST_MS) return;
			const input = Uint8Array.from(new Uint8Array(current, 8, numbers[1]));
			const finding = { error: `An input took longer than ${LONGEST_MS} ms`, input };
			settle({ inputs, seconds: 0, taken: 0, branches: 0, corpus: 0, finding });
		}, 500);
		worker.on('message', settle);
		worker.on('error', fail);
		void worker.once('exit', () => clearInterval(watch));
	}).finally(() => void worker.terminate());
}

void main();
