import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { instrument } from './instrument';
import { Dice, mutate } from './mutations';
import type { Fuzz } from './oracle';

/** Fuzzes one target, in a thread that can be ended when it hangs. */

/** What a thread is told. */
export interface Assignment {
	target: string;
	corpus: string;
	inputs: number;
	/** 0: as long as it takes. */
	seconds: number;
	seed: number;
	/** The number of inputs so far, the length of the one under way, and the input: for whoever ends a thread that hangs. */
	current: SharedArrayBuffer;
}

/** What a thread reports. */
export interface Result {
	inputs: number;
	seconds: number;
	/** Branches that were taken, of all. */
	taken: number;
	branches: number;
	corpus: number;
	/** What went wrong, and the input that did it. */
	finding?: { error: string; input: Uint8Array };
}

const SHIPPED = /\/(huawei-cloud|n8n|nodes)\/(?!.*node_modules)/;

async function run({ target, corpus: folder, inputs, seconds, seed, current }: Assignment): Promise<Result> {
	const measured = instrument((file) => SHIPPED.test(file.slice(__dirname.length - '/dev/fuzz'.length)));
	const { fuzz, seeds }: { fuzz: Fuzz; seeds: string[] } = createRequire(__filename)(target);
	const texts = [...measured.texts].filter((text) => text.length < 64).map((text) => Buffer.from(text));
	const numbers = new Uint32Array(current, 0, 2);
	const bytes = new Uint8Array(current, 8);
	const corpus: Buffer[] = [];
	const known = new Uint8Array(measured.edges.length);
	const began = Date.now();
	let done = 0;
	const report = (): Result => ({
		inputs: done,
		seconds: (Date.now() - began) / 1000,
		taken: known.subarray(0, measured.count()).filter((seen) => seen !== 0).length,
		branches: measured.count(),
		corpus: corpus.length,
	});

	/** Tries an input. Returns whether it did something that none did before. */
	const attempt = async (input: Buffer): Promise<boolean> => {
		bytes.set(input);
		numbers[1] = input.length;
		numbers[0] = ++done;
		measured.edges.fill(0, 0, measured.count());
		const result = fuzz(input);
		if (result instanceof Promise) await result;
		return learn(measured.edges, known, measured.count());
	};

	mkdirSync(folder, { recursive: true });
	const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
	const dice = new Dice(seed);
	let input: Buffer = Buffer.alloc(0);
	try {
		for (input of [...seeds.map((seed) => Buffer.from(seed)), ...kept]) {
			if (await attempt(input)) corpus.push(input);
		}
		while (done < inputs && (seconds === 0 || Date.now() < began + seconds * 1000)) {
			const other = dice.one(corpus, input);
			input = mutate(dice.one(corpus.slice(-dice.below(corpus.length)), other), other, texts, dice);
			if (await attempt(input)) {
				corpus.push(input);
				writeFileSync(join(folder, createHash('sha256').update(input).digest('hex').slice(0, 16)), input);
			}
			// So that timers and sockets have their turn.
			if (done % 1000 === 0) await setImmediate();
		}
		return report();
	} catch (error) {
		return {
			...report(),
			finding: { error: error instanceof Error ? String(error.stack) : String(error), input },
		};
	}
}

/** Remembers which branches were taken, and about how often: once, twice, up to 4, up to 8 times … */
function learn(edges: Uint8Array, known: Uint8Array, count: number): boolean {
	let isNew = false;
	for (let edge = 0; edge < count; edge++) {
		const times = edges[edge] ?? 0;
		if (times === 0) continue;
		const bit = 1 << (31 - Math.clz32(times));
		const before = known[edge] ?? 0;
		if ((before & bit) !== 0) continue;
		known[edge] = before | bit;
		isNew = true;
	}
	return isNew;
}

const assignment: Assignment = workerData;
void run(assignment).then((result) => parentPort?.postMessage(result));
