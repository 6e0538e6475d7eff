import { BYTE_ENCODINGS, CHARACTERS, type Decoding } from './decodings';
import { DigitFilter } from './digitFilter';

/** Consecutive characters that give a longer secret away. A shorter one must be there as a whole. */
const PART_LENGTH = 16;
/** A shorter secret could be part of any word, so it only counts as the whole value. */
const MIN_SEARCHED = 8;
/** A part is looked for where its chunks are: at least three at every fourth character of a text, wherever it begins. */
const CHUNK = 4;
const MIN_CHUNKS = Math.floor((PART_LENGTH - CHUNK + 1) / CHUNK);
/** How often something may be encoded: JSON in a URL has two layers. */
const LAYERS = 2;

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
 * truncated. A filter over chunks of four characters skips most texts, and one over digits skips most decoding.
 */
export class SecretIndex {
	private readonly wholeValues: ReadonlySet<string>;
	/** Secrets that are too short to have parts. */
	private readonly short: readonly string[];
	private readonly long: readonly string[];
	/** Shorter texts hold no secret. */
	private readonly minLength: number;
	/** 1 for the hash of each chunk of a long secret. */
	private readonly hasChunk = new Uint8Array(1 << 16);
	private parts: ReadonlySet<string> | undefined;
	private readonly digitFilters: readonly DigitFilter[];

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
			for (let at = 0; at + CHUNK <= secret.length; at++) this.hasChunk[hashAt(secret, at)] = 1;
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
		let chunks = 0;
		for (let at = 0; at + CHUNK <= text.length; at += CHUNK) {
			chunks = this.hasChunk[hashAt(text, at)] === 1 ? chunks + 1 : 0;
			if (chunks >= MIN_CHUNKS && this.isPartAround(text, at + CHUNK)) return true;
		}
		return false;
	}

	/** True if a part of a long secret contains the chunks before a position. */
	private isPartAround(text: string, end: number): boolean {
		this.parts ??= new Set(this.long.flatMap(partsOf));
		for (let at = Math.max(0, end - PART_LENGTH); at <= end - MIN_CHUNKS * CHUNK; at++) {
			if (this.parts.has(text.slice(at, at + PART_LENGTH))) return true;
		}
		return false;
	}
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

function partsOf(secret: string): string[] {
	const length = secret.length - PART_LENGTH + 1;
	return Array.from({ length }, (_, at) => secret.slice(at, at + PART_LENGTH));
}

function hashAt(text: string, at: number): number {
	let hash = 0;
	for (let end = at + CHUNK; at < end; at++) hash = (hash << 4) ^ text.charCodeAt(at);
	return hash & 0xffff;
}
