/**
 * Finds secrets in texts. A long secret is searched by its parts of 16 characters, so that a quoted or truncated one is
 * found, too: a filter over chunks of four characters skips most texts, and a set of all parts decides. Texts that may be
 * encoded are decoded and searched again, up to two layers deep.
 */

import { decodeBase64, decodeHex, decodeHtml, decodeJson, decodePercent, type Decoding } from './decodings';

/** Consecutive characters that give a longer secret away. A shorter one must be there as a whole. */
const PART_LENGTH = 16;
/** A shorter secret could be part of any word, so it only counts as the whole value. */
const MIN_SEARCHED = 8;
/** How often something may be encoded: JSON in a URL has two layers. */
const LAYERS = 2;

/**
 * IAM's tokens are signed data (RFC 5652) in Base64 and begin alike: the type, the algorithm, and `{"token":{"expires_at":"20`.
 * Only lengths differ.
 */
const SIGNED_DATA = /^MII..gYJKoZIhvcNAQcCoII/;
const HEADER_LENGTH = 120;

/** Characters that control a terminal or a log, or change the direction of text. */
export const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Encoded characters, and those to drop, begin with one of these. */
const SIGNS = /[%&\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/**
 * A longer text is searched in pieces, since V8 would run out of stack in it. They overlap by far more than a part of a secret
 * takes, however it is encoded.
 */
const MAX_PIECE = 1024 * 1024;
const OVERLAP = 64 * 1024;

/** Finds secrets in texts: as they are, or encoded in up to two layers. */
export class SecretIndex {
	private readonly parts: readonly SecretParts[];
	private readonly wholeValues: ReadonlySet<string>;
	private readonly minLength: number;
	private readonly digits: readonly Digits[];

	constructor(secrets: readonly string[]) {
		this.wholeValues = new Set(secrets.filter(({ length }) => length > 0 && length < MIN_SEARCHED));
		const searched = secrets.filter(({ length }) => length >= MIN_SEARCHED).map(searchedPart);
		const lengths = new Set(searched.map(({ length }) => Math.min(PART_LENGTH, length)));
		this.parts = [...lengths].map(
			(length) =>
				new SecretParts(
					length,
					searched.filter((secret) => Math.min(PART_LENGTH, secret.length) === length),
				),
		);
		this.minLength = Math.min(PART_LENGTH, ...lengths);
		const isAscii = searched.every((secret) => /^[ -~]*$/.test(secret));
		this.digits = digitsFor(this.minLength, isAscii);
	}

	/** True if a text holds a secret. */
	isIn(text: string): boolean {
		if (this.wholeValues.size > 0 && this.wholeValues.has(text.trim())) return true;
		if (text.length <= MAX_PIECE) return this.search(text, LAYERS);
		for (let at = 0; at < text.length; at += MAX_PIECE - OVERLAP) {
			if (this.search(text.slice(at, at + MAX_PIECE), LAYERS)) return true;
		}
		return false;
	}

	private search(raw: string, layers: number): boolean {
		if (raw.length < this.minLength) return false;
		const hasSigns = SIGNS.test(raw);
		const text = hasSigns ? raw.replace(CONTROLS, '') : raw;
		for (const parts of this.parts) if (parts.areIn(text)) return true;
		if (layers === 0) return false;
		if (hasSigns && this.searchDecoded(text, DECODINGS, layers)) return true;
		for (const { minLength, pattern, decodings } of this.digits) {
			if (text.length < minLength || !pattern.test(text)) continue;
			if (this.searchDecoded(text, decodings, layers)) return true;
		}
		return false;
	}

	private searchDecoded(text: string, decodings: readonly Decoding[], layers: number): boolean {
		return decodings.some((decode) => {
			const decoded = decode(text);
			return decoded !== text && this.search(decoded, layers - 1);
		});
	}
}

const DECODINGS: readonly Decoding[] = [decodePercent, decodeHtml, decodeJson];

/** A way to write bytes as digits. */
interface Digits {
	/** Min number of digits that encode a part of a secret. */
	minLength: number;
	/** Matches each text that may hold it. */
	pattern: RegExp;
	/** One decoding for each digit at which the first byte may begin. */
	decodings: readonly Decoding[];
}

const ANY_BYTES: readonly Digits[] = [
	// Base64, with the digits of its URL form, too.
	{
		minLength: 11,
		pattern: /[\w+/-]{11}/,
		decodings: [0, 1, 2, 3].map(decodeBase64),
	},
	// Hex.
	{
		minLength: 16,
		pattern: /[\da-f]{16}/i,
		decodings: [0, 1].map(decodeHex),
	},
];

/** In Base64, four digits stand for three readable characters. */
const READABLE_8 = [
	/(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][\w+/-]){2}/,
	/(?:[2-7][\da-f]){8}/i,
];
const READABLE_16 = [
	/(?:[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][\w+/-]){4}/,
	/(?:[2-7][\da-f]){16}/i,
];

