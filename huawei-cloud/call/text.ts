/** True if a text can be encoded, which one with an unpaired surrogate can't. */
export function isWellFormed(text: string): boolean {
	return !/\p{Surrogate}/u.test(text);
}
