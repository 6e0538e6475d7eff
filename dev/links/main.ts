import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';

/** `npm run links`: asks every page of another site that the docs, the forms and the credential link to whether it is there. */

const PLACES = ['*.md', 'nodes/**/*.node.json', 'credentials/*.ts', '.github', 'package.json'];
const TIMEOUT_MS = 20_000;
const AT_ONCE = 4;
/** They answer programs with a refusal, and browsers with the page. */
const REFUSES_PROGRAMS = [401, 403, 429];

/** The addresses that are linked to, without their anchors, and where. */
function linksByUrl(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const file of projectFiles(...PLACES)) {
		const text = readFileSync(join(projectRoot, file), 'utf8');
		for (const [link] of text.matchAll(/https:\/\/[\w.-]+\.[a-z]{2,}[^\s)"'`<>…{]*/g)) {
			const [url = ''] = link.replace(/[.,;:]+$/, '').split('#');
			if (isExample(url)) continue;
			found.set(url, [...(found.get(url) ?? []), file]);
		}
	}
	return found;
}

function isExample(url: string): boolean {
	const { hostname } = new URL(url);
	return /\.?example\.com$|\.example$|\.myhuaweicloud\.(com|eu)$/.test(hostname);
}

/** @returns what is wrong with an address; undefined when it leads somewhere */
async function faultOf(url: string): Promise<string | undefined> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
		await response.body?.cancel();
		return response.ok || REFUSES_PROGRAMS.includes(response.status) ? undefined : `${response.status}`;
	} catch (error) {
		const cause = error instanceof Error ? (error.cause ?? error) : error;
		return cause instanceof Error ? cause.message : String(cause);
	}
}

async function main(): Promise<void> {
	const links = linksByUrl();
	const left = [...links.keys()].sort();
	let broken = 0;
	const worker = async () => {
		for (let url = left.shift(); url !== undefined; url = left.shift()) {
			const fault = await faultOf(url);
			if (fault === undefined) continue;
			broken += 1;
			console.error(`${url}: ${fault}\n  in ${[...new Set(links.get(url))].join(', ')}`);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	console.log(`${links.size} links, ${broken} of them broken.`);
	if (broken > 0) process.exitCode = 1;
}

void main();
