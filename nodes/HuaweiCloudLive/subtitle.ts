import type { Resource } from './operation';

/**
 * The expression for what stands below the node's name on the canvas: the action of the chosen operation, such as
 * "Delete relay task".
 */
export function subtitleOf(resources: readonly Resource[]): string {
	const actions = resources.flatMap((resource) =>
		resource.operations.map(({ option: { value, action = value } }): [string, string] => [
			`${resource.option.value}.${value}`,
			action,
		]),
	);
	return lookUp(actions, '$parameter["resource"] + "." + $parameter["operation"]', 'Custom API call');
}

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
