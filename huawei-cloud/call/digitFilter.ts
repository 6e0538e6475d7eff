import type { ByteEncoding } from './decodings';

/** Finds digits that may decode to a secret: to enough bytes in a row that it has, or that are ASCII, as its encodings are. */
export class DigitFilter {
	/** By two consecutive digits, one bit for each digit of a secret: 1 if the second may be that digit. */
	private readonly places: Int32Array;
	/** How many digits a secret has at least. */
	private readonly count: number;

	/** @param minLength of a secret, in bytes */
	constructor(
		readonly encoding: ByteEncoding,
		bytes: ReadonlySet<number>,
		minLength: number,
	) {
		const { bitsPerDigit, digitsPerGroup } = encoding;
		// Before the first whole group may come all bytes but one of another.
		this.count = Math.ceil(((minLength + 1) * 8) / bitsPerDigit) - digitsPerGroup;
		const mayBe = (pair: number, place: number) => {
			// In each group, all digits but the first complete a byte.
			const nth = place % digitsPerGroup;
			const byte = (pair >> ((nth + 1) * bitsPerDigit - nth * 8)) & 0xff;
			return nth === 0 || byte < 128 || bytes.has(byte);
		};
		this.places = new Int32Array(1 << (2 * bitsPerDigit)).map((_, pair) => {
			let places = 0;
			for (let place = 0; place < this.count; place++) if (mayBe(pair, place)) places |= 1 << place;
			return places;
		});
	}

	/** Reads each stretch backward, which shows soonest that no secret contains its end (Navarro and Raffinot, BNDM). */
	mayHold(text: string): boolean {
		const { digits, bitsPerDigit } = this.encoding;
		const { places, count } = this;
		let start = 0;
		while (start + count <= text.length) {
			let at = start + count - 1;
			let digit = digits[text.charCodeAt(at)] ?? -1;
			// One bit for each place that the digit at this position may have.
			let possible = -1;
			for (; at >= start && digit >= 0; at--) {
				const previous = digits[text.charCodeAt(at - 1)] ?? -1;
				possible &= places[((previous << bitsPerDigit) | digit) & (places.length - 1)] ?? 0;
				if (possible === 0) break;
				possible >>>= 1;
				digit = previous;
			}
			if (at < start) return true;
			start = at + 1;
		}
		return false;
	}
}
