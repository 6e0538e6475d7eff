import { randomBytes, randomUUID } from 'node:crypto';

import type { Clock } from '../../huawei-cloud/http/clock';
import { DAY_MS, isoSeconds } from '../emulator/world';
import type { ConformanceOptions } from './conformance';
import { list, remove, type Send } from './caller';
import { TASKS } from './guard';
import { codeIn, listIn, type Json, type Seen } from './response';

/** From the creation of a task to its start. It is deleted long before. */
const START_DELAY_MS = 6 * DAY_MS;
/** No update may move a start closer than this. */
const MIN_START_DELAY_MS = 5 * DAY_MS;
const DURATION_MS = 60 * 60 * 1000;

/** Before each look of the clean-up. */
const PAUSES_MS = [0, 1000, 2000, 5000, 10_000, 20_000, 20_000, 20_000];
/** Looks in a row that have to show none of our tasks. More when the fate of a creation is unknown: a task may appear late. */
const MIN_EMPTY_LOOKS = 2;
const MIN_EMPTY_LOOKS_WHEN_UNKNOWN = 6;
/** After a creation, before each look for its task. */
const CREATION_PAUSES_MS = [0, 2000, 5000];
const PAGE = 100;
const MAX_PAGES = 200;

/** A task of ours, as a list shows it. */
export interface OwnTask {
	id: string;
	region: string | undefined;
	startTime: string;
}

/** Objects that the clean-up left behind. */
export interface Remains {
	/** Our tasks that are still listed. */
	left: OwnTask[];
	/** True if a creation may have made a task that no list showed. */
	mayBeMore: boolean;
	/** The IDs in the responses to such creations. Nothing proves them ours, so they were left alone. */
	claimed: string[];
}

/** The tasks of the suite: an ID is ours once a list shows it with the marker, and deleted once no list does. */
export class OwnTasks {
	/** Not the credential's. */
	readonly otherRegion: string;
	private readonly clock: Clock;
	/** IDs that a list has shown to be ours, and those made up here. */
	private readonly known = new Set<unknown>();
	private readonly claimed = new Set<string>();
	private readonly regions: Set<string>;
	/** Every task of ours that the last look showed. */
	listed: OwnTask[] = [];
	private creations = 0;
	/** A creation was sent whose task may exist and has not been seen. */
	private isAwaited = false;

	/** @param marker a text that no other task holds: the stream name of ours */
	constructor(
		private readonly options: Pick<ConformanceOptions, 'clock' | 'region' | 'domain'>,
		readonly marker = `conformance-${randomBytes(6).toString('hex')}`,
	) {
		this.clock = options.clock;
		this.regions = new Set([options.region]);
		this.otherRegion = options.region === 'cn-north-4' ? 'ap-southeast-3' : 'cn-north-4';
	}

	/** For the guard: a creation may be sent now, and with this body. Says yes once. */
	useCreation(body: Json): boolean {
		const isLate = Date.parse(String(body.start_time)) >= this.earliestStart();
		if (!isLate || !this.isMarked(body) || this.listed.length > 0 || this.isAwaited) return false;
		this.isAwaited = true;
		this.creations += 1;
		return true;
	}

	/** For the guard: a task that was seen to be ours, or an ID that was made up here. */
	mayChange(taskId: unknown): boolean {
		return this.known.has(taskId);
	}

	/** For the guard, in milliseconds since the epoch. */
	earliestStart(): number {
		return this.clock.now() + MIN_START_DELAY_MS;
	}

	/** An ID that no task has. */
	unknownId(form: 'uuid' | 'malformed'): string {
		const id = form === 'uuid' ? randomUUID() : `${this.marker} is/no%ID`;
		this.known.add(id);
		return id;
	}

	/** A task that plays a file that does not exist, to nowhere, for an hour, in six days. */
	body(): Json {
		const { domain } = this.options;
		const stream_name = `${this.marker}-${this.creations + 1}`;
		return {
			source_type: 'PullVodPushLive',
			source_urls: ['https://conformance.invalid/nothing.mp4'],
			...(domain === undefined
				? { destination_url: `rtmp://conformance.invalid/live/${stream_name}` }
				: { domain, app_name: 'live', stream_name }),
			start_time: this.time(0),
			end_time: this.time(DURATION_MS),
			vod_loop_time: '-1',
		};
	}

	/** A moment after the start of a task that is created now, in the documented form. */
	time(afterStartMs: number): string {
		return isoSeconds(this.clock.now() + START_DELAY_MS + afterStartMs);
	}

	/** Creates a task with `ask`, and looks for it with `send` unless the creation was rejected. */
	async create(ask: Send, send: Send, body: Json): Promise<Seen> {
		if (typeof body.region === 'string') this.regions.add(body.region);
		const response = await ask({ method: 'POST', path: TASKS, body });
		if (isRejection(response)) {
			// The clean-up still looks for it.
			this.isAwaited = false;
			return response;
		}
		const id = response.json?.task_id;
		if (typeof id === 'string' && id !== '') this.claimed.add(id);
		for (const pause of CREATION_PAUSES_MS) {
			await this.clock.sleep(pause);
			await this.look(send);
			if (this.listed.length > 0) break;
		}
		return response;
	}

