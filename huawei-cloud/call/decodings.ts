/**
 * Decodings of text as UTF-8 bytes. Each reads `source` from `start` to `end` and writes to the beginning of `target`, which
 * is at least as long: nothing grows when it is decoded. Each takes one look at every byte, whatever the text is.
 */
export type Decoding = (source: Uint8Array, start: number, end: number, target: Uint8Array) => number;

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const AMPERSAND = 0x26;
const HASH = 0x23;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const SMALL_U = 0x75;
const SMALL_X = 0x78;

const HEX = valuesOf('0123456789abcdef', '0123456789ABCDEF');
const BASE64 = valuesOf(
	'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
	'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
);

/** The value of each byte as a digit, in any of these alphabets; -1 if it is none. */
function valuesOf(...alphabets: string[]): Int8Array {
	const values = new Int8Array(256).fill(-1);
	for (const digits of alphabets) {
		for (let value = 0; value < digits.length; value++) values[digits.charCodeAt(value)] = value;
	}
	return values;
}

/** `%41` is `A`. */
export const decodePercent: Decoding = (source, start, end, target) =>
	percentDecoded(source, start, end, target, PLUS);

/** The same, and `+` is a space. */
export const decodeForm: Decoding = (source, start, end, target) =>
	percentDecoded(source, start, end, target, SPACE);

function percentDecoded(
	source: Uint8Array,
	start: number,
	end: number,
	target: Uint8Array,
	plus: number,
): number {
	let length = 0;
	for (let at = start; at < end; at++) {
		const byte = byteAt(source, at, end);
		const value = byte === PERCENT ? hexNumber(source, at + 1, 2, end) : -1;
		if (value >= 0) at += 2;
		target[length++] = value >= 0 ? value : byte === PLUS ? plus : byte;
	}
	return length;
}

/** `&#65;`, `&#x41;` and `&amp;`. */
export const decodeHtml: Decoding = (source, start, end, target) => {
	let length = 0;
	for (let at = start; at < end; at++) {
		const byte = byteAt(source, at, end);
		const entity = byte === AMPERSAND ? entityAt(source, at + 1, end) : undefined;
		if (entity) {
			length = writeCharacter(entity.code, target, length);
			at = entity.end - 1;
		} else {
			target[length++] = byte;
		}
	}
	return length;
};

interface Entity {
	/** Its Unicode code point. */
	code: number;
	end: number;
}

function entityAt(source: Uint8Array, at: number, end: number): Entity | undefined {
	return byteAt(source, at, end) === HASH
		? numberedEntity(source, at + 1, end)
		: namedEntity(source, at, end);
}

/** With fewer digits than an entity can have: `&#x` and `10ffff`. */
const MAX_DIGITS = 7;

function numberedEntity(source: Uint8Array, at: number, end: number): Entity | undefined {
	const isHex = (byteAt(source, at, end) | SPACE) === SMALL_X;
	const base = isHex ? 16 : 10;
	const first = isHex ? at + 1 : at;
	let code = 0;
	let next = first;
	for (; next < first + MAX_DIGITS; next++) {
		const digit = HEX[byteAt(source, next, end)] ?? -1;
		if (digit < 0 || digit >= base) break;
		code = code * base + digit;
	}
	if (next === first || code > 0x10ffff) return undefined;
	return { code, end: byteAt(source, next, end) === SEMICOLON ? next + 1 : next };
}

