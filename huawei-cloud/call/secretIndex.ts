import { BYTE_ENCODINGS, CHARACTERS, type ByteEncoding, type Decoding } from './decodings';

/** Consecutive characters that give a longer secret away. A shorter one must be there as a whole. */
const PART_LENGTH = 16;
/** A shorter secret could be part of any word, so it only counts as the whole value. */
const MIN_SEARCHED = 8;
/** A part is looked for where all of its chunks are. */
const CHUNK = 4;
/** How often something may be encoded: JSON in a URL has two layers. */
const LAYERS = 2;

const PLUS = 0x2b;
const SPACE = 0x20;

/** IAM's tokens are signed data (RFC 5652) in Base64, alike up to `{"token":{"expires_at":"20`, except for lengths. */
const SIGNED_DATA = /^MII..gYJKoZIhvcNAQcCoII/;
const HEADER_LENGTH = 120;

/** Characters that control a terminal or a log, or change the direction of text: all but the others, which is fastest. */
export const CONTROLS = /[^ -~\u00a0-\u2029\u202f-\u2065\u206a-\uffff]/g;

/** V8 would run out of stack in a longer text. Pieces overlap by far more than a part of a secret takes in any encoding. */
const MAX_PIECE = 1024 * 1024;
const OVERLAP = 64 * 1024;

/**
 * Finds secrets in texts, as is or encoded. A long one is searched by its parts of 16 characters, since it may be quoted or
 * truncated. A filter over chunks of four characters skips most texts, and one over bytes skips most decoding.
 */
export class SecretIndex {
	private readonly wholeValues: ReadonlySet<string>;
	private readonly searched: readonly string[];
	/** The lengths of parts, a shorter secret being one as a whole. */
	private readonly lengths: readonly number[];
	/** Shorter texts hold no secret. */
	private readonly minLength: number;
	/** 1 for the hash of each chunk of a secret. */
	private readonly hasChunk = new Uint8Array(1 << 16);
	/** 1 for each byte of a secret in UTF-8, and of any text that encodes one. */
	private readonly isLikely = new Uint8Array(256).fill(1, 0, 128);
	private parts: ReadonlySet<string> | undefined;

	constructor(secrets: readonly string[]) {
		this.searched = secrets.map(searchedPart).filter(({ length }) => length >= MIN_SEARCHED);
		this.wholeValues = new Set(
			secrets.filter((secret) => secret !== '' && searchedPart(secret).length < MIN_SEARCHED),
		);
		this.lengths = [...new Set(this.searched.map(({ length }) => Math.min(length, PART_LENGTH)))];
		this.minLength = Math.min(...this.lengths);
		for (const secret of this.searched) {
			for (const byte of Buffer.from(secret)) this.isLikely[byte] = 1;
			let hash = 0;
			for (let at = 0; at < secret.length; at++) {
				hash = nextHash(hash, secret.charCodeAt(at));
				if (at + 1 >= CHUNK) this.hasChunk[hash] = 1;
			}
		}
	}

	isIn(text: string): boolean {
		if (this.wholeValues.size > 0 && this.wholeValues.has(text.trim())) return true;
		for (let at = 0; at < text.length; at += MAX_PIECE - OVERLAP) {
			if (this.search(text.slice(at, at + MAX_PIECE), LAYERS)) return true;
		}
		return false;
	}

	private search(raw: string, layers: number): boolean {
		if (raw.length < this.minLength) return false;
		const text = raw.replace(CONTROLS, '');
		if (this.isPlainIn(text)) return true;
		if (layers === 0) return false;
		const holds = (decode: Decoding) => {
			const decoded = decode(text);
			return decoded !== text && this.search(decoded, layers - 1);
		};
		if (/[%&\\]/.test(text) && CHARACTERS.some(holds)) return true;
		return BYTE_ENCODINGS.some((encoding) => this.mayHold(text, encoding) && encoding.decodings.some(holds));
	}

	/** A text that contains a part contains all of its chunks in a row. */
	private isPlainIn(text: string): boolean {
		const minChunks = this.minLength - CHUNK + 1;
		let hash = 0;
		let chunks = 0;
		for (let at = 0; at < text.length; at++) {
			hash = nextHash(hash, text.charCodeAt(at));
			chunks = this.hasChunk[hash] === 1 ? chunks + 1 : 0;
			if (chunks < minChunks) continue;
			const parts = (this.parts ??= new Set(this.searched.flatMap(partsOf)));
			const before = asForm(text.slice(Math.max(0, at + 1 - PART_LENGTH), at + 1));
			if (this.lengths.some((length) => parts.has(before.slice(-length)))) return true;
		}
		return false;
	}

	/** True if digits of a text may decode to a part: to enough groups of three likely bytes in a row. */
	private mayHold(text: string, { digits, bitsPerDigit }: ByteEncoding): boolean {
		// Up to two bytes of a part come before its first group.
		const minGroups = Math.floor((this.minLength - 2) / 3);
		let wanted = 0;
		for (let group = 0; group < minGroups; group++) wanted |= 1 << (group * (24 / bitsPerDigit));
		let bytes = -1;
		// One bit for each digit, the latest one lowest: 1 if a group ends there.
		let groups = 0;
		for (let at = 0; at < text.length; at++) {
			// What is no digit counts as -1: the next groups then have a byte that UTF-8 never has.
			bytes = (bytes << bitsPerDigit) | (digits[text.charCodeAt(at)] ?? -1);
			const isGroup = this.likely(bytes >> 16) & this.likely(bytes >> 8) & this.likely(bytes);
			groups = (groups << 1) | isGroup;
			if ((groups & wanted) === wanted) return true;
		}
		return false;
	}

	private likely(byte: number): number {
		return this.isLikely[byte & 0xff] ?? 0;
	}
}

/** The hash of the last four characters, from that of the four before the last one. */
function nextHash(hash: number, code: number): number {
	return ((hash << 4) ^ (code === PLUS ? SPACE : code)) & 0xffff;
}

/** The part of a secret to search for: without the header that all IAM tokens share. */
function searchedPart(secret: string): string {
	const hasHeader = SIGNED_DATA.test(secret) && secret.length > 2 * HEADER_LENGTH;
	const part = hasHeader ? secret.slice(HEADER_LENGTH - PART_LENGTH + 1) : secret;
	return asForm(part.replace(CONTROLS, ''));
}

/** A plus as a space, which it stands for in form encoding. */
function asForm(text: string): string {
	return text.replaceAll('+', ' ');
}

/** Its parts of 16 characters; of a shorter secret, the whole. */
function partsOf(secret: string): string[] {
	return Array.from({ length: Math.max(1, secret.length - PART_LENGTH + 1) }, (_, at) =>
		secret.slice(at, at + PART_LENGTH),
	);
}
