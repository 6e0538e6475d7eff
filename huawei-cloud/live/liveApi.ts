import type { ApiCall, ApiRequest, CallSettings } from '../call/apiCall';
import type { CallOutcome } from '../call/outcome';
import { encodeQuery } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { Credential } from '../identity/credential';
import type { Client } from '../policies/client';
import { RelayTasks } from './relayTasks';
import { Streams } from './streams';

/** One operation of the Live API: a row of the table in `calls.ts`. */
export interface LiveCall<Fields, Content> extends Omit<ApiRequest, 'service' | 'origin' | 'body'> {
	/** The part of the path after the project. */
	path: string;
	/** Where it was looked for, and what to check, when the service says "not found". */
	notFoundHint?(fields: Fields): string;
	/** A sentence for a lost response: what may have happened, and how to find out. */
	unconfirmedHint?: string;
	/** The content of a successful response to these fields; undefined if it is not what the API returns on success. */
	parse(response: ApiResponse, fields: Fields): Content | undefined;
}

/** A page of 100 relay tasks, each with 60 URLs of 2048 characters, has about 12 MB. No other page is larger. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Huawei Cloud Live in one project: the calls of the table in `calls.ts`, and what takes more than one of them. */
export class LiveApi {
	readonly relayTasks = new RelayTasks(this);
	readonly streams = new Streams(this);

	constructor(
		readonly client: Client,
		private readonly credential: Credential,
	) {}

	/** Identifies this project at this endpoint. */
	get projectUrl(): string {
		return `${this.credential.liveEndpoint}/v1/${this.credential.projectId}`;
	}

	/** Makes one call. Fields are the query of GET and DELETE (without empty ones), else the body; undefined: left out. */
	async perform<Fields extends object, Content>(
		call: LiveCall<NoInfer<Fields>, Content>,
		fields: Fields,
		settings: CallSettings,
	): Promise<CallOutcome<Content>> {
		const { liveEndpoint, projectId } = this.credential;
		const { method, idempotent, notFoundHint, unconfirmedHint = '' } = call;
		const hasBody = method === 'POST' || method === 'PUT';
		const request: ApiCall<Content> = {
			// Every GET of the table returns a list.
			...(method === 'GET' && { maxResponseBytes: MAX_PAGE_BYTES }),
			...call,
			service: 'live',
			origin: liveEndpoint,
			path: `/v1/${projectId}/${call.path}${hasBody ? '' : encodeQuery(Object.entries(fields))}`,
			body: hasBody ? JSON.stringify(fields) : undefined,
			parse: (response) => call.parse(response, fields),
		};
		const outcome = await this.client.perform(request, settings);
		if (outcome.kind === 'notFound' && notFoundHint) return { ...outcome, hint: notFoundHint(fields) };
		if (outcome.kind !== 'error' || !outcome.mayHaveHappened) return outcome;
		if (method === 'GET') return { ...outcome, mayHaveHappened: false };
		// Its message is about the last attempt alone, so its hint says that an earlier one may have been carried out.
		return idempotent
			? { ...outcome, hint: `${unconfirmedHint} ${outcome.hint}`.trim() }
			: { ...outcome, hint: unconfirmedHint, retryable: false };
	}
}
