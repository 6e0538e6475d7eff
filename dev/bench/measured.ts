import { cpus } from 'node:os';

import { today, writeSection } from '../document';

/** Replaces a section of the benchmarks, and says when and where it was measured. */
export function writeMeasured(name: string, ...blocks: readonly string[]): void {
	const machine = `_${today()}, Node.js ${process.versions.node}, ${cpus().length} cores._`;
	writeSection('docs/benchmarks.md', name, ...blocks, machine);
}

/**
 * A measured value, in Markdown.
 * @param isReached whether it is what is aimed at; where it is not, it links to the reasons
 */
export function measured(text: string, isReached: boolean): string {
	return isReached ? text : `[${text}](#what-is-not-reached)`;
}
