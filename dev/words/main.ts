import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';

/** `npm run lint` runs this: lists phrases that read as if translated, in code and documentation. */

/** A phrase that this project does not use, and the one to write instead. */
type Phrase = readonly [pattern: RegExp, instead: string];

/** Phrases in any text: code, comments, documentation, and strings that people read. */
const PHRASES: readonly Phrase[] = [
	[/\b(?:leaves?|left|leaving) by\b/gi, 'goes to (an output)'],
	[/\b(?:comes?|came) to nothing\b/gi, 'is empty, fails'],
	[/\bhears? of\b/gi, 'is told, is notified'],
	[/\bwoken\b/gi, 'resumed, notified'],
	[/\bso many\b(?! that)/gi, 'n, this many'],
	[/\ball that\b(?! match)/gi, 'everything, all'],
	[/\b(?:of late|in vain|be it|what there is)\b/gi, 'recently, without success, whether'],
	[/\bis away\b/gi, 'is unavailable'],
	[/\bunder ?way\b/gi, 'in flight, pending'],
	[/\b(?:un)?wired\b|\bwire (?:it|the|up)\b/gi, 'connected, connect (an output)'],
	[/\ba try\b/gi, 'an attempt'],
	[/(?<!<\/?)\bpictures?\b/gi, 'screenshot'],
	[/\b(?:puts?|set) right\b/gi, 'correct'],
	[/\bcalled wrongly\b/gi, 'called with invalid arguments'],
	[/\bgo(?:es)? on unchanged\b/gi, 'keeps running unchanged'],
	[/\brefuses?\b(?! to\b)/gi, 'reject'],
	[/\b(?:is|are|was|were|be|been|a) refused\b/gi, 'rejected'],
	[/\bin place of\b/gi, 'instead of'],
	[/\bfor ever\b/gi, 'forever'],
	[/\ball the same\b/gi, 'anyway, still'],
	[/\bbec[ao]mes? of\b/gi, 'happened to, happens to'],
	[
		/behaviour|flavour|colour|honour|favour|neighbour|\banaly(?:se|sed|sing)\b/gi,
		'American spelling: behavior, flavor, color, honor, analyze',
	],
	[
		/(?:recogni|organi|seriali|normali|initiali|optimi|authori|summari)s(?:es?|ed|ing|ation)\b/gi,
		'American spelling: …ize',
	],
];

/** Phrases in code: the opening of a doc comment, and names of constants. */
const IN_CODE: readonly Phrase[] = [
	[
		/^\s*\/\*\*(?:\n\s*\*)? (?:What|That|So many|So that|Whether|Those|Who)\b/gm,
		'name the thing: "Cancellation that never fires", not "What is never given up"',
	],
	[/\b(?:MOST|LONGEST|FEWEST|SHORTEST|LARGEST|SMALLEST)_[A-Z]\w*/g, 'MAX_…, MIN_…'],
];

const CHECKED = /\.(?:ts|mjs|js|md|json|sh)$/;
/** This list, files that tools write, and documentation that is not in English. */
const EXCLUDED = /^dev\/words\/|^package-lock\.json$|^CHANGELOG\.md$|zh-CN/;

let count = 0;
for (const path of projectFiles().filter((each) => CHECKED.test(each) && !EXCLUDED.test(each))) {
	const text = readFileSync(join(projectRoot, path), 'utf8');
	for (const [pattern, instead] of /\.[mc]?[tj]s$/.test(path) ? [...PHRASES, ...IN_CODE] : PHRASES) {
		for (const { 0: found, index } of text.matchAll(pattern)) {
			count += 1;
			const line = text.slice(0, index + found.length).split('\n').length;
			console.error(`${path}:${line}: ${found.trim()}\n    write: ${instead}`);
		}
	}
}
if (count > 0) {
	console.error(`${count} ${count === 1 ? 'phrase' : 'phrases'} to rewrite`);
	process.exitCode = 1;
}
