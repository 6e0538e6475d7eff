import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';

/** One change to the code that would hurt a user. */
export interface Mutant {
	/** A shipped file. */
	file: string;
	/** The changed file; undefined if the text to replace is not there exactly once. */
	source: string | undefined;
	/** The damage that a user would see. */
	why: string;
	/** The tests that should notice, such as `unit/transport`. */
	tests: readonly string[];
}

/** The changes in `mutants.txt`, whose first lines explain its format. */
export function readMutants(): Mutant[] {
	const text = readFileSync(join(__dirname, 'mutants.txt'), 'utf8');
	return text
		.split(/^## /m)
		.slice(1)
		.flatMap((section) => {
			const [heading = '', ...blocks] = section.split(/\n+(?![-+] )/).filter((block) => block.trim() !== '');
			const [file = '', tests = ''] = heading.split(': ');
			return blocks.map((block) => {
				const [first = '', ...lines] = block.split('\n');
				const [, why = first, own = tests] = /^(.+) \[(.+)\]$/.exec(first) ?? [];
				const marked = (mark: string) =>
					lines
						.filter((line) => line.startsWith(mark))
						.map((line) => line.slice(2))
						.join('\n');
				return { file, why, tests: own.split(' '), source: changed(file, marked('- '), marked('+ ')) };
			});
		});
}

function changed(file: string, search: string, replace: string): string | undefined {
	const path = join(projectRoot, file);
	const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
	return search !== '' && source.split(search).length === 2
		? source.replace(search, () => replace)
		: undefined;
}
