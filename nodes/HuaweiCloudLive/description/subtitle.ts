import { lookUp } from '../../shared/subtitle';
import type { Resource } from '../operations/operation';

/**
 * The expression for the line below the node's name on the canvas, such as "Relay Task: Delete". Not the action: n8n names
 * the node after that.
 */
export function subtitleOf(resources: readonly Resource[]): string {
	const subtitles = resources.flatMap((resource) =>
		resource.operations.map(({ option }): [string, string] => [
			`${resource.option.value}.${option.value}`,
			`${resource.option.name}: ${option.name}`,
		]),
	);
	return lookUp(subtitles, '$parameter["resource"] + "." + $parameter["operation"]', 'Custom API call');
}
