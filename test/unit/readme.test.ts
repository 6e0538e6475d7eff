import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from '@jest/globals';

import { projectFiles } from '../../dev/projectFiles';
import { readMarkdown, readProjectFile } from '../support/markdown';

/** The one in Chinese is in docs/, since npm packs every README beside package.json. */
const TRANSLATED = ['README.md', 'docs/README.zh-CN.md'];
const pages = projectFiles('*.md');
const files = new Set(projectFiles());

function isUrl(link: string): boolean {
	return /^https?:/.test(link);
}

/** A relative link of a page, from the root of the project. */
function resolved(link: string, page: string): string {
	return isUrl(link) || link.startsWith('#') ? link : join(dirname(page), link);
}

describe('the README in Chinese says what the one in English says', () => {
	const [english, chinese] = TRANSLATED.map(readMarkdown);

	test('with the same headings, tables, lists and callouts', () => {
		expect(chinese?.outline).toEqual(english?.outline);
	});

	test('with the same code', () => {
		expect(chinese?.blocks).toEqual(english?.blocks);
		expect(chinese?.inlineCode.sort()).toEqual(english?.inlineCode.sort());
	});

	test('with the same links and images', () => {
		const [inEnglish, inChinese] = TRANSLATED.map((path) => {
			const { links, anchors } = readMarkdown(path);
			return links.map((link) => withoutLanguage(resolved(link, path), anchors)).sort();
		});
		expect(inChinese).toEqual(inEnglish);
	});

	/** Translations link to each other, to headings of their own, and to Huawei's pages in their language. */
	function withoutLanguage(link: string, anchors: readonly string[]): string {
		if (TRANSLATED.includes(link)) return 'the other language';
		if (link.startsWith('#')) return `heading ${anchors.indexOf(link.slice(1))}`;
		return link.replace('huaweicloud.com/intl/en-us/', 'huaweicloud.com/');
	}
});

describe('links lead somewhere', () => {
	test.each(pages)('in %s', (page) => {
		const relative = readMarkdown(page).links.filter((link) => !isUrl(link));
		const broken = relative.filter((link) => {
			const [path, anchor] = resolved(link, page).split('#');
			const target = path || page;
			return !files.has(target) || (anchor !== undefined && !readMarkdown(target).anchors.includes(anchor));
		});
		expect(broken).toEqual([]);
	});

	test('from the credential and the codex file to the README', () => {
		const homepage: string = JSON.parse(readProjectFile('package.json')).homepage;
		const [repository = ''] = homepage.split('#');
		const anchors = projectFiles('credentials/*.ts', 'nodes/**/*.json').flatMap((file) =>
			readProjectFile(file)
				.split(`${repository}#`)
				.slice(1)
				.map((rest) => rest.split(/['"]/)[0]),
		);
		expect(anchors).toContain('credential');
		// `readme` is GitHub's own.
		expect(['readme', ...readMarkdown('README.md').anchors]).toEqual(expect.arrayContaining(anchors));
	});
});
