import type { IExecuteFunctions } from 'n8n-workflow';

import { isFields } from '../../shared/objects';

/** The part of n8n that finding connections needs. */
export interface ConnectionContext extends Pick<IExecuteFunctions, 'getNode'> {
	getChildNodes?: IExecuteFunctions['getChildNodes'];
}

/** n8n-core has this; the types of n8n-workflow don't. */
interface WithConnections {
	getConnections(destination: { name: string }, type: 'main'): unknown;
}

/**
 * The outputs of the node that are connected.
 * @returns their indexes; undefined when n8n can't tell
 */
export function connectedOutputs(context: ConnectionContext): ReadonlySet<number> | undefined {
	if (!hasConnections(context)) return undefined;
	try {
		const { name } = context.getNode();
		const inputs = context.getChildNodes?.(name).map((child) => context.getConnections(child, 'main'));
		const sources = inputs?.flat(2).filter((source) => isFrom(name, source));
		return sources && new Set(sources.map(({ index }) => index));
	} catch {
		// A workflow file may connect nodes that don't exist. A hint isn't worth losing the run's items.
		return undefined;
	}
}

function hasConnections<Context extends object>(context: Context): context is Context & WithConnections {
	return 'getConnections' in context && typeof context.getConnections === 'function';
}

/** A child node names each node it is connected to, with the index of that node's output. */
function isFrom(node: string, source: unknown): source is { index: number } {
	return isFields(source) && source.node === node && typeof source.index === 'number';
}
