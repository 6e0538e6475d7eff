import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { InputError } from './inputError';
import { isPlainObject, type Fields as ObjectFields } from './objects';
import { isBlank, oneOf, readFlag, readTime, wholeNumber, type Reader } from './readers';

/** A field of the form, and how its value is read. */
export interface Field<Value> {
	/** In a collection, the key is its name. */
	property: INodeProperties;
	read: Reader<Value>;
}

/** A property of the form: of a field, or a notice. */
export type FormField = Pick<Field<unknown>, 'property'>;

export type Fields<Values> = { readonly [Name in keyof Values]: Field<Values[Name]> };

export type ValuesOf<Form> = Form extends Fields<infer Values> ? Values : never;

/** The declaration of a field, without what its kind implies. */
export type Labels = Pick<INodeProperties, 'displayName'> &
	Partial<Omit<INodeProperties, 'displayName' | 'type' | 'options'>>;

function fieldOf<Value>(
	type: INodeProperties['type'],
	labels: Labels & Pick<INodeProperties, 'options'>,
	read: Reader<Value>,
): Field<Value> {
	return { property: { name: '', default: '', ...labels, type }, read };
}

export function textField<Value>({ read, ...labels }: Labels & { read: Reader<Value> }): Field<Value> {
	return fieldOf('string', labels, read);
}

/** Milliseconds since the epoch. */
export function timeField(labels: Labels): Field<number> {
	return fieldOf('dateTime', labels, readTime);
}

/** In a collection, its default is the value that it gets when it is added: usually true. */
export function flagField(labels: Labels & { default: boolean }): Field<boolean> {
	return fieldOf('boolean', labels, readFlag);
}

type NumberLabels = Labels & { default: number; min: number; max?: number };

/** A whole number. The editor enforces the range for numbers that are typed. */
export function numberField({ min, max, ...labels }: NumberLabels): Field<number> {
	const typeOptions = { minValue: min, ...(max !== undefined && { maxValue: max }), numberPrecision: 0 };
	return fieldOf('number', { typeOptions, ...labels }, wholeNumber(min, max));
}

interface ChoiceLabels<Value extends string> extends Labels {
	default: NoInfer<Value>;
	choices: ReadonlyArray<{ name: string; value: Value; description?: string }>;
}

export function choiceField<const Value extends string>({
	choices,
	...labels
}: ChoiceLabels<Value>): Field<Value> {
	return fieldOf('options', { ...labels, options: [...choices] }, oneOf(choices.map(({ value }) => value)));
}

/** A collection, read as the values of its added fields. All but a region need one: a blank filter would match any task. */
export function collectionOf<Values>(
	labels: Labels & { name: string },
	fields: Fields<Values>,
	shown?: { names: readonly string[]; displayOptions: IDisplayOptions },
): Field<Partial<Values>> {
	const options: INodeProperties[] = [];
	for (const name in fields) {
		const displayOptions = shown?.names.includes(name) ? { displayOptions: shown.displayOptions } : {};
		options.push({ ...fields[name].property, ...displayOptions, name });
	}
	return {
		property: { type: 'collection', default: {}, ...labels, options },
		read(collection, entered, readLocalTime) {
			assertHasOnly(Object.keys(fields), collection, entered);
			const values: Partial<Values> = {};
			for (const name in fields) {
				if (!Object.hasOwn(entered, name)) continue;
				const { property, read } = fields[name];
				const value = entered[name];
				if (isBlank(value) && !(name === 'region' && typeof value === 'string')) {
					throw new InputError(
						`${property.displayName} in ${collection} is empty, or its expression returns nothing.`,
						'Correct the expression (is a field name misspelled?), enter a value, or remove the field.',
					);
				}
				values[name] = read(property.displayName, value, readLocalTime);
			}
			return values;
		},
	};
}

/** @throws InputError unless the value is an object whose fields all have one of these names */
export function assertHasOnly(
	names: readonly string[],
	collection: string,
	entered: unknown,
): asserts entered is ObjectFields {
	if (!isPlainObject(entered)) {
		throw new InputError(
			`${collection} has no fields: its expression fails or does not return an object.`,
			'Correct the expression, or add the fields one by one.',
		);
	}
	if (Object.keys(entered).every((name) => names.includes(name))) return;
	throw new InputError(
		`${collection} has an unknown field.`,
		`Its expression may return these fields: ${names.join(', ')}.`,
	);
}

/** Text in the form. */
export function notice(name: string, displayName: string): FormField {
	return { property: { displayName, name, type: 'notice', default: '' } };
}

/** Matches any object: n8n compares it as the text `[object Object]`. */
const IS_OBJECT = { _cnd: { between: { from: String({}), to: String({}) } } };

/** A field's property. A collection has a hidden twin: n8n drops its expression, except in a second property of that name. */
export function withExpression({ property }: FormField): INodeProperties[] {
	const { name, displayName, displayOptions, type } = property;
	if (type !== 'collection') return [property];
	const hide: IDisplayOptions['hide'] = { ...displayOptions?.hide, [`/${name}`]: [IS_OBJECT] };
	const twinOptions = { ...displayOptions, hide };
	return [property, { displayName, name, type: 'hidden', default: {}, displayOptions: twinOptions }];
}
