import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import type { Engine } from '../../dev/n8n/engine';
import type { JsonSchema } from '../../dev/schemas/outputSchemas';
import { NODE_TYPE } from './nodeRun';
import { TRIGGER_TYPE } from './poller';

/** All names that workflows and credentials of users hold, one a line: what a saved workflow needs to go on as it did. */
export function savedNames(engine: Engine, schemas: Readonly<Record<string, JsonSchema>>): string[] {
	const { name, properties } = engine.credentialType('huaweiCloudApi');
	const names = [
		...[NODE_TYPE, TRIGGER_TYPE].flatMap((type) => nodeNames(engine, type)),
		`${name}: credential type`,
		...properties.flatMap((property) => propertyNames(`${name}: `, property)),
		...Object.entries(schemas).flatMap(([operation, { properties = {} }]) =>
			Object.keys(properties).map((field) => `item of ${operation}: ${field}`),
		),
	];
	return [...new Set(names)];
}

function nodeNames(engine: Engine, type: string): string[] {
	const { description } = engine.getByNameAndVersion(type);
	const { name, version, outputs, outputNames, credentials = [], properties } = description;
	return [
		`${name}: node type ${type}, version ${String(version)}`,
		...[outputs].flat().map((_none, index) => `${name}: output ${index} = ${outputNames?.[index] ?? 'main'}`),
		...credentials.map((each) => `${name}: credential ${each.name}`),
		...properties.flatMap((property) => propertyNames(`${name}: `, property)),
	];
}

/**
 * A parameter with its default and what can be chosen, and the parameters within it. Each line says where it is shown: the
 * operations of both resources have a name, and options, in common.
 */
function propertyNames(before: string, property: INodeProperties): string[] {
	// When it polls is n8n's own field.
	if (property.type === 'notice' || property.name === 'pollTimes') return [];
	const { name, type, default: value, options = [], displayOptions, modes = [] } = property;
	const { show } = displayOptions ?? {};
	const shown = show
		? ` (${Object.entries(show)
				.map(([key, values]) => `${key}: ${String(values)}`)
				.join('; ')})`
		: '';
	const path = `${before}${name}${shown}`;
	return [
		`${path}: ${type}, default ${JSON.stringify(value)}`,
		...modes.map((mode) => `${path}: mode ${mode.name}`),
		...options.flatMap((option) => optionNames(path, option)),
	];
}

function optionNames(
	path: string,
	option: INodePropertyOptions | INodeProperties | INodePropertyCollection,
): string[] {
	if ('values' in option) {
		return option.values.flatMap((property) => propertyNames(`${path}.${option.name}.`, property));
	}
	if ('type' in option) return propertyNames(`${path}.`, option);
	return [`${path}: option ${JSON.stringify(option.value)}`];
}
