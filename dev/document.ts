import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { projectRoot } from './projectFiles';

/** Writes a file as Prettier formats it. */
export async function writeFormatted(path: string, text: string): Promise<void> {
	writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** Replaces a section of a page; the prose around it is written by hand. */
export async function writeSection(page: string, name: string, ...blocks: readonly string[]): Promise<void> {
	const path = join(projectRoot, page);
	const text = readFileSync(path, 'utf8');
	const begin = `<!-- begin ${name} -->`;
	const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- end ${name} -->`)];
	if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}`);
	const section = `${begin}\n\n${blocks.join('\n\n')}\n\n`;
	await writeFormatted(path, text.slice(0, from) + section + text.slice(to));
}

/** A table in Markdown. The columns after the first are aligned to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const rules = head.map((_, column) => (column === 0 ? '---' : '---:'));
	return [head, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Today, such as `2026-01-31`. */
export const today = () => new Date().toISOString().slice(0, 10);
