import { TASKS, type Request } from './caller';
import { codeIn, isMissing, listIn, type Json, type Seen } from './response';

const PAGE = 100;
const MAX_PAGES = 200;

/** Sends a request, whatever comes back. */
export type Send = (request: Request) => Promise<Seen>;

/** A task of ours, as a list shows it. */
export interface OwnTask {
	id: string;
	region: string | undefined;
	startTime: string;
}

/** Our tasks in a list, and whether it was read to its end. */
export async function readMarkedTasks(
	send: Send,
	query: Record<string, string>,
	isMarked: (task: Json) => boolean,
): Promise<{ tasks: OwnTask[]; isWhole: boolean }> {
	const ids = new Set<string>();
	const tasks: OwnTask[] = [];
	for (let page = 0; page < MAX_PAGES; page++) {
		const seen = await send({
			method: 'GET',
			path: TASKS,
			query: { ...query, offset: ids.size, limit: PAGE },
		});
		if (isNothing(seen, query.region !== undefined)) return { tasks, isWhole: true };
		if (isMissing(seen) || seen.status !== 200 || !seen.json) return { tasks, isWhole: false };
		const entries = listIn(seen, 'task_infos');
		const fresh = entries.filter(({ task_id }) => !ids.has(String(task_id)));
		for (const task of fresh) {
			ids.add(String(task.task_id));
			if (!isMarked(task)) continue;
			// A number may have lost digits, and be another's by now.
			if (typeof task.task_id !== 'string') return { tasks, isWhole: false };
			tasks.push(toOwnTask(task));
		}
		if (fresh.length > 0) continue;
		// An empty list is the end. No list, or old entries only: then the total has to say that nothing is missing.
		const isEmpty = Array.isArray(seen.json.task_infos) && entries.length === 0;
		return { tasks, isWhole: isEmpty || ids.size >= Number(seen.json.total) };
	}
	return { tasks, isWhole: false };
}

const toOwnTask = ({ task_id, region, start_time }: Json): OwnTask => ({
	id: String(task_id),
	region: typeof region === 'string' && region !== '' ? region : undefined,
	startTime: String(start_time ?? 'at an unknown time'),
});

/** The service itself says that there is nothing to list: 404; for a region it does not know, maybe 400. */
function isNothing(seen: Seen, hasRegion: boolean): boolean {
	if (isMissing(seen) || !codeIn(seen).startsWith('LIVE.')) return false;
	return seen.status === 404 || (seen.status === 400 && hasRegion);
}
