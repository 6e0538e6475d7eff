import type { INodeProperties } from 'n8n-workflow';

import { InputError } from './inputError';
import { isFields, type Fields } from './objects';
import { isNothing, wholeNumber, type Reader } from './readers';

/** Fields that may be blank: blank means not sent. */
const MAY_BE_BLANK: ReadonlySet<string> = new Set(['region']);

/**
 * The fields that were added to a collection; each has a value. A field that was added but has no value must not
 * count as missing, or a filter would match every task.
 */
export class Collection {
	private readonly values: Fields;

	/**
	 * @param property the collection in the form, which has the fields' labels
	 * @throws InputError when the value is no object, or a field in it is unknown or has no value
	 */
	constructor(
		private readonly property: INodeProperties,
		value: unknown,
	) {
		const { displayName } = property;
		if (!isFields(value)) {
			throw new InputError(
				`${displayName} has no fields: its expression fails or does not return an object.`,
				'Correct the expression, or add the fields one by one.',
			);
		}
		this.values = value;
		for (const [name, entered] of Object.entries(value)) {
			const label = this.labelOf(name);
			if (isBlank(entered) && !(typeof entered === 'string' && MAY_BE_BLANK.has(name))) {
				throw new InputError(
					`${label} in ${displayName} is empty, or its expression returns nothing.`,
					'Correct the expression (is a field name misspelled?), enter a value, or remove the field.',
				);
			}
		}
	}

	has(name: string): boolean {
		return Object.hasOwn(this.values, name);
	}

	/**
	 * Reads a field.
	 * @returns undefined when it was not added
	 * @throws InputError when its value can't be read
	 */
	read<Value>(name: string, reader: Reader<Value>): Value | undefined {
		return this.has(name) ? reader(this.labelOf(name), this.values[name]) : undefined;
	}

	/** Reads a whole number, in the range that the form gives. */
	readNumber(name: string): number | undefined {
		if (!this.has(name)) return undefined;
		const { minValue = 0, maxValue } = this.fieldOf(name).typeOptions ?? {};
		return this.read(name, wholeNumber(minValue, maxValue));
	}

	/** The field's label in the form. */
	labelOf(name: string): string {
		return this.fieldOf(name).displayName;
	}

	private fieldOf(name: string): INodeProperties {
		const { displayName, options = [] } = this.property;
		const field = options.find((option) => option.name === name);
		if (field && 'type' in field) return field;
		throw new InputError(
			`${displayName} has an unknown field.`,
			`Its expression may return: ${options.map((option) => option.name).join(', ')}.`,
		);
	}
}

function isBlank(value: unknown): boolean {
	if (typeof value === 'string') return value.trim() === '';
	return isNothing(value) || (Array.isArray(value) && value.length === 0);
}
