/** True if a text can be encoded: one with half of a character (an unpaired surrogate) cannot. */
export function isWellFormed(text: string): boolean {
	return !/\p{Surrogate}/u.test(text);
}
