import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import type { CallSettings } from '../../../huawei-cloud/call/apiCall';
import { readTaskRegion } from '../input/relayTask';
import { PAGE_SIZE } from '../../../huawei-cloud/live/list';
import type { RelayTask, RelayTasks } from '../../../huawei-cloud/live/relayTasks';
import { connect } from '../../../n8n/connection';
import { LIST_ADVICE, ListError, toSearchError } from '../../shared/searchError';

const SETTINGS: CallSettings = { maxRetries: 1, timeout: 10_000, advice: LIST_ADVICE };

/** How many pages one search may read, when few tasks match the typed text. */
const MAX_PAGES = 20;

/**
 * The From List mode of the task locator.
 * @param filter the typed text, which the ID, the status, the stream, a source or the destination must contain
 * @param paginationToken the offset that the previous page returned
 * @returns one entry per task
 * @throws NodeApiError when the tasks can't be listed: n8n shows it in full, and asks again the next time
 */
export async function searchRelayTasks(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	try {
		const region = readTaskRegion(this.getCurrentNodeParameter('options.region') ?? '');
		const { live, redactor } = await connect(this);
		const { found, next } = await search(live.relayTasks, region, filter, Number(paginationToken));
		// Before they are shortened: a part of a secret may not look like one.
		return {
			...toResult(redactor.redact(found), this.getTimezone()),
			...(next && { paginationToken: next }),
		};
	} catch (error) {
		throw toSearchError(this, error, 'relay tasks');
	}
}

async function search(
	relayTasks: RelayTasks,
	region: string | undefined,
	filter: string,
	from: number,
): Promise<{ found: RelayTask[]; next?: string }> {
	const wanted = filter.trim().toLowerCase();
	const found: RelayTask[] = [];
	const seen = new Set<string>();
	let offset = Number.isInteger(from) && from > 0 ? from : 0;
	for (let pages = 0; pages < MAX_PAGES; pages++) {
		const outcome = await relayTasks.page(
			{ region, offset: String(offset), limit: String(PAGE_SIZE) },
			SETTINGS,
		);
		if (outcome.kind === 'error') throw new ListError(outcome);
		if (outcome.kind === 'notFound') return { found };
		const { entries: tasks, size } = outcome.page;
		const news = tasks.filter(({ task_id }) => !seen.has(task_id));
		for (const { task_id } of news) seen.add(task_id);
		found.push(...news.filter((task) => textOf(task).includes(wanted)));
		offset += size;
		// Only a page without new tasks shows the end: totals and page lengths are not reliable.
		if (news.length === 0) return { found };
		if (found.length > 0) break;
	}
	return { found, next: String(offset) };
}

function toResult(tasks: readonly RelayTask[], timeZone: string): INodeListSearchResult {
	return { results: tasks.map((task) => ({ name: describe(task, timeZone), value: task.task_id })) };
}

function textOf(task: RelayTask): string {
	const { task_id, status, stream_name, app_name, domain, destination_url, source_urls } = task;
	return [task_id, status, stream_name, app_name, domain, destination_url, ...listOf(source_urls)]
		.join('\n')
		.toLowerCase();
}

/**
 * A label to recognize a task by: `camera-3, running, 9a5f8b…69, ends 31 Jan 18:00 Shanghai time,
 * push.example.com/live/camera-3 ← rtmp://pull.example.com/a`. What tells the tasks of one stream apart comes first: n8n cuts
 * off what does not fit into its list, or into the field after a task was picked.
 */
function describe(task: RelayTask, timeZone: string): string {
	const { status, task_id, end_time, source_urls } = task;
	const target = targetOf(task);
	const end = Date.parse(String(end_time));
	const [source = 'no source', ...more] = listOf(source_urls);
	return [
		...(target === '' ? [] : [shortened(lastPart(target), MAX_STREAM_LENGTH)]),
		...(isText(status) ? [status] : []),
		[...task_id].length > MAX_WHOLE_ID_LENGTH ? shortened(task_id, SHORTENED_ID) : task_id,
		...(Number.isNaN(end) ? [] : [`ends ${localTime(end, timeZone)}`]),
		`${target} ← ${source}${more.length > 0 ? ` and ${more.length} more` : ''}`.trim(),
	].join(', ');
}

/** Such that status, ID and end can all be seen in the list at its usual width, and the first two in the field. */
const MAX_STREAM_LENGTH = 12;
const SHORTENED_ID = 9;
/** An ID that a person gave is read as a word; one that a program made is not. */
const MAX_WHOLE_ID_LENGTH = 20;

/** Long text without its middle: names of a series differ at the end, IDs on either side. */
function shortened(text: string, longest: number): string {
	const characters = [...text];
	if (characters.length <= longest) return text;
	const tail = Math.floor((longest - 1) / 3);
	return `${characters.slice(0, longest - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** `31 Jan 18:00 Shanghai time`. A task lasts a week at most, so its year would take the place of its time. */
function localTime(ms: number, timeZone: string): string {
	const format = (options: Intl.DateTimeFormatOptions) =>
		new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(ms);
	const day = format({ day: 'numeric', month: 'short' });
	const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
	return `${day} ${time} ${zoneName(timeZone)}`;
}

/** A zone by its city, as in the settings of the workflow: who reads `GMT-5` has to know whose that is. */
function zoneName(timeZone: string): string {
	const city = timeZone.replace(/^.*\//s, '').replaceAll('_', ' ');
	return timeZone.includes('/') && !timeZone.startsWith('Etc/') ? `${city} time` : city;
}

/** Where a task pushes to: `push.example.com/live/camera-3`, or a URL. */
function targetOf({ domain, app_name, stream_name, destination_url }: RelayTask): string {
	const parts = [domain, app_name, stream_name].filter(isText);
	return parts.length > 0 ? parts.join('/') : isText(destination_url) ? destination_url : '';
}

/** The stream's name in a target, without the arguments of a URL. */
function lastPart(target: string): string {
	const [path = ''] = target.split(/[?#]/, 1);
	return (
		path
			.split('/')
			.filter((part) => part !== '')
			.at(-1) ?? ''
	);
}

function listOf(value: unknown): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
