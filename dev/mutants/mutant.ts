import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';

/** One change to the code that would hurt a user. */
export interface Mutant {
	/** A shipped file. */
	file: string;
	/** Occurs once in the file. */
	search: string;
	replace: string;
	/** The damage that a user would see. */
	why: string;
	/** The tests that should notice, such as `unit/transport`. */
	tests: readonly string[];
}

const HEADING = /^## (\S+): (.+)$/;

/** The changes in `mutants.txt`, whose first lines explain its format. */
export function readMutants(): Mutant[] {
	const lines = readFileSync(join(__dirname, 'mutants.txt'), 'utf8').split('\n');
	const mutants: Mutant[] = [];
	let file = '';
	let tests: string[] = [];
	let current: { why: string; search: string[]; replace: string[] } | undefined;
	const finish = () => {
		if (!current) return;
		const { why, search, replace } = current;
		const [, reason = why, own] = /^(.+) \[(.+)\]$/.exec(why) ?? [];
		mutants.push({
			file,
			why: reason,
			tests: own?.split(' ') ?? tests,
			search: search.join('\n'),
			replace: replace.join('\n'),
		});
		current = undefined;
	};
	for (const line of lines) {
		const [, name, testNames] = HEADING.exec(line) ?? [];
		if (line === '' || name !== undefined) finish();
		if (name !== undefined && testNames !== undefined) [file, tests] = [name, testNames.split(' ')];
		else if (line.startsWith('- ')) current?.search.push(line.slice(2));
		else if (line.startsWith('+ ')) current?.replace.push(line.slice(2));
		else if (line !== '' && file !== '') current = { why: line, search: [], replace: [] };
	}
	finish();
	return mutants;
}

/** The file with the change; undefined if the text to replace is not there exactly once. */
export function apply({ file, search, replace }: Mutant): string | undefined {
	const path = join(projectRoot, file);
	const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
	return search !== '' && source.split(search).length === 2
		? source.replace(search, () => replace)
		: undefined;
}