	/** Reads the lists of all tasks, of each region in question and of each ID. @returns whether all were read to their end */
	async look(send: Send): Promise<boolean> {
		const ids = new Set([...this.claimed, ...this.listed.map(({ id }) => id)]);
		const queries: Array<Record<string, string>> = [
			{},
			...[...this.regions].map((region) => ({ region })),
			...[...ids].map((task_id) => ({ task_id })),
		];
		const found: OwnTask[] = [];
		let isComplete = true;
		for (const query of queries) {
			isComplete = (await this.readList(send, query, found)) && isComplete;
		}
		for (const { id, region } of found) {
			if (!this.known.has(id)) this.isAwaited = false;
			this.known.add(id);
			this.claimed.delete(id);
			if (region !== undefined) this.regions.add(region);
		}
		const shown = isComplete ? found : [...this.listed, ...found];
		this.listed = [...new Map(shown.map((task) => [task.id, task])).values()];
		return isComplete;
	}

	/** Deletes everything it created until no list shows any of it. */
	async cleanUp(send: Send): Promise<Remains> {
		if (this.creations === 0) return { left: [], mayBeMore: false, claimed: [] };
		let emptyLooks = 0;
		for (const [round, pause] of PAUSES_MS.entries()) {
			await this.clock.sleep(pause);
			const isComplete = await this.look(send);
			emptyLooks = isComplete && this.listed.length === 0 ? emptyLooks + 1 : 0;
			for (const { id, region } of this.listed) {
				// A service that names a region may want it, or may not take it.
				await send(remove({ task_id: id, ...(region !== undefined && round % 2 === 0 && { region }) }));
			}
			const needed = this.isAwaited ? MIN_EMPTY_LOOKS_WHEN_UNKNOWN : MIN_EMPTY_LOOKS;
			if (emptyLooks >= needed) return this.remains(this.isAwaited && this.claimed.size > 0);
		}
		return this.remains(this.isAwaited || this.listed.length === 0);
	}

	/** True once no task of ours is left and none may appear, so that the next can be created. */
	async isFree(send: Send): Promise<boolean> {
		if (this.listed.length === 0 && !this.isAwaited) return true;
		const { left, mayBeMore } = await this.cleanUp(send);
		return left.length === 0 && !mayBeMore;
	}

	/** Adds our tasks in a list to `found`. @returns whether it was read to its end */
	private async readList(send: Send, query: Record<string, string>, found: OwnTask[]): Promise<boolean> {
		const ids = new Set<unknown>();
		for (let page = 0; page < MAX_PAGES; page++) {
			const seen = await send(list({ ...query, offset: ids.size, limit: PAGE }));
			if (isNothing(seen, query.region !== undefined)) return true;
			if (seen.status !== 200 || !seen.json) return false;
			const entries = listIn(seen, 'task_infos');
			const fresh = entries.filter(({ task_id }) => !ids.has(task_id));
			for (const task of fresh) {
				ids.add(task.task_id);
				if (!this.isMarked(task)) continue;
				const { task_id: id, region, start_time } = task;
				// A number may have lost digits, and be another's by now.
				if (typeof id !== 'string') return false;
				found.push({
					id,
					region: typeof region === 'string' && region !== '' ? region : undefined,
					startTime: String(start_time ?? 'at an unknown time'),
				});
			}
			if (fresh.length > 0) continue;
			// An empty list is the end. No list, or old entries only: then the total has to say that nothing is missing.
			const isEmpty = Array.isArray(seen.json.task_infos) && entries.length === 0;
			return isEmpty || ids.size >= Number(seen.json.total);
		}
		return false;
	}

	/** True if a task, as it is listed or sent, is one of ours. */
	isMarked(task: Json): boolean {
		return [task.stream_name, task.destination_url].some(
			(value) => typeof value === 'string' && value.includes(this.marker),
		);
	}

	private remains(mayBeMore: boolean): Remains {
		// Unless something may be left, the next creation is free to go.
		this.isAwaited = mayBeMore;
		return { left: this.listed, mayBeMore, claimed: mayBeMore ? [...this.claimed] : [] };
	}
}

/** The service itself says that there is nothing to list: 404; for a region it does not know, maybe 400. */
function isNothing(seen: Seen, hasRegion: boolean): boolean {
	return codeIn(seen).startsWith('LIVE.') && (seen.status === 404 || (seen.status === 400 && hasRegion));
}

/** The service itself says that nothing was created. */
function isRejection(seen: Seen): boolean {
	return seen.status >= 400 && seen.status < 500 && codeIn(seen) !== '';
}
