import type { Clock } from '../../huawei-cloud/http/clock';
import { codeIn, isSilence, listIn, type Json, type Seen } from './answer';
import { TASKS, type Request } from './caller';

export const DAY_MS = 24 * 60 * 60 * 1000;
/** When a task of ours starts, after it is made: it is gone long before. */
const STARTS_AFTER_MS = 6 * DAY_MS;
/** The most that can be moved towards now. */
const EARLIEST_START_MS = 5 * DAY_MS;
const LASTS_MS = 60 * 60 * 1000;

/**
 * How long to wait before each look for what is left. A task whose making was not answered may come late, so it is taken for
 * never made only when none of the looks finds it.
 */
const PAUSES_MS = [0, 1000, 2000, 5000, 10_000, 20_000];
const PAGE = 100;
const MOST_PAGES = 200;

/** Sends a request, whatever comes back. */
export type Send = (request: Request) => Promise<Seen>;

/** What became of the tasks that were made. */
export interface Remains {
	/** Tasks that could not be deleted. */
	left: string[];
	/** Whether there may be one more, whose ID is not known. */
	unsure: boolean;
}

/**
 * The tasks that the suite makes, never more than one at a time. They are known by the name of their stream, which no
 * other task has, and by the ID that the service gave them.
 */
export class OwnTasks {
	/** The ID of the task that there is now. */
	current: string | undefined;
	private readonly ids = new Set<string>();
	private readonly gone = new Set<string>();
	private creation: 'none' | 'open' | 'answered' = 'none';

	/** @param marker the name of the stream */
	constructor(
		readonly marker: string,
		private readonly clock: Clock,
		/** Where tasks push to: an ingest domain and an app, or nowhere. */
		private readonly target: { domain: string; app_name: string } | undefined,
	) {}

	/** For the guard: no task is made while there is one, or may be one. */
	useCreation(body: Json): boolean {
		if (!this.isMarked(body) || this.creation === 'open' || this.unfinished().length > 0) return false;
		this.creation = 'open';
		return true;
	}

	/** For the guard. */
	isOwn(taskId: string): boolean {
		return this.ids.has(taskId);
	}

	/** For the guard, in milliseconds since the epoch. */
	earliestStart(): number {
		return this.clock.now() + EARLIEST_START_MS;
	}

	/** A task that plays a file that does not exist, to nowhere, for an hour, in six days. */
	body(): Json {
		return {
			source_type: 'PullVodPushLive',
			source_urls: ['https://conformance.invalid/nothing.mp4'],
			...(this.target
				? { ...this.target, stream_name: this.marker }
				: { destination_url: `rtmp://conformance.invalid/live/${this.marker}` }),
			start_time: this.time(0),
			end_time: this.time(LASTS_MS),
			vod_loop_time: '-1',
		};
	}

	/** A moment so long after the start of a task that is made now, in the documented form. */
	time(afterStartMs: number): string {
		return isoSeconds(this.clock.now() + STARTS_AFTER_MS + afterStartMs);
	}

	/**
	 * Makes a task.
	 * @param ask sends the request that makes it, and `send` the one that looks whether it is ours
	 */
	async create(ask: Send, send: Send, body: Json): Promise<Seen> {
		const seen = await ask({ method: 'POST', path: TASKS, body });
		const id = idIn(seen);
		if (isRefusal(seen)) this.creation = 'none';
		if (id === undefined || (await this.isOfOthers(send, id))) return seen;
		this.creation = 'answered';
		this.ids.add(id);
		this.current = id;
		return seen;
	}

	/** To be told when the service says that it deleted a task of ours. */
	noteDeleted(id: string): void {
		this.gone.add(id);
		if (this.current === id) this.current = undefined;
	}

	/** Deletes all that was made, found by ID and by name, until nothing is found any more. */
	async cleanUp(send: Send): Promise<Remains> {
		if (this.creation === 'none' && this.ids.size === 0) return { left: [], unsure: false };
		let emptyLooks = 0;
		let isAwaited = this.creation === 'open';
		for (const pause of PAUSES_MS) {
			if (pause > 0) await this.clock.sleep(pause);
			const found = await this.find(send);
			for (const id of found ?? []) {
				this.ids.add(id);
				this.gone.delete(id);
			}
			if (found && found.length > 0) isAwaited = false;
			emptyLooks = found?.length === 0 ? emptyLooks + 1 : 0;
			for (const id of this.unfinished()) await this.delete(send, id);
			const needed = isAwaited ? PAUSES_MS.length : 1;
			if (this.unfinished().length === 0 && emptyLooks >= needed) return { left: [], unsure: false };
		}
		return { left: this.unfinished(), unsure: isAwaited };
	}

	/** Whether a task, as it is listed or sent, is one of ours. */
	isMarked({ stream_name, destination_url }: Json): boolean {
		return (
			stream_name === this.marker ||
			(typeof destination_url === 'string' && destination_url.endsWith(`/${this.marker}`))
		);
	}

	private unfinished(): string[] {
		return [...this.ids].filter((id) => !this.gone.has(id));
	}

	private async delete(send: Send, id: string): Promise<void> {
		const seen = await send({ method: 'DELETE', path: TASKS, query: { task_id: id } });
		if (isGone(seen)) this.noteDeleted(id);
	}

	/** Whether the service lists this ID as that of a task which is not ours: then its answer was for someone else. */
	private async isOfOthers(send: Send, id: string): Promise<boolean> {
		const listed = await send({ method: 'GET', path: TASKS, query: { task_id: id } });
		const named = listIn(listed, 'task_infos').filter(({ task_id }) => task_id === id);
		return named.some((task) => !this.isMarked(task));
	}

	/** The IDs of all tasks in the list that are ours; undefined when the list can't be read to its end. */
	private async find(send: Send): Promise<string[] | undefined> {
		const seenIds = new Set<string>();
		const own: string[] = [];
		for (let page = 0; page < MOST_PAGES; page++) {
			const query = { offset: seenIds.size, limit: PAGE };
			const seen = await send({ method: 'GET', path: TASKS, query });
			if (isSilence(seen) || seen.status !== 200 || !seen.json) return undefined;
			const fresh = listIn(seen, 'task_infos').filter(({ task_id }) => !seenIds.has(String(task_id)));
			if (fresh.length === 0) return own;
			for (const task of fresh) {
				seenIds.add(String(task.task_id));
				if (this.isMarked(task) && typeof task.task_id === 'string') own.push(task.task_id);
			}
		}
		return undefined;
	}
}

/** `2006-01-02T15:04:05Z`, as documented. */
export function isoSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function idIn(seen: Seen): string | undefined {
	const id = isSilence(seen) || seen.status >= 300 ? undefined : seen.json?.task_id;
	return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Whether the service itself says that nothing was made. */
function isRefusal(seen: Seen): boolean {
	return !isSilence(seen) && seen.status >= 400 && seen.status < 500 && codeIn(seen) !== '';
}

/** Whether the service itself says that there is no such task, now or ever. */
function isGone(seen: Seen): boolean {
	if (isSilence(seen)) return false;
	if (seen.status === 404) return codeIn(seen).startsWith('LIVE.');
	return seen.status === 200 && (seen.json?.task_id !== undefined || seen.json?.request_id !== undefined);
}
