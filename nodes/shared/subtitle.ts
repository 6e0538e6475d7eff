/**
 * An expression that gives the words for a key.
 * @param words the keys, each with its words
 * @param key an expression, without its braces
 * @param otherwise the words for every other key
 */
export function lookUp(
	words: ReadonlyArray<readonly [string, string]>,
	key: string,
	otherwise: string,
): string {
	const table = JSON.stringify(Object.fromEntries(words));
	return `={{ (${table})[${key}] || ${JSON.stringify(otherwise)} }}`;
}
