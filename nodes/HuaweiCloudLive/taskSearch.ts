import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { InputError } from './inputError';
import { readTaskRegion } from './relayTask/input';
import { PAGE_SIZE, type RelayTask, type RelayTasks } from '../../huawei-cloud/live/relayTasks';
import { connect } from '../../n8n/connection';

const SETTINGS: CallSettings = { maxRetries: 1, timeout: 10_000 };

/** How many pages one search may read, when few tasks match the typed text. */
const MOST_PAGES = 20;

/**
 * The From List mode of the task locator.
 * @param filter the typed text, which the ID, the stream name, a source or the target must contain
 * @param paginationToken the offset that the previous page returned
 * @returns one entry per task; when the tasks can't be listed, one entry that says why
 */
export async function searchRelayTasks(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	try {
		const region = readTaskRegion(this.getCurrentNodeParameter('region') ?? '');
		const relayTasks = await connect(this);
		return await search(relayTasks, region, filter, Number(paginationToken), this.getTimezone());
	} catch (error) {
		const isOurs = error instanceof CredentialError || error instanceof InputError;
		return problem(isOurs ? `${error.message} ${error.hint}` : 'The tasks could not be listed.');
	}
}

async function search(
	relayTasks: RelayTasks,
	region: string | undefined,
	filter: string,
	from: number,
	timeZone: string,
): Promise<INodeListSearchResult> {
	const wanted = filter.trim().toLowerCase();
	const found: RelayTask[] = [];
	const seen = new Set<string>();
	let offset = Number.isInteger(from) && from > 0 ? from : 0;
	for (let pages = 0; pages < MOST_PAGES; pages++) {
		const outcome = await relayTasks.page(
			{ region, offset: String(offset), limit: String(PAGE_SIZE) },
			SETTINGS,
		);
		if (outcome.kind === 'error') return problem(`${outcome.message} ${outcome.hint}`);
		if (outcome.kind === 'notFound') return toResult(found, timeZone);
		const { tasks, size } = outcome.page;
		const news = tasks.filter(({ task_id }) => !seen.has(task_id));
		for (const { task_id } of news) seen.add(task_id);
		found.push(...news.filter((task) => textOf(task).includes(wanted)));
		offset += size;
		// Only a page without new tasks shows the end: totals and page lengths are not reliable.
		if (news.length === 0) return toResult(found, timeZone);
		if (found.length > 0) break;
	}
	return { ...toResult(found, timeZone), paginationToken: String(offset) };
}

function toResult(tasks: readonly RelayTask[], timeZone: string): INodeListSearchResult {
	return { results: tasks.map((task) => ({ name: describe(task, timeZone), value: task.task_id })) };
}

/** An entry in place of the tasks. Choosing it chooses no task. */
function problem(message: string): INodeListSearchResult {
	return { results: [{ name: message, value: '' }] };
}

function textOf(task: RelayTask): string {
	const { task_id, stream_name, app_name, domain, destination_url, source_urls } = task;
	return [task_id, stream_name, app_name, domain, destination_url, ...listOf(source_urls)]
		.join('\n')
		.toLowerCase();
}

/** How a person recognises a task: `live/camera-3 ← rtmp://pull.example.com/a, running, ends 2026-01-31 18:00`. */
function describe(task: RelayTask, timeZone: string): string {
	const [source = 'no source', ...more] = listOf(task.source_urls);
	const parts = [
		`${targetOf(task)} ← ${source}${more.length > 0 ? ` and ${more.length} more` : ''}`,
		...(typeof task.status === 'string' ? [task.status] : []),
	];
	const end = Date.parse(String(task.end_time));
	if (!Number.isNaN(end)) parts.push(`ends ${localTime(end, timeZone)}`);
	return parts.join(', ');
}

/** `2026-01-31 18:00`, in a time zone. */
function localTime(ms: number, timeZone: string): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(ms);
}

function targetOf({ app_name, stream_name, destination_url, task_id }: RelayTask): string {
	const stream = [app_name, stream_name].filter((part) => typeof part === 'string' && part !== '').join('/');
	if (stream !== '') return stream;
	return typeof destination_url === 'string' && destination_url !== '' ? destination_url : task_id;
}

function listOf(value: unknown): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}
