import type { GenericValue, IDataObject } from 'n8n-workflow';

import type { Outcome } from '../../../huawei-cloud/call/outcome';
import { isFields, isPlainObject, toDataObject, type Fields } from '../../shared/objects';

/** The output indexes. Workflow files store them: never change one. */
export const OUTPUT_OF = { success: 0, notFound: 1, error: 2 } as const;

/** The JSON of an outcome's item. Never just `error` and `message`: n8n would move it, as an error item of its own. */
export function toJson(
	outcome: Outcome,
	fields: IDataObject | undefined,
	identity: IDataObject,
	found?: IDataObject,
): IDataObject {
	const json: IDataObject = { outcome: outcome.kind };
	Object.assign(json, fields, identity);
	// First: in a table, later columns are off the screen.
	if (outcome.kind === 'error') json.error = outcome.message;
	if (outcome.kind !== 'success' && outcome.hint !== undefined) json.hint = outcome.hint;
	if (outcome.requestId !== undefined) json.request_id = outcome.requestId;
	json.status_code = outcome.statusCode;
	json.attempts = outcome.attempts;
	if (outcome.kind !== 'error' && outcome.confirmedBy !== undefined) json.confirmed_by = outcome.confirmedBy;
	Object.assign(json, found);
	if (outcome.kind === 'success') return json;
	json.error_code = outcome.errorCode;
	json.error_msg = outcome.errorMsg;
	if (outcome.errorDetail !== undefined) json.error_detail = outcome.errorDetail;
	if (outcome.kind === 'error') {
		Object.assign(json, { category: outcome.category, retryable: outcome.retryable });
	}
	return json;
}

/** Longer than any ID or name that is sent. */
const MAX_ECHO = 4096;

/** Values as an item can hold them: unchanged; long text cut; null where JSON can't express them or an object is large. */
export function echoOf(values: Fields): IDataObject {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, echo(value)]));
}

function echo(value: unknown): GenericValue {
	if (typeof value === 'string') return value.length > MAX_ECHO ? `${value.slice(0, MAX_ECHO)}…` : value;
	let length = 0;
	try {
		const json = JSON.stringify(value, (name, part: unknown) => {
			// Walking millions of values, or naming millions of bytes, would block n8n.
			length += 1 + name.length + (typeof part === 'string' ? part.length : 0);
			if (length > MAX_ECHO || (isFields(part) && !isPlainObject(part))) throw new RangeError();
			return part;
		});
		const copy: GenericValue = JSON.parse(json);
		return copy;
	} catch {
		return null;
	}
}

/** The item of something that was listed, with the API's own field names. */
export function toListedItem(listed: Fields): IDataObject {
	const added = { outcome: 'success' };
	// First, to lead the table; last, to win over a field of the same name. Assigning to `__proto__` would set the prototype.
	return { ...added, ...toDataObject(listed), ...added };
}
