import type { INodeProperties } from 'n8n-workflow';

/** Any object: n8n compares it as text. */
const IS_OBJECT = { _cnd: { between: { from: String({}), to: String({}) } } };

/**
 * A collection, and its twin for when the whole of it is an expression. n8n drops such an expression without evaluating it,
 * as if no field had been added: it reads the fields of a collection only. In a second property of the same name, which the
 * editor doesn't show, it is evaluated as any other.
 */
export function withExpression(collection: INodeProperties): INodeProperties[] {
	const { name, displayName, displayOptions } = collection;
	const twin: INodeProperties = {
		displayName,
		name,
		type: 'hidden',
		default: {},
		displayOptions: {
			...displayOptions,
			hide: { ...displayOptions?.hide, [`/${name}`]: [IS_OBJECT] },
		},
	};
	return [collection, twin];
}
