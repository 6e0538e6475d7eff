import { lookUp } from '../../shared/subtitle';
import type { Resource } from '../operations/operation';

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
