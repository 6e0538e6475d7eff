import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { writeFormatted } from '../document';
import { Engine } from '../n8n/engine';
import { outputSchemas, SCHEMA_FOLDER } from './outputSchemas';

/** `npm run build && npx tsx dev/schemas/main.ts`: rewrites the schemas of the node's output, from its items. */
async function main(): Promise<void> {
	const schemas = await outputSchemas(await Engine.load());
	rmSync(SCHEMA_FOLDER, { recursive: true, force: true });
	for (const [name, schema] of Object.entries(schemas)) {
		const path = join(SCHEMA_FOLDER, `${name}.json`);
		mkdirSync(dirname(path), { recursive: true });
		await writeFormatted(path, JSON.stringify(schema, null, '\t'));
	}
	console.log(`Wrote ${Object.keys(schemas).length} schemas to ${SCHEMA_FOLDER}`);
}

void main();
