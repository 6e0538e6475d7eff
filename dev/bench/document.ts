import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';

const DOCUMENT = resolve(__dirname, '../../docs/benchmarks.md');

/** Replaces what stands between the markers of a section; the prose around them is written by hand. */
export function writeSection(name: string, ...blocks: readonly string[]): void {
	const text = readFileSync(DOCUMENT, 'utf8');
	const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
	const [from, to] = [text.indexOf(begin), text.indexOf(end)];
	if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for ${name}`);
	const section = [begin, ...blocks, machine(), ''].join('\n\n');
	writeFileSync(DOCUMENT, text.slice(0, from) + section + text.slice(to));
}

/**
 * A measured value, in Markdown.
 * @param isReached whether it is what is aimed at; where it is not, it links to the reasons
 */
export function measured(text: string, isReached: boolean): string {
	return isReached ? text : `[${text}](#what-is-not-reached)`;
}

/** A table as Prettier writes it. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const widths = head.map((_, column) =>
		Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
	const rule = widths.map((width, column) =>
		column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
	);
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function machine(): string {
	const day = new Date().toISOString().slice(0, 10);
	return `_${day}, Node.js ${process.versions.node}, ${cpus().length} cores._`;
}
