import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

import { projectFiles, projectRoot } from '../../dev/projectFiles';

/** The diagram in CONTRIBUTING.md has an arrow for each room that imports from another, and no other. */

const SHIPPED = ['credentials', 'nodes', 'n8n', 'huawei-cloud'];

const files = projectFiles(...SHIPPED).filter((file) => file.endsWith('.ts'));

/** `huawei-cloud/call/client.ts` is in the room `call`, `n8n/httpRequest/…` in the room `n8n`. */
function roomOf(file: string): string {
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
			.map((imported) => `${roomOf(file)} -> ${roomOf(imported)}`)
			.filter((arrow) => !/^(.+) -> \1$/.test(arrow)),
	),
);

test('every file of the client is in a room', () => {
	const lost = files.filter((file) => /^huawei-cloud\/[^/]+$/.test(file));
	expect(lost).toEqual([]);
});

test('the diagram shows which room imports from which, in at most nine boxes', () => {
	const diagram =
		/```mermaid\n([\s\S]+?)```/.exec(readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8'))?.[1] ?? '';
	const drawn = [...diagram.matchAll(/^\s*(\w+) -->(?:\|[^|]*\|)? (\w+)/gm)].map(
		([, from = '', to = '']) => `${from} -> ${to}`,
	);
	expect([...new Set(drawn)].sort()).toEqual([...arrowsInCode].sort());
	expect(new Set(drawn.flatMap((arrow) => arrow.split(' -> '))).size).toBeLessThanOrEqual(9);
});

test('the rooms know no cycle', () => {
	const imports = new Map<string, Set<string>>();
	for (const arrow of arrowsInCode) {
		const [from = '', to = ''] = arrow.split(' -> ');
		imports.set(from, (imports.get(from) ?? new Set()).add(to));
	}
	const reaches = (from: string, target: string, seen = new Set<string>()): boolean =>
		[...(imports.get(from) ?? [])].some(
			(to) => to === target || (!seen.has(to) && reaches(to, target, seen.add(to))),
		);
	expect([...imports.keys()].filter((room) => reaches(room, room))).toEqual([]);
});
