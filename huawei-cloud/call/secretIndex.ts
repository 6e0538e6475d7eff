import { BYTE_ENCODINGS, CHARACTERS, type Decoding } from './decodings';
import { DigitFilter } from './digitFilter';

/** Consecutive characters that give a longer secret away. A shorter one must be there as a whole. */
const PART_LENGTH = 16;
/** A shorter secret could be part of any word, so it only counts as the whole value. */
const MIN_SEARCHED = 8;
/** A part is looked for at its chunks: wherever it begins, it contains one of those at every twelfth character of a text. */
const CHUNK = 5;
const BETWEEN_CHUNKS = PART_LENGTH - CHUNK + 1;
/** As FNV-1a. Of 30,000 chunks, five long tokens, three percent of the bits are set. */
const FNV_PRIME = 0x01000193;
const HASH_BITS = 20;
/** How often something may be encoded: JSON in a URL has two layers. */
const LAYERS = 2;

/** Max texts, and their length, that are remembered as clean. */
const CLEAN_TEXTS = 256;
const MAX_CLEAN_LENGTH = 64;

/** IAM's tokens are signed data (RFC 5652) in Base64, alike up to `{"token":{"expires_at":"20`, except for lengths. */
const SIGNED_DATA = /^MII..gYJKoZIhvcNAQcCoII/;
const HEADER_LENGTH = 120;

/** Characters that control a terminal or a log, or change the direction of text: all but the others, which is fastest. */
export const CONTROLS = /[^ -~\u00a0-\u061b\u061d-\u200d\u2010-\u2029\u202f-\u2065\u206a-\uffff]/g;

/** V8 would run out of stack in a longer text. Pieces overlap by far more than a part of a secret takes in any encoding. */
const MAX_PIECE = 1024 * 1024;
const OVERLAP = 64 * 1024;

/**
 * Finds secrets in texts, as is or encoded. A long one is searched by its parts of 16 characters, since it may be quoted or
 * truncated. A filter over chunks of five characters skips most texts, and one over digits skips most decoding.
 */
export class SecretIndex {
	private readonly wholeValues: ReadonlySet<string>;
	/** Secrets that are too short to have parts. */
	private readonly short: readonly string[];
	private readonly long: readonly string[];
	/** Shorter texts hold no secret. */
	private readonly minLength: number;
	/** One bit for the hash of each chunk of a long secret. */
	private readonly chunks = new Int32Array(1 << (HASH_BITS - 5));
	private readonly digitFilters: readonly DigitFilter[];
	/** Many texts repeat: statuses, regions, a `request_id` that is in the response and in the item. */
	private readonly cleanTexts = new Array<string>(CLEAN_TEXTS).fill('');

	constructor(secrets: readonly string[]) {
		const searched = secrets.map(searchedPart).filter(({ length }) => length >= MIN_SEARCHED);
		this.wholeValues = new Set(
			secrets.filter((secret) => secret !== '' && searchedPart(secret).length < MIN_SEARCHED),
		);
		this.long = searched.filter(({ length }) => length >= PART_LENGTH);
		this.short = searched.filter(({ length }) => length < PART_LENGTH);
		this.minLength = Math.min(PART_LENGTH, ...this.short.map(({ length }) => length));
		const bytes = new Set(Buffer.from(searched.join('')));
		this.digitFilters = BYTE_ENCODINGS.map((encoding) => new DigitFilter(encoding, bytes, this.minLength));
		for (const secret of this.long) {
			for (let at = 0; at + CHUNK <= secret.length; at++) {
				const hash = hashAt(secret, at);
				this.chunks[hash >> 5] = (this.chunks[hash >> 5] ?? 0) | (1 << (hash & 31));
			}
		}
	}

	isIn(text: string): boolean {
		if (this.wholeValues.size > 0 && this.wholeValues.has(text.trim())) return true;
		if (text.length < this.minLength) return false;
		const slot = hashAt(text, text.length - CHUNK) % CLEAN_TEXTS;
		if (this.cleanTexts[slot] === text) return false;
		for (let at = 0; at < text.length; at += MAX_PIECE - OVERLAP) {
			if (this.search(text.slice(at, at + MAX_PIECE), LAYERS)) return true;
		}
		if (text.length <= MAX_CLEAN_LENGTH) this.cleanTexts[slot] = text;
		return false;
	}

	private search(raw: string, layers: number): boolean {
		if (raw.length < this.minLength) return false;
		const text = raw.replace(CONTROLS, '');
		if (this.isPlainIn(asForm(text))) return true;
		if (layers === 0) return false;
		const holds = (decode: Decoding) => {
			const decoded = decode(text);
			return decoded !== text && this.search(decoded, layers - 1);
		};
		if (/[%&\\]/.test(text) && CHARACTERS.some(holds)) return true;
		return this.digitFilters.some((filter) => filter.mayHold(text) && filter.encoding.decodings.some(holds));
	}

	private isPlainIn(text: string): boolean {
		if (this.short.some((secret) => text.includes(secret))) return true;
		for (let at = 0; at + CHUNK <= text.length; at += BETWEEN_CHUNKS) {
			if (this.isChunk(text, at) && this.isPartAround(text, at)) return true;
		}
		return false;
	}

	private isChunk(text: string, at: number): boolean {
		const hash = hashAt(text, at);
		return (((this.chunks[hash >> 5] ?? 0) >> (hash & 31)) & 1) === 1;
	}

	/** True if a part of a long secret contains the chunk at a position. Then all chunks of that part are there. */
	private isPartAround(text: string, chunk: number): boolean {
		let start = chunk;
		while (start > Math.max(0, chunk - BETWEEN_CHUNKS + 1) && this.isChunk(text, start - 1)) start -= 1;
		let end = chunk + CHUNK;
		while (end < Math.min(text.length, chunk + PART_LENGTH) && this.isChunk(text, end + 1 - CHUNK)) end += 1;
		for (; end - start >= PART_LENGTH; start++) {
			const part = text.slice(start, start + PART_LENGTH);
			if (this.long.some((secret) => secret.includes(part))) return true;
		}
		return false;
	}
}

/** The part of a secret to search for: without the header that all IAM tokens share. */
function searchedPart(secret: string): string {
	const hasHeader = SIGNED_DATA.test(secret) && secret.length > 2 * HEADER_LENGTH;
	const part = hasHeader ? secret.slice(HEADER_LENGTH) : secret;
	return asForm(part.replace(CONTROLS, ''));
}

/** A plus as a space, which it stands for in form encoding. */
function asForm(text: string): string {
	return text.includes('+') ? text.replaceAll('+', ' ') : text;
}

function hashAt(text: string, at: number): number {
	let hash = 0;
	for (let end = at + CHUNK; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
	return hash >>> (32 - HASH_BITS);
}
