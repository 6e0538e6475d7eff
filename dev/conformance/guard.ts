import type { HttpRequest, Transport } from '../../huawei-cloud/http/http';
import { parseJson, type Json } from './response';

/** A stream that may be forbidden and resumed. */
export interface StreamName {
	domain: string;
	app_name: string;
	stream_name: string;
}

/** The objects that the suite may change. */
export interface Permits {
	/** Path of the relay tasks, and of the forbidden streams, in the credential's project. */
	readonly taskPath: string;
	readonly blocksPath: string;
	/** A creation may be sent now, and with this body. Says yes once. */
	useCreation(body: Json): boolean;
	/** This ID is that of a task of the suite, or of none. */
	mayChange(taskId: unknown): boolean;
	/** The one stream that was given for it. */
	readonly stream: StreamName | undefined;
	/** No update may let a task start before this moment, in milliseconds since the epoch. */
	earliestStart(): number;
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

function isHarmless({ method, path, body }: HttpRequest, permits: Permits): boolean {
	if (method === 'GET') return true;
	const [pathname, query] = path.split(/\?(.*)/s);
	const json = parseJson(body ?? '') ?? {};
	const named = method === 'DELETE' ? singly(new URLSearchParams(query)) : json;
	if (pathname === permits.blocksPath) {
		const stream = Object.entries(permits.stream ?? {});
		return stream.length > 0 && stream.every(([name, value]) => named[name] === value);
	}
	if (pathname !== permits.taskPath) return false;
	switch (method) {
		case 'POST':
			return permits.useCreation(json);
		case 'PUT':
			return permits.mayChange(named.task_id) && json.status !== 'enable' && startsLate(json, permits);
		case 'DELETE':
			return permits.mayChange(named.task_id) && body === undefined;
	}
}

function startsLate({ start_time }: Json, permits: Permits): boolean {
	if (start_time === undefined) return true;
	return typeof start_time === 'string' && Date.parse(start_time) >= permits.earliestStart();
}

/** The parameters that are given once. A name given twice would leave open which of them counts. */
function singly(parameters: URLSearchParams): Json {
	return Object.fromEntries([...parameters].filter(([name]) => parameters.getAll(name).length === 1));
}
