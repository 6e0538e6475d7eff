import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../../dev/projectFiles';

/** A Markdown file of the project, as far as tests look at it. */
export interface MarkdownFile {
	/** Headings, table rows, list items and callouts: what each line begins with, in order. */
	outline: string[];
	/** The anchors of the headings, in order. */
	anchors: string[];
	/** Blocks of code, without the comments of a shell. */
	blocks: string[];
	/** Code within sentences. */
	inlineCode: string[];
	/** Targets of links and images, as written. */
	links: string[];
}

export function readProjectFile(path: string): string {
	return readFileSync(join(projectRoot, path), 'utf8');
}

export function readMarkdown(path: string): MarkdownFile {
	return parseMarkdown(readProjectFile(path));
}

export function parseMarkdown(text: string): MarkdownFile {
	const blocks: string[] = [];
	const inlineCode: string[] = [];
	const prose = text
		.replace(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm, (_, language: string, code: string) => {
			blocks.push(language === 'sh' ? code.replace(/(^|\s+)#.*$/gm, '') : code);
			return '';
		})
		.replace(/^#+ .+$/gm, (heading) => heading.replaceAll('`', ''))
		.replace(/`([^`\n]+)`/g, (_, code: string) => {
			inlineCode.push(code);
			return '';
		});
	return {
		outline: matches(prose, /^(#+ |\||- |\d+\. |> \[!\w+\])/gm),
		anchors: matches(prose, /^#+ (.+)$/gm).map(anchorOf),
		blocks,
		inlineCode,
		links: matches(prose, /(?:\]\(|\bsrc="|\bsrcset=")([^)"\s]+)/g),
	};
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.replaceAll(' ', '-');
}

function matches(text: string, pattern: RegExp): string[] {
	return [...text.matchAll(pattern)].map(([, match = '']) => match);
}
