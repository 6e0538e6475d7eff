/** Decodes the parts of a text that use one encoding; the rest stays. Takes time in proportion to its length. */
export type Decoding = (text: string) => string;

/** The encodings of single characters. */
export const CHARACTERS: readonly Decoding[] = [
	// `%41` is `A`. Form encoding differs in spaces alone.
	(text) =>
		text.replace(/(?:%[\da-f]{2})+/gi, (run) =>
			run.length === 3 ? characterOf(run.slice(1), 16) : utf8Of(run.replaceAll('%', ''), 'hex'),
		),
	// HTML: `&#65;`, `&#x41;` and `&amp;`.
	(text) =>
		text.replace(
			/&(?:#x0*([\da-f]{1,6})|#0*(\d{1,7})|(\w{2,6}));?/gi,
			(entity: string, hex?: string, decimal?: string, name?: string) =>
				name === undefined
					? characterOf(hex ?? decimal ?? '', hex ? 16 : 10)
					: (ENTITIES.get(name) ?? entity),
		),
	// JSON: `\"`, `\u0041` and `\x41`. Escaped control characters are dropped, like the characters themselves.
	(text) =>
		text.replace(
			/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|[bfnrt]|(.))/gs,
			(_escape, long?: string, short?: string, sign = '') => characterOf(long ?? short ?? '', 16) || sign,
		),
];

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Base64, also in its URL form, and hex. */
export const BYTE_ENCODINGS = [
	byteEncoding('base64', /[\w+/-]+/g, [`${BASE64_DIGITS}+/`, `${BASE64_DIGITS}-_`], 6, 4),
	byteEncoding('hex', /[\da-f]+/gi, ['0123456789abcdef', '0123456789ABCDEF'], 4, 2),
];

export type ByteEncoding = ReturnType<typeof byteEncoding>;

/** An encoding of UTF-8 in digits. @param digitsPerGroup the fewest that take whole bytes */
function byteEncoding(
	name: 'base64' | 'hex',
	runs: RegExp,
	alphabets: readonly string[],
	bitsPerDigit: number,
	digitsPerGroup: number,
) {
	/** The value of each digit, by character code; -1 for other characters. */
	const digits = new Int8Array(128).fill(-1);
	for (const alphabet of alphabets) {
		[...alphabet].forEach((digit, value) => (digits[digit.charCodeAt(0)] = value));
	}
	/** From each possible first digit on. */
	const decodings = Array.from({ length: digitsPerGroup }, (_, first): Decoding => {
		return (text) => text.replace(runs, (run) => utf8Of(run.slice(first), name));
	});
	return { digits, bitsPerDigit, digitsPerGroup, decodings };
}

function utf8Of(digits: string, encoding: 'base64' | 'hex'): string {
	return Buffer.from(digits, encoding).toString();
}

/** Empty if there are no digits, or too many. */
function characterOf(digits: string, radix: number): string {
	const code = parseInt(digits, radix);
	return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The named entities of ASCII characters: keys, tokens and most passwords have no others. */
const ENTITIES: ReadonlyMap<string, string> = new Map(
	[
		...['amp&', 'AMP&', 'lt<', 'LT<', 'gt>', 'GT>', 'quot"', 'QUOT"', "apos'", 'nbsp ', 'grave`', 'Hat^'],
		...['excl!', 'num#', 'dollar$', 'percnt%', 'lpar(', 'rpar)', 'ast*', 'midast*', 'plus+', 'lowbar_'],
		...['comma,', 'period.', 'sol/', 'colon:', 'semi;', 'equals=', 'quest?', 'commat@', 'tilde~'],
		...['lsqb[', 'lbrack[', 'bsol\\', 'rsqb]', 'rbrack]', 'verbar|', 'vert|', 'hyphen-'],
		...['lcub{', 'lbrace{', 'rcub}', 'rbrace}'],
	].map((entity) => [entity.slice(0, -1), entity.slice(-1)]),
);
