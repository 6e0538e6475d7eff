import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { readTaskRegion } from '../../shared/identifiers';
import { CALLS } from '../../../huawei-cloud/live/calls';
import { PAGE_SIZE } from '../../../huawei-cloud/live/list';
import { nameOf } from '../../../huawei-cloud/live/page';
import type { RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { SEARCH_SETTINGS, searchList } from '../../shared/listSearch';

/** How many pages one search may read, when few tasks match the typed text. */
const MAX_PAGES = 20;

/** The From List mode of the task locator: one entry per task that contains the typed text. The token is the next offset. */
export async function searchRelayTasks(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	return await searchList(this, 'relay tasks', async ({ live, redactor }) => {
		const region = readTaskRegion('Task Region', this.getCurrentNodeParameter('options.region') ?? '');
		const wanted = filter.trim().toLowerCase();
		let offset = Number(paginationToken);
		for (let pages = 0; pages < MAX_PAGES; pages++) {
			const query = { region, offset, limit: PAGE_SIZE };
			const outcome = await live.perform(CALLS.listTasks, query, SEARCH_SETTINGS);
			if (outcome.kind === 'error') return outcome;
			// Only a page without tasks shows the end: totals and page lengths are not reliable.
			if (outcome.kind === 'notFound' || outcome.value.size === 0) return { results: [] };
			offset += outcome.value.size;
			// Before tasks are chosen, or a search would find what is removed, and before names are shortened.
			const found = redactor.redact(outcome.value.entries).filter((task) => textOf(task).includes(wanted));
			const results = found.map((task) => ({ name: describe(task), value: task.task_id }));
			if (results.length > 0) return { results, paginationToken: String(offset) };
		}
		return { results: [], paginationToken: String(offset) };
	});
}

const SEARCHED = ['task_id', 'status', 'stream_name', 'app_name', 'domain', 'destination_url', 'source_urls'];

function textOf(task: RelayTask): string {
	const texts = SEARCHED.flatMap((name) => task[name]).map(nameOf);
	return texts.join('\n').toLowerCase();
}

/**
 * A task as the list names it: `camera-3 → push.example.com/live, 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69 ← pull.example.com/live`.
 * The source comes last: n8n cuts off what doesn't fit, and one source may have many targets. n8n keeps the text, so it has
 * no status or time, which would be outdated, and no arguments and no end of a destination URL, which may be keys.
 */
function describe(task: RelayTask): string {
	const { task_id, domain, app_name, stream_name, destination_url, source_urls } = task;
	const [source = '', ...more] = Array.isArray(source_urls) ? source_urls.map(placeIn) : [];
	const places = [domain, app_name].map(nameOf).filter((name) => name !== undefined);
	const target = places.length > 0 ? places.join('/') : folderOf(placeIn(destination_url));
	const stream = nameOf(stream_name) ?? source.slice(source.lastIndexOf('/') + 1);
	const from = source.endsWith(`/${stream}`) ? folderOf(source) : source;
	const sources = `${from || 'no source'}${more.length > 0 ? ` and ${more.length} more` : ''}`;
	return `${shortened(stream)} → ${target === '' ? '' : `${target}, `}${task_id} ← ${sources}`.trim();
}

/** Leaves room for the target. */
const MAX_STREAM_LENGTH = 20;

/** A long name without its middle: the names of a series differ at the end. */
function shortened(name: string): string {
	const characters = [...name];
	if (characters.length <= MAX_STREAM_LENGTH) return name;
	return `${characters.slice(0, 10).join('')}…${characters.slice(-9).join('')}`;
}

/** All but the last part of a place; all of it if there is only a host. */
function folderOf(place: string): string {
	return place.replace(/\/[^/]*$/, '');
}

/** A URL without its scheme and its arguments. */
function placeIn(url: unknown): string {
	const [place = ''] = (nameOf(url) ?? '').split(/[?#]/, 1);
	return place.slice(place.indexOf('://') + 1).replace(/^\/+|\/$/g, '');
}
