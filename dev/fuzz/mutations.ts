/** Numbers that come out the same for the same seed (xorshift32), so that a run can be repeated. */
export class Dice {
	private state: number;

	constructor(seed: number) {
		this.state = seed | 1;
	}

	/** A whole number from 0 up to, not including, `end`. */
	below(end: number): number {
		this.state ^= this.state << 13;
		this.state ^= this.state >>> 17;
		this.state ^= this.state << 5;
		return (this.state >>> 0) % Math.max(1, end);
	}

	one<Item>(items: readonly Item[], otherwise: Item): Item {
		return items[this.below(items.length)] ?? otherwise;
	}
}

const LONGEST = 2048;

/** Bytes at which parsers turn: structure, digits, signs, ends of lines, what is no UTF-8. */
const INTERESTING = [...Buffer.from('"\\{}[],:0919-+.eE%/?&=;# \t\r\n\0<>_$*TZ'), 0x7f, 0x80, 0xc3, 0xff];

/**
 * An input made of another one, by a few changes at random.
 * @param other an input to take a part from
 * @param texts what the code under test compares with
 */
export function mutate(input: Buffer, other: Buffer, texts: readonly Buffer[], dice: Dice): Buffer {
	let bytes = input;
	for (let left = 1 + dice.below(4); left > 0; left--) bytes = change(bytes, other, texts, dice);
	return bytes.subarray(0, LONGEST);
}

function change(bytes: Buffer, other: Buffer, texts: readonly Buffer[], dice: Dice): Buffer {
	const at = dice.below(bytes.length + 1);
	const length = 1 + dice.below(Math.min(bytes.length - at, 1 + dice.below(64)));
	const replace = (removed: number, put: Uint8Array) =>
		Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removed)]);
	switch (dice.below(8)) {
		case 0:
			return replace(length, Buffer.alloc(0));
		case 1:
			return replace(1, Buffer.from([dice.below(256)]));
		case 2:
			return replace(dice.below(2), Buffer.from([dice.one(INTERESTING, 0)]));
		case 3:
			return replace(dice.below(2) * length, dice.one(texts, other));
		case 4:
			return replace(1, Buffer.from([(bytes[at] ?? 0) ^ (1 << dice.below(8))]));
		case 5: {
			const from = dice.below(bytes.length);
			return replace(0, bytes.subarray(from, from + length));
		}
		case 6: {
			const from = dice.below(other.length);
			return replace(dice.below(2) * length, other.subarray(from, from + 1 + dice.below(64)));
		}
		default:
			return replace(1, Buffer.from(String(dice.below(10 ** (1 + dice.below(9))))));
	}
}
