import { expect, test } from '@jest/globals';

import { readProjectFile } from '../support/markdown';

/** SECURITY.md promises tests: they have to be there. */
const promised = [
	...readProjectFile('SECURITY.md').matchAll(/\]\((test\/[^)]+\.test\.ts)\): _(.+?)_(?=<br>| +\|)/g),
].map(([, file = '', title = '']) => ({ file, title }));

test('every threat names a test', () => {
	const threats = readProjectFile('SECURITY.md')
		.split('| threat ')[1]
		?.split('\n')
		.filter((line) => /^\| (\*\*|…)/.test(line));
	expect(threats?.length).toBeGreaterThan(15);
	expect(threats?.filter((threat) => !threat.includes('.test.ts): _'))).toEqual([]);
});

test.each(promised)('there is $file: $title', ({ file, title }) => {
	const named = [
		...readProjectFile(file).matchAll(/^\s*(?:test(?:\.each\([\s\S]*?\))?\(\s*|\]\)\(\s*)(['"`])(.+?)\1,/gm),
	];
	expect(named.map(([, , name]) => name)).toContain(title);
});
