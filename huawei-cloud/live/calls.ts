import { isText, type ApiResponse, type JsonObject } from '../http/response';
import type { LiveCall } from './liveApi';
import { bodyOf, nameOf, pagesOf } from './page';
import type { RelayTask } from './relayTasks';
import type { Domain, Stream } from './streams';

const TASKS = 'pull/stream/task';
const BANS = 'stream/blocks';

const RESUME_TIME_HINT =
	'Check the domain, the app name, the stream name and the resume time. The response may be the same for a domain that does not exist.';

const STREAM_LIST_HINT =
	'Check the domain, and the app name and stream name if you set them. The response may be the same for a domain that does not exist.';

const NO_DOMAIN =
	"Huawei Cloud did not find the domain in the project. Check the domain, and the credential's project ID and region.";

/** The operations of the Live API used here. Source: its API reference, the operation that each row names. */
export const CALLS = {
	/** CreatePullTask */
	createTask: {
		method: 'POST',
		path: TASKS,
		permission: 'live:stream:createPullTask',
		idempotent: false,
		rejectedHint:
			"Check the source URLs, the destination and the Additional Fields. The ingest domain must exist, and its origin server must be in the region that the task runs in (the Task Region; without one, probably the account's home region).",
		unconfirmedHint: 'The task may have been created anyway: check with Get Many before you create it again.',
		parse: (response) => nameOf(readChange(response)?.task_id),
	},
	/** DeletePullTask. Once a task is deleted, it is "not found". */
	deleteTask: {
		method: 'DELETE',
		path: TASKS,
		permission: 'live:stream:deletePullTask',
		idempotent: true,
		rejectedHint:
			'Check the Task ID and the Task Region. The response may be the same for a task that does not exist: the Confirm option tells the two apart.',
		notFoundHint: ({ region }: { region: string | undefined }) =>
			region === undefined
				? "No Task Region was given, so Huawei Cloud may have searched only the account's home region. Check the Task ID. The Confirm option looks in all regions."
				: 'Only the requested region was searched. Check the Task ID and the Task Region. The Confirm option looks in all regions.',
		unconfirmedHint: 'The task may have been deleted anyway: check with Get, or run this again.',
		parse: parseConfirmation,
	},
	/** ListPullTasks */
	listTasks: {
		method: 'GET',
		path: TASKS,
		permission: 'live:stream:listPullTask',
		idempotent: true,
		rejectedHint:
			"Check the credential's region, Live endpoint and project ID. If you set a Task ID or a Task Region, check those, too.",
		parse: pagesOf('task_infos', (task): RelayTask | undefined => {
			const task_id = nameOf(task.task_id);
			return task_id === undefined ? undefined : { ...task, task_id };
		}),
	},
	/** ModifyPullTask */
	updateTask: {
		method: 'PUT',
		path: TASKS,
		idempotent: true,
		rejectedHint: 'Check the fields to update.',
		unconfirmedHint: 'The task may have been updated anyway: check with Get.',
		parse: parseConfirmation,
	},
	/** ListLiveStreamsOnline */
	listOnline: {
		method: 'GET',
		path: 'realtime/streams',
		permission: 'live:stream:listLiveStreamsOnline',
		idempotent: true,
		rejectedHint: STREAM_LIST_HINT,
		notFoundHint: () => NO_DOMAIN,
		parse: pagesOf('streams', (entry, { publish_domain }: { publish_domain: string }) =>
			readStream(entry, nameOf(entry.publish_domain) ?? publish_domain, entry.app, entry.stream),
		),
	},
	/** CreateStreamForbiddenOnce. The encoder may reconnect right away, so a repeat could interrupt the stream twice. */
	disconnect: {
		method: 'POST',
		path: 'stream/block-once',
		permission: 'live:stream:createStreamForbiddenOnce',
		idempotent: false,
		rejectedHint:
			'Check the domain, the app name and the stream name. The response may be the same for a stream that is not online, and for a domain that does not exist: Get Many tells them apart.',
		notFoundHint: () =>
			'Huawei Cloud did not find the domain, or the stream on it. Check the domain, the app name and the stream name: Get Many lists the streams that are online.',
		unconfirmedHint:
			'The stream may have been disconnected anyway: check with Get Many whether it is online, and since when. Running this again disconnects it once more.',
		parse: parseNoContent,
	},
	/** CreateStreamForbidden. Not documented as idempotent, but `Streams.forbid` handles "already exists". */
	forbid: {
		method: 'POST',
		path: BANS,
		permission: 'live:stream:createStreamForbidden',
		idempotent: true,
		rejectedHint: RESUME_TIME_HINT,
		notFoundHint: () => NO_DOMAIN,
		unconfirmedHint: 'The stream may have been blocked anyway: check with Get Many Forbidden.',
		parse: parseNoContent,
	},
	/** UpdateStreamForbidden */
	changeResumeTime: {
		method: 'PUT',
		path: BANS,
		permission: 'live:stream:updateStreamForbidden',
		idempotent: true,
		rejectedHint: RESUME_TIME_HINT,
		parse: parseNoContent,
	},
	/** DeleteStreamForbidden */
	resume: {
		method: 'DELETE',
		path: BANS,
		permission: 'live:stream:deleteStreamForbidden',
		idempotent: true,
		rejectedHint:
			'Check the domain, the app name and the stream name. The response may be the same for a stream that is not forbidden, and for a domain that does not exist: Get Many Forbidden tells them apart.',
		notFoundHint: () =>
			"Huawei Cloud did not find the stream among the domain's forbidden streams. Check the domain, the app name and the stream name: Get Many Forbidden lists them.",
		unconfirmedHint: 'The stream may have been unblocked anyway: check with Get Many Forbidden.',
		parse: parseNoContent,
	},
	/** ListStreamForbidden. Its entries do not repeat the domain. */
	listForbidden: {
		method: 'GET',
		path: BANS,
		permission: 'live:stream:listStreamForbidden',
		idempotent: true,
		rejectedHint: STREAM_LIST_HINT,
		notFoundHint: () => NO_DOMAIN,
		parse: pagesOf('blocks', (entry, { domain }: { domain: string }) =>
			readStream(entry, nameOf(entry.domain) ?? domain, entry.app_name, entry.stream_name),
		),
	},
	/** ShowDomain, in one page: a tenant can have 64. */
	listDomains: {
		method: 'GET',
		path: 'domain',
		permission: 'live:domain:getDomains',
		idempotent: true,
		rejectedHint: "Check the credential's region, Live endpoint and project ID.",
		parse: pagesOf('domain_info', (entry): Domain | undefined => {
			const domain = nameOf(entry.domain);
			return domain === undefined ? undefined : { ...entry, domain };
		}),
	},
} as const satisfies Record<string, LiveCall<never, unknown>>;

