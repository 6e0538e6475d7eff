import {
	tryToParseDateTime,
	type IGetNodeParameterOptions,
	type INodeParameters,
	type INodeProperties,
} from 'n8n-workflow';

import { messageOf } from '../../n8n/messages';
import type { Advice, CallSettings } from '../../huawei-cloud/call/apiCall';
import { InputError } from './inputError';
import { readWholeNumber } from './readers';
import {
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_RETRIES,
	DEFAULT_TIMEOUT_MS,
	MAX_REQUESTS_PER_MINUTE,
} from './runLimits';

/** The form's label for a parameter and, of a collection, for its fields by their names. */
interface Labels {
	label: string;
	fields: ReadonlyMap<string, string>;
}

/** The part of n8n that reading parameters needs. */
export interface ParameterContext {
	getNodeParameter(
		name: string,
		itemIndex: number,
		fallback?: unknown,
		options?: IGetNodeParameterOptions,
	): unknown;
	getTimezone(): string;
}

/** Parameters of a whole run. */
export interface RunSettings {
	maxConcurrency: number;
	/** Undefined: none of its own. */
	maxRequestsPerMinute: number | undefined;
}

/** Hints that name options of the node. */
const ADVICE: Advice = {
	throttled:
		'Run this again later. If others use the same project, set Max Requests per Minute in the options of the node.',
	timeout: 'Run this again later. If the network is slow, increase Timeout in the options of the node.',
};

/** Fields of collections that mean something when they are left blank: that none is sent. */
const MAY_BE_BLANK: ReadonlySet<string> = new Set(['region']);

/** The node's parameters for one input item, with expressions evaluated. */
export class ItemParameters {
	private readonly own = new Known();

	/**
	 * @param labels by parameter name
	 * @param constants shared by the items of a run
	 */
	constructor(
		private readonly context: ParameterContext,
		private readonly labels: ReadonlyMap<string, Labels>,
		private readonly itemIndex: number,
		private readonly constants: Constants,
	) {}

	/**
	 * The value of a parameter; of a resource locator, the value in it.
	 * @throws InputError when its expression fails for this item
	 */
	get(name: string): unknown {
		const { values } = this.knownOf(name);
		if (!values.has(name)) values.set(name, located(this.evaluate(name)));
		return values.get(name);
	}

	/**
	 * The value of a parameter that is missing when the form does not show it.
	 * @throws InputError when its expression fails for this item
	 */
	getIfShown(name: string): unknown {
		return this.evaluate(name, '');
	}

	/** True if a parameter is an expression, whatever it returns. */
	isExpression(name: string): boolean {
		const raw: unknown = this.context.getNodeParameter(name, this.itemIndex, '', { rawExpressions: true });
		return typeof raw === 'string' && raw.startsWith('=');
	}

	/**
	 * The fields that were added to a collection; each has a value. A field that was added but has no value must not count
	 * as not added: a filter would then let every task through.
	 * @throws InputError when an expression in it fails for this item, or returns nothing
	 */
	collection(name: string): Readonly<Record<string, unknown>> {
		const { collections } = this.knownOf(name);
		const known = collections.get(name) ?? this.readCollection(name);
		collections.set(name, known);
		return known;
	}

	/** The scope of a parameter's value: this item, or all items of the run. */
	private knownOf(name: string): Known {
		return this.constants.has(name) ? this.constants.known : this.own;
	}

	private readCollection(name: string): Record<string, unknown> {
		const value = this.get(name) ?? (this.isExpression(name) ? null : {});
		const { label, fields } = this.labels.get(name) ?? { label: name, fields: new Map<string, string>() };
		if (!isFields(value)) {
			throw new InputError(
				`${label} has no fields: its expression fails, or returns something else.`,
				'Correct the expression so that it returns an object, or add the fields one by one.',
			);
		}
		const entries = Object.entries(value);
		for (const [field, given] of entries) {
			if (fields.size > 0 && !fields.has(field)) {
				throw new InputError(
					`${label} has an unknown field.`,
					`Its expression may return: ${[...fields.keys()].join(', ')}.`,
				);
			}
			if (isBlank(given) && !(typeof given === 'string' && MAY_BE_BLANK.has(field))) {
				throw new InputError(
					`${fields.get(field) ?? field} in ${label} has no value: it is empty, or its expression returns nothing.`,
					'Correct the expression, for example a field name in it, or enter a value, or remove the field.',
				);
			}
		}
		return Object.fromEntries(entries);
	}

	/**
	 * True if a parameter is turned on.
	 * @throws InputError when its value is neither true nor false
	 */
	flag(name: string, label: string): boolean {
		return readFlag(label, this.get(name));
	}

