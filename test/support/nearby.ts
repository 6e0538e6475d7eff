import fc from 'fast-check';

import { anyCharacter } from './properties';

/** Pieces at which parsers turn: structure, digits, signs, ends of lines, characters that are not what they look like. */
const PIECES = [
	...'"\\{}[],:0919-+.eE%/?&=;# \t\r\n\u0000<>_$*TZ\u007f\ud800\uff0f'.split(''),
	...['null', 'true', '__proto__', 'constructor', '99999999999999999999', '1e999', '[]', '{}', '\\ud800'],
];

/** Texts that are a few edits away from one of these: pieces replaced, cut, repeated, taken from another. */
export function nearby(seeds: readonly string[], dictionary: readonly string[] = []): fc.Arbitrary<string> {
	const edit = fc.record({
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		removed: fc.oneof(fc.constantFrom(0, 1), fc.nat(40)),
		put: fc.oneof(
			fc.constantFrom('', ...PIECES, ...dictionary),
			fc.string({ unit: anyCharacter, maxLength: 4 }),
			fc
				.tuple(fc.constantFrom(...seeds), fc.nat(60), fc.nat(40))
				.map(([seed, from, length]) => seed.slice(from, from + length)),
		),
	});
	return fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 5 })).map(([seed, edits]) =>
		edits.reduce((text, { at, removed, put }) => {
			const from = Math.floor(at * (text.length + 1));
			return text.slice(0, from) + put + text.slice(from + removed);
		}, seed),
	);
}
