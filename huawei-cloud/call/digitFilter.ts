import type { ByteEncoding } from './decodings';

/** Finds digits that may decode to a secret: to enough bytes in a row that it has, or that are ASCII, as its encodings are. */
export class DigitFilter {
	/** By the last two digits, one bit for each digit of a secret: 1 if that one may be the last of them. */
	private readonly steps: Int32Array;
	private readonly lastStep: number;

	/** @param minLength of a secret, in bytes */
	constructor(
		readonly encoding: ByteEncoding,
		bytes: ReadonlySet<number>,
		minLength: number,
	) {
		const { bitsPerDigit, digitsPerGroup } = encoding;
		// Before the first whole group may come all bytes but one of another.
		const count = Math.ceil(((minLength + 1) * 8) / bitsPerDigit) - digitsPerGroup;
		this.lastStep = 1 << (count - 1);
		const mayBe = (pair: number, step: number) => {
			// In each group, all digits but the first complete a byte.
			const nth = step % digitsPerGroup;
			const byte = (pair >> ((nth + 1) * bitsPerDigit - nth * 8)) & 0xff;
			return nth === 0 || byte < 128 || bytes.has(byte);
		};
		this.steps = new Int32Array(1 << (2 * bitsPerDigit)).map((_, pair) => {
			let steps = 0;
			for (let step = 0; step < count; step++) if (mayBe(pair, step)) steps |= 1 << step;
			return steps;
		});
	}

	mayHold(text: string): boolean {
		const { digits, bitsPerDigit } = this.encoding;
		const { steps, lastStep } = this;
		let pair = 0;
		// 1 for each number of digits that, up to here, may be a secret's.
		let reached = 0;
		for (let at = 0; at < text.length; at++) {
			const digit = digits[text.charCodeAt(at)] ?? -1;
			pair = ((pair << bitsPerDigit) | digit) & (steps.length - 1);
			reached = ((reached << 1) | 1) & (steps[pair] ?? 0) & ~(digit >> 31);
			if ((reached & lastStep) !== 0) return true;
		}
		return false;
	}
}