/** Skips digits that can't decode to readable text, as long as all secrets are readable. */
function digitsFor(partLength: number, isAscii: boolean): readonly Digits[] {
	if (!isAscii) return ANY_BYTES;
	const readable = partLength < PART_LENGTH ? READABLE_8 : READABLE_16;
	return ANY_BYTES.map((digits, at) => ({ ...digits, pattern: readable[at] ?? digits.pattern }));
}

/** The part of a secret to search for: without the header that all IAM tokens share. */
function searchedPart(secret: string): string {
	const hasHeader = SIGNED_DATA.test(secret) && secret.length > 2 * HEADER_LENGTH;
	const part = hasHeader ? secret.slice(HEADER_LENGTH - PART_LENGTH + 1) : secret;
	return asForm(part.replace(CONTROLS, ''));
}

/** A plus as a space, which it stands for in form encoding. */
function asForm(text: string): string {
	return text.includes('+') ? text.replaceAll('+', ' ') : text;
}

const CHUNK = 4;

/** Parts of secrets, all of one length. A text that contains a part contains its chunks at every fourth character. */
class SecretParts {
	private readonly hasChunk = new Uint8Array(1 << 16);
	private readonly minChunks: number;
	private parts: ReadonlySet<string> | undefined;

	constructor(
		private readonly length: number,
		private readonly secrets: readonly string[],
	) {
		this.minChunks = Math.floor((length - CHUNK + 1) / CHUNK);
		for (const secret of secrets) {
			for (let at = 0; at + CHUNK <= secret.length; at++) this.hasChunk[hashAt(secret, at)] = 1;
		}
	}

	/** True if one of them is in a text. */
	areIn(raw: string): boolean {
		const { hasChunk, minChunks } = this;
		const text = asForm(raw);
		let chunks = 0;
		for (let at = 0; at + CHUNK <= text.length; at += CHUNK) {
			chunks = hasChunk[hashAt(text, at)] === 1 ? chunks + 1 : 0;
			if (chunks >= minChunks && this.isAround(text, at + CHUNK)) return true;
		}
		return false;
	}

	/** True if one of them contains the chunks before a position. */
	private isAround(text: string, end: number): boolean {
		this.parts ??= new Set(this.secrets.flatMap((secret) => partsOf(secret, this.length)));
		for (let at = Math.max(0, end - this.length); at <= end - this.minChunks * CHUNK; at++) {
			if (this.parts.has(text.slice(at, at + this.length))) return true;
		}
		return false;
	}
}

function partsOf(secret: string, length: number): string[] {
	return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length));
}

/** A hash of sixteen bits over four characters. */
function hashAt(text: string, at: number): number {
	return (
		(text.charCodeAt(at) ^
			(text.charCodeAt(at + 1) << 3) ^
			(text.charCodeAt(at + 2) << 6) ^
			(text.charCodeAt(at + 3) << 9)) &
		0xffff
	);
}
