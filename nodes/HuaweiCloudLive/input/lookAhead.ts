import type { ItemParameters } from '../../shared/parameters';

const BATCH_SIZE = 32;

/**
 * Yields the parameters of each item. Those with the given names are evaluated for a whole batch at once: n8n takes less
 * time for an expression in a loop than between two requests. Others are evaluated when needed, so that `$now` is current.
 */
export function* lookAhead(
	count: number,
	names: readonly string[],
	parametersOf: (itemIndex: number) => ItemParameters,
): Generator<ItemParameters, void> {
	for (let first = 0; first < count; first += BATCH_SIZE) {
		const indexes = Array.from({ length: Math.min(BATCH_SIZE, count - first) }, (_, index) => first + index);
		const batch = indexes.map(parametersOf);
		for (const parameters of batch) names.forEach((name) => parameters.valueOrNull(name));
		yield* batch;
	}
}
