import {
	base64,
	decodeForm,
	decodeHtml,
	decodeJson,
	decodePercent,
	hex,
	type Decoding,
	type Digits,
} from './decodings';
import { SecretParts } from './secretParts';

/** A secret up to this length has to be there as a whole, of a longer one as many characters in a row. */
const PART_LENGTH = 16;
/** A shorter secret could be a part of any word, so it only counts where it is the whole value. */
const MIN_SEARCHED = 8;
/** How often something may be encoded: JSON in a URL has two layers. */
const LAYERS = 2;

/**
 * IAM's tokens are signed data (RFC 5652) in Base64 and begin alike: the type, the algorithm, and `{"token":{"expires_at":"20`.
 * Only lengths differ.
 */
const SIGNED_DATA = /^MII..gYJKoZIhvcNAQcCoII/;
const HEADER_LENGTH = 120;

/** A character of JavaScript's strings takes up to three bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
const SHORT = 4096;
/** No more memory than this is kept for the next text. */
const MAX_KEPT = 64 * 1024;

/** Finds secrets in texts: as they are, or encoded in up to two layers. */
export class SecretIndex {
	private readonly parts: readonly SecretParts[];
	private readonly tiny: ReadonlySet<string>;
	/** The shortest part of a secret that is searched for. */
	private readonly minBytes: number;
	/** The shortest text that can hold it. */
	private readonly minLength: number;
	private readonly decodings: readonly MarkedDecoding[];
	/** Bytes that a secret can have. */
	private readonly isPlausible: Uint8Array;
	/** The bytes of a text, and of what they decode to, layer by layer. */
	private layers: readonly Buffer[] = [];

	constructor(secrets: readonly string[]) {
		this.tiny = new Set(secrets.filter((secret) => secret !== '' && secret.length < MIN_SEARCHED));
		const searched = secrets.filter(({ length }) => length >= MIN_SEARCHED).map(bytesOf);
		const partLength = (bytes: Buffer) => Math.min(PART_LENGTH, bytes.length);
		this.parts = [...new Set(searched.map(partLength))].map(
			(length) =>
				new SecretParts(
					length,
					searched.filter((bytes) => partLength(bytes) === length),
				),
		);
		this.minBytes = Math.min(...this.parts.map(({ length }) => length));
		const isAscii = searched.every((bytes) => bytes.every((byte) => byte < 0x80));
		this.minLength = isAscii ? this.minBytes : this.minBytes / MAX_BYTES_PER_UNIT;
		const hasSpace = searched.some((bytes) => bytes.includes(' '));
		this.decodings = hasSpace ? [...DECODINGS, FORM_DECODING] : DECODINGS;
		this.isPlausible = Uint8Array.from({ length: 256 }, (_, byte) =>
			Number(byte >= 0x20 && byte !== 0x7f && (byte < 0x80 || !isAscii)),
		);
	}

	/** True if a text holds a secret. */
	isIn(text: string): boolean {
		if (this.tiny.size > 0 && this.tiny.has(text.trim())) return true;
		if (text.length < this.minLength) return false;
		const length = this.load(text);
		const isFound = this.search(0, 0, length);
		if (this.layer(0).length > MAX_KEPT) this.layers = [];
		return isFound;
	}

	/** Makes room in all layers, and puts a text into the first. @returns its length in bytes */
	private load(text: string): number {
		const size = Math.max(MAX_BYTES_PER_UNIT * text.length, 1024);
		if ((this.layers[0]?.length ?? 0) < size) {
			const length = size <= MAX_KEPT ? size : Buffer.byteLength(text);
			this.layers = Array.from({ length: LAYERS + 1 }, () => Buffer.allocUnsafe(length));
		}
		const bytes = this.layer(0);
		// Short texts are copied faster here.
		if (text.length > SHORT) return bytes.write(text);
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			if (code >= 0x80) return bytes.write(text);
			bytes[at] = code;
		}
		return text.length;
	}

	private layer(depth: number): Buffer {
		const bytes = this.layers[depth];
		if (!bytes) throw new RangeError('There is no such layer');
		return bytes;
	}

	/** Searches a part of a layer, and what it decodes to. */
	private search(depth: number, start: number, dirtyEnd: number): boolean {
		const bytes = this.layer(depth);
		const marks = marksIn(bytes, start, dirtyEnd);
		const end = (marks & MARK.control) > 0 ? dropControls(bytes, start, dirtyEnd) : dirtyEnd;
		if (end - start < this.minBytes) return false;
		for (const parts of this.parts) if (parts.areIn(bytes, start, end)) return true;
		if (depth === LAYERS) return false;
		for (const { mark, decode } of this.decodings) {
			if ((marks & mark) === 0) continue;
			const length = decode(bytes, start, end, this.layer(depth + 1));
			if (this.search(depth + 1, 0, length)) return true;
		}
		return this.searchDigits(base64, depth, start, end);
	}

	/** Searches what digits stand for. All digits of hex are digits of Base64. */
	private searchDigits(digits: Digits, depth: number, start: number, end: number): boolean {
		const { values } = digits;
		const bytes = this.layer(depth);
		const min = Math.ceil(this.minBytes * digits.perByte);
		for (let next = start; ;) {
			const first = findDigits(values, bytes, next, end, min);
			if (first < 0) return false;
			let last = first + min;
			while (last < end && (values[bytes[last] ?? 0] ?? -1) >= 0) last++;
			for (let phase = 0; phase < digits.phases; phase++) {
				if (this.searchBytes(digits, depth, first + phase, last)) return true;
			}
			if (digits !== hex && this.searchDigits(hex, depth, first, last)) return true;
			next = last + 1;
		}
	}

	/** Searches the bytes that digits stand for, where they may be text: mostly they are noise. */
	private searchBytes(digits: Digits, depth: number, first: number, last: number): boolean {
		const bytes = this.layer(depth);
		const decoded = this.layer(depth + 1);
		const count = Math.floor((last - first) / digits.perByte);
		for (let next = 0; ;) {
			const from = this.findText(digits, bytes, first, next, count);
			if (from < 0) return false;
			let to = from;
			for (; to < count; to++) {
				const byte = digits.byteAt(bytes, first, to);
				if (this.isPlausible[byte] === 0) break;
				decoded[to - from] = byte;
			}
			if (this.search(depth + 1, 0, to - from)) return true;
			next = to + 1;
		}
	}

	/** Where the next text begins in what digits stand for; -1 if there is none that is long enough. */
	private findText(digits: Digits, bytes: Uint8Array, first: number, from: number, count: number): number {
		const { isPlausible, minBytes } = this;
		for (let start = from; start + minBytes <= count;) {
			let index = start + minBytes - 1;
			while (index >= start && isPlausible[digits.byteAt(bytes, first, index)] === 1) index--;
			if (index < start) return start;
			start = index + 1;
		}
		return -1;
	}
}

