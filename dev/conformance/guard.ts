import type { HttpRequest, Transport } from '../../huawei-cloud/http/http';
import type { OwnTasks } from './ownTasks';
import { parseObject, type Json } from './response';

/** A stream that may be forbidden and resumed. */
export interface StreamName {
	domain: string;
	app_name: string;
	stream_name: string;
}

/** Paths after the project ID: of relay tasks, and of forbidden streams. */
export const TASKS = 'pull/stream/task';
export const BLOCKS = 'stream/blocks';

/** The objects that the suite may change. */
export interface Permits {
	/** The credential's. */
	readonly projectId: string;
	/** The tasks of the suite. Undefined: none may be created. */
	readonly own: Pick<OwnTasks, 'useCreation' | 'mayChange' | 'earliestStart'> | undefined;
	/** The one stream that was given for it. */
	readonly stream: StreamName | undefined;
}

/** Thrown instead of sending a request that would change something else than the suite's own. A bug. */
export class GuardError extends Error {}

/** A transport that sends reads, and writes only to objects that the suite created. */
export function guarded(transport: Transport, permits: Permits): Transport {
	return {
		async send(request, cancellation) {
			if (!isHarmless(request, permits)) {
				throw new GuardError(
					`The suite tried to send ${request.method} ${request.path}, which the guard does not allow.`,
				);
			}
			return await transport.send(request, cancellation);
		},
	};
}

function isHarmless({ method, path, body }: HttpRequest, { projectId, own, stream }: Permits): boolean {
	if (method === 'GET') return true;
	const [pathname, query] = path.split(/\?(.*)/s);
	const json = parseObject(body ?? '') ?? {};
	const named = method === 'DELETE' ? singly(new URLSearchParams(query)) : json;
	if (pathname === `/v1/${projectId}/${BLOCKS}`) {
		return stream !== undefined && Object.entries(stream).every(([name, value]) => named[name] === value);
	}
	if (pathname !== `/v1/${projectId}/${TASKS}` || !own) return false;
	if (method === 'POST') return own.useCreation(json);
	if (!own.mayChange(named.task_id)) return false;
	if (method === 'DELETE') return body === undefined;
	const { status, start_time } = json;
	const startsLate = typeof start_time === 'string' && Date.parse(start_time) >= own.earliestStart();
	return status !== 'enable' && (start_time === undefined || startsLate);
}

/** The parameters that are given once. A name given twice would leave open which of them counts. */
function singly(parameters: URLSearchParams): Json {
	return Object.fromEntries([...parameters].filter(([name]) => parameters.getAll(name).length === 1));
}
