import type { CollectionField, Field, Fields } from './field';
import { InputError } from './inputError';
import { isPlainObject } from './objects';
import type { LocalTimeReader } from './readers';

/** Fields that may be blank: blank means not sent. */
const MAY_BE_BLANK: ReadonlySet<string> = new Set(['region']);

/**
 * The fields that were added to a collection; each has a value. A field that was added but has no value must not
 * count as missing, or a filter would match every task.
 */
export class Collection<Values> {
	private readonly fields: Fields<Values>;
	private readonly entered: Readonly<Record<string, unknown>>;

	/** @throws InputError when the value isn't an object, or a field in it is unknown or has no value */
	constructor(
		{ property: { displayName, options = [] }, fields }: CollectionField<Values>,
		value: unknown,
		private readonly readLocalTime: LocalTimeReader,
	) {
		if (!isPlainObject(value)) {
			throw new InputError(
				`${displayName} has no fields: its expression fails or does not return an object.`,
				'Correct the expression, or add the fields one by one.',
			);
		}
		this.fields = fields;
		this.entered = value;
		for (const [name, entered] of Object.entries(value)) {
			const field = options.find((option) => option.name === name);
			if (!field || !('displayName' in field)) {
				throw new InputError(
					`${displayName} has an unknown field.`,
					`Its expression may return these fields: ${options.map((option) => option.name).join(', ')}.`,
				);
			}
			if (isBlank(entered) && !(typeof entered === 'string' && MAY_BE_BLANK.has(name))) {
				throw new InputError(
					`${field.displayName} in ${displayName} is empty, or its expression returns nothing.`,
					'Correct the expression (is a field name misspelled?), enter a value, or remove the field.',
				);
			}
		}
	}

	/**
	 * @returns undefined when the field was not added
	 * @throws InputError when its value can't be read
	 */
	read<Name extends keyof Values & string>(name: Name): Values[Name] | undefined {
		return this.readField(name, this.fields[name]);
	}

	/** Reads those of some fields that were added. */
	readEach<Value>(fields: Readonly<Record<string, Field<Value>>>): Value[] {
		return Object.entries(fields).flatMap(([name, field]) => this.readField(name, field) ?? []);
	}

	/** The labels of those of some fields that were added. */
	labelsOf(fields: Readonly<Record<string, Field<unknown>>>): string[] {
		const added = Object.entries(fields).filter(([name]) => Object.hasOwn(this.entered, name));
		return added.map(([, { property }]) => property.displayName);
	}

	private readField<Value>(name: string, { property, read }: Field<Value>): Value | undefined {
		if (!Object.hasOwn(this.entered, name)) return undefined;
		return read(property.displayName, this.entered[name], this.readLocalTime);
	}
}

function isBlank(value: unknown): boolean {
	const content = value ?? '';
	return typeof content === 'string' ? content.trim() === '' : Array.isArray(content) && content.length === 0;
}