	/**
	 * True if an option was added and is turned on.
	 * @throws InputError when its value is neither true nor false
	 */
	optionFlag(option: string, label: string): boolean {
		const options = this.collection('options');
		return option in options && readFlag(label, options[option]);
	}

	/**
	 * Reads times without a zone in the workflow's time zone. A time that daylight saving skips there moves forward by the
	 * skipped hour.
	 */
	get localTime(): (text: string) => number {
		return (text) => tryToParseDateTime(text, this.context.getTimezone()).toMillis();
	}

	private evaluate(name: string, fallback?: string): unknown {
		try {
			return this.context.getNodeParameter(name, this.itemIndex, fallback);
		} catch (error) {
			throw failedExpression(this.labels.get(name)?.label ?? name, error);
		}
	}

	/**
	 * Max Retries and Timeout. Also checks the settings of the run, so that an invalid one does not go unnoticed.
	 * @throws InputError when one of them is out of range
	 */
	settings(): CallSettings {
		this.runSettings();
		return {
			maxRetries: this.option('maxRetries', 'Max Retries', DEFAULT_MAX_RETRIES, 0, 10),
			timeout: this.option('timeout', 'Timeout', DEFAULT_TIMEOUT_MS, 1, 300_000),
			advice: ADVICE,
		};
	}

	/**
	 * Max Concurrency and Max Requests per Minute. The values for the first item apply to the whole run.
	 * @throws InputError when one of them is out of range
	 */
	runSettings(): RunSettings {
		return {
			maxConcurrency: this.option('maxConcurrency', 'Max Concurrency', DEFAULT_MAX_CONCURRENCY, 1, 100),
			maxRequestsPerMinute: this.option(
				'maxRequestsPerMinute',
				'Max Requests per Minute',
				undefined,
				1,
				MAX_REQUESTS_PER_MINUTE,
			),
		};
	}

	private option<Fallback>(
		name: string,
		label: string,
		fallback: Fallback,
		min: number,
		max: number,
	): number | Fallback {
		const value = this.collection('options')[name];
		return value === undefined ? fallback : readWholeNumber(`${label} option`, value, min, max);
	}
}

/** Values read so far: evaluating an expression costs more than anything else done for an item. */
class Known {
	readonly values = new Map<string, unknown>();
	/** Made when first needed: most items have none of their own. */
	private collectionsRead: Map<string, Readonly<Record<string, unknown>>> | undefined;

	get collections(): Map<string, Readonly<Record<string, unknown>>> {
		return (this.collectionsRead ??= new Map());
	}
}

/** The parameters that have the same value for every item of a run, since there is no expression in them. */
export class Constants {
	readonly known = new Known();
	private readonly expressions: ReadonlySet<string>;

	/** @param parameters of the node, as they are stored: an expression is a text that begins with `=` */
	constructor(parameters: INodeParameters) {
		const names = Object.keys(parameters);
		this.expressions = new Set(names.filter((name) => holdsExpression(parameters[name])));
	}

	/** True if a parameter is a constant: one that is not set has its default. */
	has(name: string): boolean {
		return !this.expressions.has(name);
	}
}

function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value in a resource locator. To extract it, n8n would look for the parameter's property again for each item. */
function located(value: unknown): unknown {
	const isLocator = typeof value === 'object' && value !== null && 'mode' in value && 'value' in value;
	return isLocator ? value.value : value;
}

function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

/** The labels of these properties, by name. Of two with the same name, the last one counts. */
export function labelsOf(properties: readonly INodeProperties[]): ReadonlyMap<string, Labels> {
	const shown = properties.filter(({ type }) => type !== 'hidden' && type !== 'notice');
	return new Map(
		shown.map(({ name, displayName, type, options = [] }) => {
			const fields = type === 'collection' ? options : [];
			const labels = fields.map((field): [string, string] => [
				field.name,
				'displayName' in field ? field.displayName : field.name,
			]);
			return [name, { label: displayName, fields: new Map(labels) }];
		}),
	);
}

function readFlag(label: string, value: unknown): boolean {
	const given = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if ([true, 'true', 1, '1'].some((one) => one === given)) return true;
	if ([false, 'false', 0, '0'].some((one) => one === given)) return false;
	throw new InputError(
		`${label} must be true or false.`,
		'Turn it on or off, or make its expression return true or false.',
	);
}

function isBlank(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	return Array.isArray(value) && value.length === 0;
}

function failedExpression(label: string, error: unknown): InputError {
	return new InputError(
		`The expression in ${label} could not be evaluated for this item.`,
		`n8n says: "${messageOf(error)}".`,
	);
}
