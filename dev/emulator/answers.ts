import type { Emulator } from './emulator';

/** An answer of the emulated service: a status, a JSON body (or raw text), and headers beside the usual ones. */
export interface EmulatedAnswer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
	/** A last change to the text of the body, for what JSON.stringify can't write. */
	edit?: (json: string) => string;
}

export function ok(body: Record<string, unknown>): EmulatedAnswer {
	return { status: 200, body };
}

/** A success that says nothing more. */
export const NO_CONTENT: EmulatedAnswer = { status: 204, body: undefined };

/** An error of Live or the gateway: `{error_code, error_msg}`; `request_id` is added to every body on its way out. */
export function rejection(status: number, error_code: string, error_msg: string): EmulatedAnswer {
	return { status, body: { error_code, error_msg } };
}

/** Live's catch-all. A delete that failed (400) and a task that does not exist (404) have this very same body. */
export const requestIllegal = (status: 400 | 404) => rejection(status, 'LIVE.100011001', 'Request Illegal');

/** Live's answer to a request without `Content-Type: application/json`, whatever its method. */
export const UNSUPPORTED_MEDIA_TYPE = rejection(400, 'LIVE.100011012', 'Unsupported media type');

/** The emulated cloud, as its operations see it. */
export type Cloud = Pick<Emulator, 'world' | 'lists' | 'streams' | 'deletes'>;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** An operation of Live, behind authentication and authorization. */
export type Operation = ReturnType<typeof operation>;

/**
 * @param path after the project
 * @param action the IAM action it takes; undefined: none
 * @param schema of its query (GET, DELETE) or body. Open: unknown fields. Here they are rejected, so that a new one is noticed
 * @param answer gets an input that the schema has passed
 */
export function operation<Input>(
	method: Method,
	path: string,
	action: string | undefined,
	schema: object,
	answer: (cloud: Cloud, projectId: string, input: Input) => EmulatedAnswer,
) {
	return {
		...{ method, path, action, schema: { type: 'object', additionalProperties: false, ...schema } },
		answer: (cloud: Cloud, projectId: string, given: unknown) => {
			const input: Input = Object(given);
			return answer(cloud, projectId, input);
		},
	};
}
