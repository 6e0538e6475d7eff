/** How many bytes at the end of a part are looked up first. */
const SUFFIX = 4;
const BASE = 0x01000193;

/**
 * Parts of secrets, all of one length, to be found in a text (after Wu and Manber). A part cannot be where four bytes are that
 * no part has, so most of a text is skipped.
 */
export class SecretParts {
	private readonly source: Buffer;
	/** True if any part has four bytes with that hash. */
	private readonly hasFour: Uint8Array;
	/** A hash table with open addressing: the position of a part in the source, plus one; 0 is empty. */
	private readonly positions: Int32Array;
	private readonly mask: number;

	/** @param secrets from which each part of this length is taken */
	constructor(
		readonly length: number,
		secrets: readonly Uint8Array[],
	) {
		this.source = Buffer.concat(secrets);
		let size = 1024;
		while (size < 8 * this.source.length) size *= 2;
		this.mask = size - 1;
		this.hasFour = new Uint8Array(size);
		this.positions = new Int32Array(size);
		let offset = 0;
		for (const { length: end } of secrets) {
			for (let at = 0; at + SUFFIX <= end; at++)
				this.hasFour[this.hash(this.source, offset + at, SUFFIX)] = 1;
			for (let at = 0; at + length <= end; at++) this.add(offset + at);
			offset += end;
		}
	}

	/** True if one of them is in a text. */
	areIn(bytes: Uint8Array, start: number, end: number): boolean {
		const { length, hasFour } = this;
		for (let at = start; at + length <= end;) {
			const suffix = at + length - SUFFIX;
			if (hasFour[this.hash(bytes, suffix, SUFFIX)] === 0) at = suffix + 1;
			else if (this.has(bytes, at)) return true;
			else at++;
		}
		return false;
	}

	private add(position: number): void {
		if (this.has(this.source, position)) return;
		let slot = this.hash(this.source, position, this.length);
		while (this.positions[slot] !== 0) slot = (slot + 1) & this.mask;
		this.positions[slot] = position + 1;
	}

	private has(bytes: Uint8Array, at: number): boolean {
		for (let slot = this.hash(bytes, at, this.length); ; slot = (slot + 1) & this.mask) {
			const position = this.positions[slot] ?? 0;
			if (position === 0) return false;
			if (this.isSame(position - 1, bytes, at)) return true;
		}
	}

	private isSame(position: number, bytes: Uint8Array, at: number): boolean {
		for (let index = 0; index < this.length; index++) {
			if (this.source[position + index] !== bytes[at + index]) return false;
		}
		return true;
	}

	private hash(bytes: Uint8Array, at: number, length: number): number {
		let hash = 0;
		for (let index = at; index < at + length; index++)
			hash = (Math.imul(hash, BASE) + (bytes[index] ?? 0)) | 0;
		return (hash ^ (hash >>> 15)) & this.mask;
	}
}
