/** True if a text can be encoded, which one with an unpaired surrogate can't. */
export function isWellFormed(text: string): boolean {
	return !/\p{Surrogate}/u.test(text);
}

/** True if a text has only visible ASCII characters, and at least one: what a key or a token in a header consists of. */
export function isVisibleAscii(text: string): boolean {
	return /^[\x21-\x7e]+$/.test(text);
}