/** The named entities of ASCII: keys, tokens and usual passwords hold nothing else. */
const ENTITIES: ReadonlyMap<string, string> = new Map(
	Object.entries({
		...{ amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', quot: '"', QUOT: '"', apos: "'", nbsp: ' ' },
		...{
			excl: '!',
			num: '#',
			dollar: '$',
			percnt: '%',
			lpar: '(',
			rpar: ')',
			ast: '*',
			midast: '*',
			plus: '+',
		},
		...{ comma: ',', period: '.', sol: '/', colon: ':', semi: ';', equals: '=', quest: '?', commat: '@' },
		...{ lsqb: '[', lbrack: '[', bsol: '\\', rsqb: ']', rbrack: ']', Hat: '^', lowbar: '_', grave: '`' },
		...{ lcub: '{', lbrace: '{', verbar: '|', vert: '|', rcub: '}', rbrace: '}', hyphen: '-', tilde: '~' },
	}),
);
const MAX_NAME = 6;

function namedEntity(source: Uint8Array, at: number, end: number): Entity | undefined {
	let name = '';
	for (let next = at; next <= at + MAX_NAME; next++) {
		const byte = byteAt(source, next, end);
		if (byte === SEMICOLON) {
			const code = ENTITIES.get(name)?.charCodeAt(0);
			return code === undefined ? undefined : { code, end: next + 1 };
		}
		name += String.fromCharCode(byte);
	}
	return undefined;
}

/** `\"`, `\u0041` and `\x41`. */
export const decodeJson: Decoding = (source, start, end, target) => {
	let length = 0;
	for (let at = start; at < end; at++) {
		const byte = byteAt(source, at, end);
		if (byte !== BACKSLASH || at + 1 === end) {
			target[length++] = byte;
			continue;
		}
		const kind = byteAt(source, ++at, end);
		const digits = kind === SMALL_U ? 4 : kind === SMALL_X ? 2 : 0;
		const code = digits > 0 ? hexNumber(source, at + 1, digits, end) : -1;
		if (code < 0) {
			target[length++] = LINE_ESCAPES.has(kind) ? LINE_FEED : kind;
			continue;
		}
		at += digits;
		length = writeCharacter(code, target, length);
	}
	return length;
};

/** Of `\b`, `\f`, `\n`, `\r` and `\t`: control characters, any of which will do. */
const LINE_ESCAPES: ReadonlySet<number> = new Set([...'bfnrt'].map((letter) => letter.charCodeAt(0)));

/** A way to write bytes as digits. */
export interface Digits {
	/** Of each byte: its value as a digit, -1 if it is none. */
	values: Int8Array;
	/** One of the bytes that digits stand for. */
	byteAt(source: Uint8Array, first: number, index: number): number;
	/** How many digits a byte takes. */
	perByte: number;
	/** How many digits in a row may be the first of a byte. */
	phases: number;
}

/** Also in its form for URLs. */
export const base64: Digits = {
	values: BASE64,
	byteAt: (source, first, index) => {
		const at = first + index + Math.trunc(index / 3);
		const bits = ((BASE64[source[at] ?? 0] ?? 0) << 6) | (BASE64[source[at + 1] ?? 0] ?? 0);
		return (bits >> (4 - 2 * (index % 3))) & 0xff;
	},
	perByte: 4 / 3,
	phases: 4,
};

export const hex: Digits = {
	values: HEX,
	byteAt: (source, first, index) => {
		const at = first + 2 * index;
		return (HEX[source[at] ?? 0] ?? 0) * 16 + (HEX[source[at + 1] ?? 0] ?? 0);
	},
	perByte: 2,
	phases: 2,
};

/** 0 beyond the end. */
function byteAt(source: Uint8Array, at: number, end: number): number {
	return at < end ? (source[at] ?? 0) : 0;
}

/** A number of some hex digits; -1 if that is not what is there. */
function hexNumber(source: Uint8Array, at: number, digits: number, end: number): number {
	let number = 0;
	for (let next = at; next < at + digits; next++) {
		const digit = HEX[byteAt(source, next, end)] ?? -1;
		if (digit < 0) return -1;
		number = number * 16 + digit;
	}
	return number;
}

/** Writes a character in UTF-8. @returns the new length */
function writeCharacter(code: number, target: Uint8Array, length: number): number {
	if (code < 0x80) {
		target[length] = code;
		return length + 1;
	}
	const continued = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	target[length] = (0xf00 >> (continued + 1)) | (code >> (6 * continued));
	for (let rest = continued - 1; rest >= 0; rest--) {
		target[length + continued - rest] = 0x80 | ((code >> (6 * rest)) & 0x3f);
	}
	return length + continued + 1;
}
