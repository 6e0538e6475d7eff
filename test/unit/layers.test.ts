import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

import { projectFiles, projectRoot } from '../../dev/projectFiles';

/** The diagram in CONTRIBUTING.md has an arrow for each layer that imports from another, and no other. Lint allows no cycle. */

const SHIPPED = ['credentials', 'nodes', 'n8n', 'huawei-cloud'];

const files = projectFiles(...SHIPPED).filter((file) => file.endsWith('.ts'));

/** `huawei-cloud/call/outcome.ts` is in the layer `call`, `n8n/httpRequest/…` in the layer `n8n`. */
function layerOf(file: string): string {
	const [first = '', second = ''] = file.split('/');
	return first === 'huawei-cloud' ? second : first;
}

function importsOf(file: string): string[] {
	const text = readFileSync(join(projectRoot, file), 'utf8');
	return [...text.matchAll(/from '(\.{1,2}\/[^']+)'/g)].map(([, path = '']) =>
		normalize(join(dirname(file), path)),
	);
}

const arrowsInCode = new Set(
	files.flatMap((file) =>
		importsOf(file)
			.map((imported) => `${layerOf(file)} -> ${layerOf(imported)}`)
			.filter((arrow) => !/^(.+) -> \1$/.test(arrow)),
	),
);

test('every file of the client is in a layer', () => {
	expect(files.filter((file) => /^huawei-cloud\/[^/]+$/.test(file))).toEqual([]);
});

test('the diagram shows which layer imports from which, in at most nine boxes', () => {
	const diagram =
		/```mermaid\n([\s\S]+?)```/.exec(readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8'))?.[1] ?? '';
	const drawn = [...diagram.matchAll(/^\s*(\w+) -->(?:\|[^|]*\|)? (\w+)/gm)].map(
		([, from = '', to = '']) => `${from} -> ${to}`,
	);
	expect([...new Set(drawn)].sort()).toEqual([...arrowsInCode].sort());
	expect(new Set(drawn.flatMap((arrow) => arrow.split(' -> '))).size).toBeLessThanOrEqual(9);
});
