import type { HttpRequest, Transport } from '../../huawei-cloud/http/http';
import { isJson, parseJson, type Json } from './response';

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
	mayChange(taskId: string): boolean;
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
	const parameters = new URLSearchParams(query);
	const json = parseJson(body ?? '') ?? {};
	if (pathname === permits.blocksPath) {
		return isStream(method === 'DELETE' ? singly(parameters) : json, permits.stream);
	}
	if (pathname !== permits.taskPath) return false;
	switch (method) {
		case 'POST':
			return permits.useCreation(json);
		case 'PUT':
			return mayChange(json.task_id, permits) && json.status !== 'enable' && startsLate(json, permits);
		case 'DELETE':
			return body === undefined && mayChange(singly(parameters).task_id, permits);
	}
}

const mayChange = (taskId: unknown, permits: Permits) =>
	typeof taskId === 'string' && permits.mayChange(taskId);

function startsLate({ start_time }: Json, permits: Permits): boolean {
	if (start_time === undefined) return true;
	return typeof start_time === 'string' && Date.parse(start_time) >= permits.earliestStart();
}

function isStream(named: unknown, stream: StreamName | undefined): boolean {
	return (
		stream !== undefined &&
		isJson(named) &&
		named.domain === stream.domain &&
		named.app_name === stream.app_name &&
		named.stream_name === stream.stream_name
	);
}

/** The parameters that are given once. A name given twice would leave open which of them counts. */
function singly(parameters: URLSearchParams): Json {
	return Object.fromEntries([...parameters].filter(([name]) => parameters.getAll(name).length === 1));
}
