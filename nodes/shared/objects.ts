import type { IDataObject } from 'n8n-workflow';

/** The fields of an object: those of a task or a stream, or the value of an expression. */
export type Fields = Readonly<Record<string, unknown>>;

/** True if a value is an object with fields, not a list. */
export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for an object of its own fields alone, of any realm: not for a date, a map, an instance of a class or one that inherits fields. */
export function isPlainObject(value: unknown): value is Fields {
	if (!isFields(value)) return false;
	const prototype: object | null = Object.getPrototypeOf(value);
	if (prototype === null) return true;
	return Object.getPrototypeOf(prototype) === null && Object.keys(prototype).length === 0;
}

/** The fields of an object that have one of these names. */
export function pick(fields: Fields, names: readonly string[]): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** An item's JSON: a copy of the fields, without any `$…`: n8n takes an item with `$error` for its own error, and fails. */
export function toDataObject(fields: Fields): IDataObject {
	const plain = Object.entries(fields).filter(([name]) => !name.startsWith('$'));
	const copy: IDataObject = JSON.parse(JSON.stringify(Object.fromEntries(plain)));
	return copy;
}
