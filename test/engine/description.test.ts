import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';

import { startDemo } from '../../dev/emulator/demo';
import { Engine, outputsOf } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { projectFiles } from '../../dev/projectFiles';
import { outputSchemas, SCHEMA_FOLDER, type JsonSchema } from '../../dev/schemas/outputSchemas';
import { readMarkdown, readProjectFile } from '../support/markdown';
import { node, NODE_TYPE, workflowOf } from '../support/nodeRun';
import { TRIGGER_TYPE } from '../support/poller';
import { savedNames } from '../support/savedNames';

/** The node in the editor before it has run. */

let engine: Engine;

beforeAll(async () => {
	engine = await Engine.load();
});

/** The schemas of the node's output that are there, by resource and operation. */
function readSchemas(): Record<string, JsonSchema> {
	const files = readdirSync(SCHEMA_FOLDER, { recursive: true, encoding: 'utf8' });
	const read = (file: string) => JSON.parse(readFileSync(join(SCHEMA_FOLDER, file), 'utf8'));
	const schemas = files.filter((file) => file.endsWith('.json'));
	return Object.fromEntries(schemas.map((file) => [file.replace(/\.json$/, ''), read(file)]));
}

/** All operations, as `resource/operation`, with the action that the node panel shows. */
function actions(): Array<[name: string, action: string]> {
	const { properties } = engine.getByNameAndVersion(NODE_TYPE).description;
	return (
		properties
			// A tool has a field of its own, with the same options.
			.filter(({ name, displayOptions }) => name === 'operation' && !displayOptions?.show?.['@tool'])
			.flatMap(({ displayOptions, options = [] }) =>
				options.flatMap((option) =>
					'action' in option
						? [[`${String(displayOptions?.show?.resource?.[0])}/${option.value}`, String(option.action)]]
						: [],
				),
			)
			.map(([name = '', action = '']) => [name, action])
	);
}

function subtitle(type: string, parameters: INodeParameters): unknown {
	const ours = node('Node', type, parameters);
	const { subtitle: expression = '' } = engine.getByNameAndVersion(type).description;
	return workflowOf(engine, ours).expression.getSimpleParameterValue(ours, expression, 'internal', {});
}

describe('the subtitle', () => {
	test('says more than the action, after which n8n names the node', () => {
		for (const [name, action] of actions()) {
			const [resource = '', operation = ''] = name.split('/');
			expect(subtitle(NODE_TYPE, { resource, operation })).toMatch(/^(Relay Task|Stream): [A-Z]/);
			expect(subtitle(NODE_TYPE, { resource, operation })).not.toBe(action);
		}
		expect(subtitle(NODE_TYPE, { resource: 'relayTask', operation: 'delete' })).toBe('Relay Task: Delete');
	});

	test("has words for n8n's own operation, too", () => {
		const operation = '__CUSTOM_API_CALL__';
		expect(subtitle(NODE_TYPE, { resource: 'relayTask', operation })).toBe('Custom API call');
	});

	test('of the trigger is its event, as the form names it', () => {
		const { properties } = engine.getByNameAndVersion(TRIGGER_TYPE).description;
		const events = properties
			.flatMap(({ name, options = [] }) => (name === 'event' ? options : []))
			.flatMap((option) => ('value' in option ? [[option.value, option.name] as const] : []));
		expect(events).toContainEqual(['streamOnline', 'Stream Online']);
		for (const [event, name] of events) expect(subtitle(TRIGGER_TYPE, { event })).toBe(name);
	});
});

test("the node panel's one entry for node and trigger describes both: n8n shows the trigger's", () => {
	const [ofNode, ofTrigger] = [NODE_TYPE, TRIGGER_TYPE].map(
		(type) => engine.getByNameAndVersion(type).description.description,
	);
	expect(ofTrigger).toBe(ofNode);
	expect(ofTrigger).toMatch(/^Manage .* or start a workflow/);
});

describe('the output schemas', () => {
	test('are there for every operation', () => {
		expect(Object.keys(readSchemas()).sort()).toEqual(
			actions()
				.map(([name]) => name)
				.sort(),
		);
	});

	test('are what the operations give. If not: npm run build && npx tsx dev/schemas/main.ts', async () => {
		const schemas = await outputSchemas(engine);
		// As text: the order of the fields is what the editor shows.
		for (const [name, schema] of Object.entries(readSchemas())) {
			expect(JSON.stringify(schema)).toBe(JSON.stringify(schemas[name]));
		}
	});
});

test('docs/parameters.md names every parameter of both nodes', () => {
	const page = readProjectFile('docs/parameters.md');
	// Those of the first kind have a heading each; the polling times are n8n's own.
	const isElsewhere = ({ name, type }: INodeProperties) =>
		['resource', 'operation', 'pollTimes'].includes(name) || type === 'notice';
	const namesOf = (property: INodeProperties): string[] =>
		isElsewhere(property)
			? []
			: [
					property.displayName,
					...(property.options ?? []).flatMap((option) => ('type' in option ? namesOf(option) : [])),
				];
	const names = [NODE_TYPE, TRIGGER_TYPE].flatMap((type) =>
		engine.getByNameAndVersion(type).description.properties.flatMap(namesOf),
	);
	expect(names).toEqual(expect.arrayContaining(['Task', 'Timeout (Ms)', 'Push Arguments', 'Event']));
	// As a name of its own, not a part of another one.
	const isNamed = (name: string) =>
		new RegExp(`(?<![a-z]|[A-Z]\\w* )${name.replace(/[()]/g, '\\$&')}(?! [A-Z])`).test(page);
	expect(names.filter((name) => !isNamed(name))).toEqual([]);
});

const FROZEN = join(__dirname, 'names.txt');
// Saved workflows hold these names, and break or do something else without them. For what is gone or changed, say in the
// changelog what breaks, and consider a new version of the node instead.
test('names that saved workflows hold have not changed. If they have on purpose: UPDATE_NAMES=1 writes them', async () => {
	const now = savedNames(engine, readSchemas());
	if (process.env.UPDATE_NAMES) writeFileSync(FROZEN, `${now.join('\n')}\n`);
	const before = readFileSync(FROZEN, 'utf8').trim().split('\n');
	expect(before.length).toBeGreaterThan(200);
	expect([...now].sort()).toEqual(before.sort());
});

test('items that are shown in the docs are what the first example gives', async () => {
	const { emulator, credential } = await startDemo();
	const run = await engine.run(example('delete-relay-tasks'), {
		credentials: { 'Huawei Cloud API': credential },
	});
	await emulator.close();
	const items = outputsOf(run, 'Delete relay task').flatMap((output) => output.map(({ json }) => json));
	const shown = projectFiles('*.md').flatMap((page) =>
		readMarkdown(page)
			.blocks.filter((block) => block.includes('"outcome"'))
			.map((block): [string, IDataObject] => [page, JSON.parse(block)]),
	);
	for (const [page, item] of shown) {
		// As text: the order of the fields counts as well. An item may be shortened.
		const sameFields = items.map((given) =>
			JSON.stringify(Object.fromEntries(Object.entries(given).filter(([field]) => field in item))),
		);
		expect({ page, items: sameFields }).toEqual({
			page,
			items: expect.arrayContaining([JSON.stringify(item)]),
		});
	}
	expect(shown.map(([page]) => page)).toContain('README.md');
});