/** The start of the next run of at least `min` digits; -1 if there is none. Reads few bytes of shorter runs. */
function findDigits(values: Int8Array, bytes: Uint8Array, from: number, end: number, min: number): number {
	for (let start = from; start + min <= end;) {
		let at = start + min - 1;
		while (at >= start && (values[bytes[at] ?? 0] ?? -1) >= 0) at--;
		if (at < start) return start;
		start = at + 1;
	}
	return -1;
}

/** Flags of bytes that may begin an encoded character. */
const MARK = { control: 1, percent: 2, plus: 4, ampersand: 8, backslash: 16 };

const MARK_OF_SIGN: ReadonlyMap<string, number> = new Map([
	['%', MARK.percent],
	['+', MARK.plus],
	['&', MARK.ampersand],
	['\\', MARK.backslash],
]);

const C1_CONTROL = 0xc2;
const BIDI_CONTROL = 0xe2;

const MARKS = Uint8Array.from({ length: 256 }, (_, byte) => {
	if (byte < 0x20 || byte === 0x7f) return MARK.control;
	// They begin the UTF-8 of control characters beyond ASCII.
	if (byte === C1_CONTROL || byte === BIDI_CONTROL) return MARK.control;
	return MARK_OF_SIGN.get(String.fromCharCode(byte)) ?? 0;
});

interface MarkedDecoding {
	/** The sign without which it changes nothing. */
	mark: number;
	decode: Decoding;
}

const DECODINGS: readonly MarkedDecoding[] = [
	{ mark: MARK.percent, decode: decodePercent },
	{ mark: MARK.ampersand, decode: decodeHtml },
	{ mark: MARK.backslash, decode: decodeJson },
];
/** Differs from percent encoding in the spaces of a secret alone. */
const FORM_DECODING: MarkedDecoding = { mark: MARK.plus, decode: decodeForm };

function marksIn(bytes: Uint8Array, start: number, end: number): number {
	let marks = 0;
	for (let at = start; at < end; at++) marks |= MARKS[bytes[at] ?? 0] ?? 0;
	return marks;
}

/** Removes control characters and those that turn the direction of text. @returns the new end */
function dropControls(bytes: Uint8Array, start: number, end: number): number {
	let to = start;
	for (let at = start; at < end; at++) {
		const size = controlAt(bytes, at, end);
		if (size === 0) bytes[to++] = bytes[at] ?? 0;
		else at += size - 1;
	}
	return to;
}

/** How many bytes a control character takes here; 0 if there is none. */
function controlAt(bytes: Uint8Array, at: number, end: number): number {
	const byte = bytes[at] ?? 0;
	if (byte < 0x20 || byte === 0x7f) return 1;
	if (byte !== C1_CONTROL && byte !== BIDI_CONTROL) return 0;
	const [, second = 0, third = 0] = bytes.subarray(at, Math.min(at + 3, end));
	if (byte === C1_CONTROL) return second >= 0x80 && second <= 0x9f ? 2 : 0;
	const isBidi =
		(second === 0x80 && third >= 0xaa && third <= 0xae) ||
		(second === 0x81 && third >= 0xa6 && third <= 0xa9);
	return isBidi ? 3 : 0;
}

/** The bytes of a secret, without its constant header. */
function bytesOf(secret: string): Buffer {
	const whole = Buffer.from(secret);
	const hasHeader = SIGNED_DATA.test(secret) && secret.length > 2 * HEADER_LENGTH;
	const from = hasHeader ? HEADER_LENGTH - PART_LENGTH + 1 : 0;
	return whole.subarray(from, dropControls(whole, from, whole.length));
}
