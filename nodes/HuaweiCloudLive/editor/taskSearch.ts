import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { readTaskRegion } from '../../shared/identifiers';
import { PAGE_SIZE } from '../../../huawei-cloud/live/list';
import { nameOf } from '../../../huawei-cloud/live/page';
import type { RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { ListError, SEARCH_SETTINGS, searchList } from '../../shared/listSearch';

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
			if (outcome.kind === 'error') throw new ListError(outcome);
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
 * A task as the list names it: `camera-3, 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69, push.example.com/live/camera-3 ←
 * rtmp://pull.example.com/a`. n8n cuts off what doesn't fit, so what tells tasks apart comes first. n8n also keeps the name
 * after a task was picked, so it holds no status or time, which would be outdated.
 */
function describe(task: RelayTask): string {
	const target = targetOf(task);
	const { source_urls } = task;
	const [source = 'no source', ...more] = Array.isArray(source_urls) ? source_urls.map(String) : [];
	return [
		...(target === '' ? [] : [shortened(lastPart(target), MAX_STREAM_LENGTH)]),
		task.task_id,
		`${target} ← ${source}${more.length > 0 ? ` and ${more.length} more` : ''}`.trim(),
	].join(', ');
}

/** Leaves room for the beginning of the ID. */
const MAX_STREAM_LENGTH = 20;

/** Long text without its middle: the names of a series differ at the end. */
function shortened(text: string, maxLength: number): string {
	const characters = [...text];
	if (characters.length <= maxLength) return text;
	const tail = Math.floor((maxLength - 1) / 2);
	return `${characters.slice(0, maxLength - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** Where a task pushes to: `push.example.com/live/camera-3`, or a URL. */
function targetOf({ domain, app_name, stream_name, destination_url }: RelayTask): string {
	const parts = [domain, app_name, stream_name].map(nameOf).filter((part) => part !== undefined);
	return parts.length > 0 ? parts.join('/') : (nameOf(destination_url) ?? '');
}

/** The stream's name in a target, without the arguments of a URL. */
function lastPart(target: string): string {
	const [path = ''] = target.split(/[?#]/, 1);
	const parts = path.split('/').filter((part) => part !== '');
	return parts.at(-1) ?? '';
}
