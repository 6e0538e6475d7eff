import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { readTaskRegion } from '../../shared/identifiers';
import { PAGE_SIZE } from '../../../huawei-cloud/live/list';
import { nameOf } from '../../../huawei-cloud/live/page';
import type { RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { InputError } from '../../shared/inputError';
import { SEARCH_SETTINGS, searchList } from '../../shared/listSearch';

/** How many pages one search may read, when few tasks match the typed text. */
const MAX_PAGES = 20;

/**
 * The From List mode of the task locator.
 * @param filter the typed text, which the ID, the status, the stream, a source or the destination must contain
 * @param paginationToken the offset that the previous page returned
 * @returns one entry per task
 */
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
			const outcome = await live.relayTasks.page(query, SEARCH_SETTINGS);
			if (outcome.kind === 'error') throw new InputError(outcome.message, outcome.hint, outcome.statusCode);
			// Only a page without tasks shows the end: totals and page lengths are not reliable.
			if (outcome.kind === 'notFound' || outcome.value.size === 0) return { results: [] };
			offset += outcome.value.size;
			// Before names are shortened: a part of a secret may not look like one.
			const found = redactor.redact(outcome.value.entries.filter((task) => textOf(task).includes(wanted)));
			const results = found.map((task) => ({ name: describe(task), value: task.task_id }));
			if (results.length > 0) return { results, paginationToken: String(offset) };
		}
		return { results: [], paginationToken: String(offset) };
	});
}

/** The fields that are searched for the typed text. */
const SEARCHED = ['task_id', 'status', 'stream_name', 'app_name', 'domain', 'destination_url', 'source_urls'];

function textOf(task: RelayTask): string {
	return SEARCHED.map((name) => task[name])
		.join('\n')
		.toLowerCase();
}

/**
 * A task as the list names it: `camera-3 ← pull.example.com/live, push.example.com/live, 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69`.
 * The stream's name appears once, at the beginning. n8n shows only this text, cuts off what doesn't fit, and keeps it after
 * the task is picked, so it holds no status or time, which would be outdated, and no arguments, which may be keys.
 */
function describe({
	task_id,
	domain,
	app_name,
	stream_name,
	destination_url,
	source_urls,
}: RelayTask): string {
	const names = [domain, app_name, stream_name].map(nameOf).filter((name) => name !== undefined);
	const target = names.length > 0 ? names.join('/') : placeIn(destination_url);
	const end = target.lastIndexOf('/');
	const stream = target.slice(end + 1);
	const [source = 'no source', ...more] = Array.isArray(source_urls) ? source_urls.map(placeIn) : [];
	const folder = source.endsWith(`/${stream}`) ? source.slice(0, -stream.length - 1) : source;
	const sources = `${folder}${more.length > 0 ? ` and ${more.length} more` : ''}`;
	const parts = [`${shortened(stream)} ← ${sources}`.trim(), target.slice(0, Math.max(end, 0)), task_id];
	return parts.filter((part) => part !== '').join(', ');
}

/** Leaves room for the source. */
const MAX_STREAM_LENGTH = 20;

/** A long name without its middle: the names of a series differ at the end. */
function shortened(name: string): string {
	const characters = [...name];
	if (characters.length <= MAX_STREAM_LENGTH) return name;
	return `${characters.slice(0, 10).join('')}…${characters.slice(-9).join('')}`;
}

/** A URL without its scheme and its arguments. */
function placeIn(url: unknown): string {
	const [place = ''] = String(url ?? '').split(/[?#]/, 1);
	return place.slice(place.indexOf('://') + 1).replace(/^\/+|\/$/g, '');
}