/** Parses the response to a deletion or an update. One about another task belongs to another request. */
function parseConfirmation(response: ApiResponse, { task_id }: { task_id: string }): true | undefined {
	const { task_id: changed, request_id } = readChange(response) ?? {};
	const isAboutIt = (changed ?? '') === '' ? isText(request_id) : nameOf(changed) === task_id;
	return isAboutIt || undefined;
}

/** The body of a response to a change: neither an error, nor a list, which answers a GET. */
function readChange(response: ApiResponse): JsonObject | undefined {
	const json = bodyOf(response);
	if (json === undefined || 'task_infos' in json || 'total' in json) return undefined;
	return Object.values(json).some((value) => Array.isArray(value)) ? undefined : json;
}

/** The API's success: 204, without a body. Any other success status, such as a portal's page, is not from the API. */
function parseNoContent({ status, json, isPage }: ApiResponse): true | undefined {
	return (status === 204 && json === undefined && !isPage) || undefined;
}

function readStream(entry: JsonObject, ...names: readonly [unknown, unknown, unknown]): Stream | undefined {
	const [domain, app_name, stream_name] = names.map(nameOf);
	if (domain === undefined || app_name === undefined || stream_name === undefined) return undefined;
	const ref = { domain, app_name, stream_name };
	// First, to lead the item; last, to win over the entry's fields of the same name.
	return { ...ref, ...entry, ...ref };
}
