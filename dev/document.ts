import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from './projectFiles';

/** Replaces a section of a page; the prose around it is written by hand. */
export function writeSection(page: string, name: string, ...blocks: readonly string[]): void {
	const path = join(projectRoot, page);
	const text = readFileSync(path, 'utf8');
	const begin = `<!-- begin ${name} -->`;
	const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- end ${name} -->`)];
	if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}`);
	writeFileSync(path, `${text.slice(0, from)}${begin}\n\n${blocks.join('\n\n')}\n\n${text.slice(to)}`);
}

/** A table as Prettier writes it. @param align of the columns after the first */
export function table(
	head: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
	align: 'left' | 'right' = 'right',
): string {
	const widths = head.map((_, column) =>
		Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
	);
	const isLeft = (column: number) => column === 0 || align === 'left';
	const padded = (cell: string, column: number) =>
		isLeft(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
	const rule = widths.map((width, column) =>
		isLeft(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
	);
	return [head.map(padded), rule, ...rows.map((row) => row.map(padded))]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** Today, such as `2026-01-31`. */
export const today = () => new Date().toISOString().slice(0, 10);
