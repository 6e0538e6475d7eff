/** An answer of the emulated service: a status, a JSON body (or raw text), and headers beside the usual ones. */
export interface EmulatedAnswer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
	/** A last change to the text of the body, for what JSON.stringify can't write. */
	edit?: (json: string) => string;
}

export function ok(body: Record<string, unknown>, status = 200): EmulatedAnswer {
	return { status, body };
}

/** A success that says nothing more. */
export const noContent = (): EmulatedAnswer => ({ status: 204, body: undefined });

/** An error of Live or the gateway: `{error_code, error_msg}`; `request_id` is added to every body on its way out. */
export function rejection(status: number, error_code: string, error_msg: string): EmulatedAnswer {
	return { status, body: { error_code, error_msg } };
}

/** Live's catch-all. A delete that failed (400) and a task that does not exist (404) have this very same body. */
export const requestIllegal = (status: 400 | 404) => rejection(status, 'LIVE.100011001', 'Request Illegal');

/** Live's answer to a request without `Content-Type: application/json`, whatever its method. */
export const unsupportedMediaType = () => rejection(400, 'LIVE.100011012', 'Unsupported media type');
