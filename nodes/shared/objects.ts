import type { IDataObject } from 'n8n-workflow';

/** The fields of an object: those of a task or a stream, or the value of an expression. */
export type Fields = Readonly<Record<string, unknown>>;

/** True if a value is an object with fields, not a list. */
export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields as an n8n item holds them: a copy of what JSON can express. */
export function toDataObject(fields: Fields): IDataObject {
	const copy: IDataObject = JSON.parse(JSON.stringify(fields));
	return copy;
}
