/**
 * Finds secrets in texts by the client's own rule: whole ones from 8 characters, or 16 consecutive characters of a longer one, in
 * the text itself or in up to two layers of encoding. It shares no code with the client, since that reads responses with its.
 */

const MIN_SECRET = 8;
const PIECE = 16;
const MAX_LAYERS = 2;
/** No text is looked at further than this; what is longer is left out by the caller. */
export const MAX_TEXT = 64 * 1024;

/** A test for texts that hold one of these secrets, or a piece. */
export function secretFinder(secrets: readonly string[]): (text: string) => boolean {
	const needles = new Set(secrets.flatMap(piecesOf));
	const lengths = new Set([...needles].map(({ length }) => length));
	return (text) => {
		let layer = [text];
		for (let depth = 0; ; depth++) {
			if (layer.some((one) => hasNeedle(one, needles, lengths))) return true;
			if (depth === MAX_LAYERS) return false;
			layer = [...new Set(layer.flatMap(decodings))];
		}
	};
}

/** Every text that reveals a secret: the whole, or each piece of it. */
function piecesOf(secret: string): string[] {
	if (secret.length < MIN_SECRET) return [];
	if (secret.length <= PIECE) return [secret];
	return Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE));
}

function hasNeedle(text: string, needles: ReadonlySet<string>, lengths: ReadonlySet<number>): boolean {
	for (const length of lengths) {
		for (let at = 0; at + length <= text.length; at++) {
			if (needles.has(text.slice(at, at + length))) return true;
		}
	}
	return false;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A text with one layer of encoding removed, in each way that changes it. */
function decodings(text: string): string[] {
	const decoded = [
		percentDecoded(text),
		percentDecoded(text.replaceAll('+', ' ')),
		text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) =>
			name
				? (ENTITIES[String(name).toLowerCase()] ?? whole)
				: character(hex ? parseInt(hex, 16) : Number(decimal)),
		),
		text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_whole, hex, plain) =>
			hex ? String.fromCharCode(parseInt(hex, 16)) : String(plain),
		),
		...binaryDecodings(text),
	];
	return decoded.filter((one) => one !== text);
}

const character = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

function percentDecoded(text: string): string {
	return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}

/** Each run of Base64, from each of the four places where a group may begin, and each of hex. */
function binaryDecodings(text: string): string[] {
	const base64 = text.match(/[A-Za-z0-9+/_-]{10,}/g) ?? [];
	const hex = text.match(/[0-9a-f]{16,}/gi) ?? [];
	return [
		...base64.flatMap((run) => [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString())),
		...hex.flatMap((run) => [0, 1].map((at) => Buffer.from(run.slice(at), 'hex').toString())),
	];
}
