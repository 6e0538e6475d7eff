import { resolve } from 'node:path';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { OUR_TYPE, runNode } from '../bench/nodes';
import { startDemo } from '../emulator/demo';
import type { Mishap } from '../emulator/faults';
import { isoSeconds, type World } from '../emulator/world';
import type { Engine } from '../n8n/engine';

/** Where n8n looks for the schemas of the node's first version: `{resource}/{operation}.json`. */
export const SCHEMA_FOLDER = resolve(__dirname, '../../nodes/HuaweiCloudLive/__schema__/v1.0.0');

/** The part of JSON Schema that n8n's editor shows fields from. */
export interface JsonSchema {
	/** More than one where a field may be null. The editor looks at the first. */
	type: string | string[];
	properties?: Record<string, JsonSchema>;
	items?: JsonSchema;
}

const byId = { taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' } };
const ofDomain = { domain: { __rl: true, mode: 'name', value: '={{ $json.domain }}' } };
const byName = { ...ofDomain, appName: '={{ $json.app_name }}', streamName: '={{ $json.stream_name }}' };

/** The parameters that each operation is run with, by resource and operation. All others have their defaults. */
const RUNS: Readonly<Record<string, INodeParameters>> = {
	'relayTask/create': {
		sourceUrls: 'rtmp://pull.example.com/live/camera-1',
		destinationUrl: 'rtmp://push.example.com/live/camera-1',
	},
	// One of them in a dry run.
	'relayTask/delete': { ...byId, options: { dryRun: '={{ $json.task_id === "to-a-url" }}' } },
	'relayTask/get': byId,
	'relayTask/getAll': {},
	'relayTask/update': { ...byId, updateFields: { status: 'pause' } },
	'stream/disconnect': byName,
	'stream/forbid': byName,
	'stream/getAll': ofDomain,
	'stream/getAllForbidden': ofDomain,
	'stream/resume': byName,
};

/**
 * Schemas of what the operations give in n8n's engine on the emulator, by resource and operation. n8n has one for an operation,
 * so it holds the fields of all three outputs, those of Success first.
 */
export async function outputSchemas(engine: Engine): Promise<Record<string, JsonSchema>> {
	const schemas: Record<string, JsonSchema> = {};
	for (const [name, parameters] of Object.entries(RUNS))
		schemas[name] = inferSchema(await itemsOf(engine, name, parameters));
	return schemas;
}

/** The input items: some name an object, and one names an object that does not exist. */
const PLACE = { domain: 'push.example.com', app_name: 'live' } as const;
const TO_URL = 'rtmp://push.example.com/live/camera-2';
const FOUND = [
	{ task_id: 'to-a-domain', destination_url: undefined, ...PLACE, stream_name: 'camera-1' },
	{ task_id: 'to-a-url', destination_url: TO_URL, ...PLACE, stream_name: 'camera-2' },
] as const;
const GONE = { task_id: 'gone', domain: 'gone.example.com', app_name: 'live', stream_name: 'gone' };

/** A rejection, and an answer that is lost. */
const BODY = { error_code: 'LIVE.100011003', error_msg: 'No permission', request_id: 'a-request' };
const MISHAPS: readonly Mishap[] = [{ kind: 'answer', status: 401, body: BODY }, { kind: 'reset' }];

/** The items of an operation that finds something, that does not, and that fails. */
async function itemsOf(engine: Engine, name: string, parameters: INodeParameters): Promise<IDataObject[]> {
	const { emulator, credential } = await startDemo();
	try {
		populate(emulator.world, credential.projectId);
		const [resource = '', operation = ''] = name.split('/');
		const options = { maxRetries: 0, ...Object(parameters.options) };
		const node = { type: OUR_TYPE, parameters: { resource, operation, ...parameters, options } };
		const run = async (inputs: readonly IDataObject[]) =>
			(await runNode(engine, node, credential, inputs)).flat().map(({ json }) => json);
		const items = await run([...FOUND, GONE]);
		for (const mishap of MISHAPS) {
			emulator.faults.clear();
			emulator.faults.add({ path: '/v1/', times: Infinity, mishap });
			items.push(...(await run(FOUND.slice(0, 1))));
		}
		return items;
	} finally {
		await emulator.close();
	}
}

/** Makes what `FOUND` names: tasks to either kind of destination, a stream that is online, and one that is forbidden. */
function populate(world: World, projectId: string): void {
	for (const { task_id, destination_url } of FOUND) {
		world.addTask(projectId, {
			task_id,
			source_type: 'PullVodPushLive',
			source_urls: ['https://vod.example.com/1.mp4'],
			...(destination_url !== undefined && { destination_url }),
		});
	}
	const [online, forbidden] = FOUND;
	world.pushStream(projectId, online.domain, online.app_name, online.stream_name);
	const { domain, app_name, stream_name } = forbidden;
	const resume_time = isoSeconds(world.now() + 60 * 60_000);
	world.streamsOf(projectId).bans.push({ domain, app_name, stream_name, resume_time });
}

/** The schema of all of these values, with the fields of objects in the order in which they first come. */
function inferSchema(values: readonly unknown[]): JsonSchema {
	const types = [...new Set(values.map(typeOf))].sort((a, b) => Number(a === 'null') - Number(b === 'null'));
	const [type = 'null', ...more] = types;
	return {
		type: more.length === 0 ? type : types,
		...(types.includes('object') && { properties: propertiesOf(values) }),
		...(types.includes('array') && { items: inferSchema(values.filter(Array.isArray).flat()) }),
	};
}

function propertiesOf(values: readonly unknown[]): Record<string, JsonSchema> {
	const found = new Map<string, unknown[]>();
	for (const value of values.filter((one) => typeOf(one) === 'object')) {
		for (const [name, field] of Object.entries(Object(value))) {
			found.set(name, [...(found.get(name) ?? []), field]);
		}
	}
	return Object.fromEntries([...found].map(([name, fields]) => [name, inferSchema(fields)]));
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}
