import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the targets share: how they read the fuzzer's bytes, and how they complain. */

/** A target: what the fuzzer calls with each input, and where it begins. Inputs are text for the most part, so seeds are. */
export type Fuzz = (data: Buffer) => void | Promise<void>;

/** @throws when the condition does not hold, which ends the fuzzing with this input */
export function must(condition: boolean, what: string): asserts condition {
	if (!condition) throw new Error(`Violated: ${what}`);
}

/** What a function returns; undefined if it throws one of the errors that it may throw. */
export function orRefused<Result>(
	mayThrow: abstract new (...args: never[]) => Error,
	work: () => Result,
): Result | undefined {
	try {
		return work();
	} catch (error) {
		if (error instanceof mayThrow) return undefined;
		throw error;
	}
}

/** The input as text. Bytes that are no UTF-8 stand for half a character, which only a script can make. */
export function textOf(data: Buffer): string {
	return data.toString('utf8').replaceAll('\ufffd', '\ud800');
}

/** The first lines of the input, and all that follows them. */
export function linesOf(data: Buffer, count: number): { lines: string[]; rest: string } {
	const all = textOf(data).split('\n');
	return {
		lines: Array.from({ length: count }, (_, index) => all[index] ?? ''),
		rest: all.slice(count).join('\n'),
	};
}

/** The JSON value of a text; undefined if it is none. */
export function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const INPUTS_BETWEEN_LOOKS = 20_000;
const MOST_GROWTH = 32 * 1024 * 1024;

/**
 * Looks from time to time at what is left on the heap. The first look is the measure: by then, all code is compiled and
 * all that is remembered on purpose is full.
 */
export function withoutGrowth(fuzz: Fuzz): Fuzz {
	setFlagsFromString('--expose-gc');
	const collectGarbage: unknown = runInNewContext('gc');
	must(typeof collectGarbage === 'function', 'the heap can be looked at');
	let inputs = 0;
	let atFirst: number | undefined;
	return (data) => {
		inputs += 1;
		if (inputs % INPUTS_BETWEEN_LOOKS === 0) {
			Reflect.apply(collectGarbage, undefined, []);
			const { heapUsed } = process.memoryUsage();
			atFirst ??= heapUsed;
			must(
				heapUsed - atFirst < MOST_GROWTH,
				`the heap does not grow: ${atFirst} bytes at first, now ${heapUsed}`,
			);
		}
		return fuzz(data);
	};
}
