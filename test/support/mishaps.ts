import type { Mishap } from '../../dev/emulator/faults';

/** A response of the service instead of the proper one; with a code, in the shape that Live and the gateway have. */
export function answer(status: number, code?: string, headers: Record<string, string> = {}): Mishap {
	const body = { error_code: code, error_msg: 'as it says', request_id: 'r-1' };
	return { kind: 'answer', status, headers, ...(code !== undefined && { body }) };
}
