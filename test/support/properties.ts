import { test } from '@jest/globals';
import fc from 'fast-check';

/** How many times as many runs: 40 in the scheduled run, 1 otherwise. */
const scale = Number(process.env.PROPERTY_SCALE ?? 1);

/**
 * To repeat a failure: fast-check prints both with the counterexample. The scheduled run draws another seed each time; the
 * others don't, so that a change fails for what it changed.
 */
const { PROPERTY_SEED = scale > 1 ? undefined : '20260101', PROPERTY_PATH } = process.env;

/** How long one property may take: they share two cores with other tests. */
export const PROPERTY_TIMEOUT_MS = 300_000 * Math.max(1, scale);

/** @param runs with every `npm test`, where 500 are enough. See `PROPERTY_SEED` */
export function runsOf(runs: number): {
	numRuns: number;
	seed?: number;
	path?: string;
	endOnFailure?: boolean;
} {
	return {
		numRuns: Math.max(1, Math.round(runs * scale)),
		...(PROPERTY_SEED !== undefined && { seed: Number(PROPERTY_SEED) }),
		...(PROPERTY_PATH !== undefined && { path: PROPERTY_PATH, endOnFailure: true }),
	};
}

/**
 * A test that a property holds.
 * @param runs see `runsOf`
 * @param examples tried first: known counterexamples, and what is worth trying each time
 */
export function testProperty<Values>(
	name: string,
	runs: number,
	property: fc.IAsyncProperty<Values>,
	examples: Values[] = [],
): void {
	const check = async () => await fc.assert(property, { ...runsOf(runs), examples });
	test(name, check, PROPERTY_TIMEOUT_MS);
}

/** One of several kinds of values, each as often as its weight says. */
export function weighted<Value>(...kinds: Array<[weight: number, arbitrary: fc.Arbitrary<Value>]>) {
	return fc.oneof(...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Mostly the usual value, now and then another. */
export function mostly<Value>(usual: Value, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
	return weighted([3, fc.constant(usual)], [1, others]);
}

/** Any character, each as likely as the others. fast-check's own, `binary`, takes seconds to make a map of all of them. */
export const anyCharacter = fc
	.integer({ min: 0, max: 0x10f7ff })
	// Surrogates are no characters.
	.map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));
