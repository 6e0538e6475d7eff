import { tryToParseDateTime, type INode, type INodeProperties } from 'n8n-workflow';

import { messageOf } from '../../n8n/messages';
import type { Advice, CallSettings } from '../../huawei-cloud/call/apiCall';
import { Collection } from './collection';
import { InputError } from './inputError';
import { readTime, type Reader } from './readers';

export const DEFAULT_MAX_CONCURRENCY = 10;
export const DEFAULT_MAX_RETRIES = 3;
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The part of n8n that reading parameters needs. */
export interface ParameterContext {
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown): unknown;
	getNode(): Pick<INode, 'parameters'>;
	getTimezone(): string;
}

/** The settings of a call, and those of a whole run. */
export interface Settings extends CallSettings {
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

/** A parameter that was evaluated: its value, or the error of its expression. */
type Evaluated = { value: unknown } | { error: InputError };

/** The form, and the values of parameters without an expression: the items of a run share them. */
export class RunParameters {
	readonly constants = new Map<string, Evaluated>();
	/** Collections without an expression, read once. */
	readonly collections = new Map<string, Collection>();
	private readonly fields: ReadonlyMap<string, INodeProperties>;
	private readonly expressions: ReadonlySet<string>;

	/** @param form provides the labels; if two properties have the same name, the last one counts */
	constructor(
		readonly context: ParameterContext,
		form: readonly INodeProperties[],
	) {
		this.fields = new Map(form.filter(({ type }) => type !== 'hidden').map((field) => [field.name, field]));
		const parameters = Object.entries(context.getNode().parameters);
		this.expressions = new Set(
			parameters.filter(([, value]) => holdsExpression(value)).map(([name]) => name),
		);
	}

	/** True if the values of a parameter come from an expression. */
	isExpression(name: string): boolean {
		return this.expressions.has(name);
	}

	fieldOf(name: string): INodeProperties {
		return this.fields.get(name) ?? { displayName: name, name, type: 'string', default: '' };
	}
}

/** The node's parameters for one input item, with expressions evaluated. */
export class ItemParameters {
	/** Evaluating an expression costs more than anything else done for an item. */
	private readonly itemValues = new Map<string, Evaluated>();

	constructor(
		private readonly run: RunParameters,
		readonly itemIndex: number,
	) {}

	/**
	 * The value of a parameter; of a resource locator, the value in it. Empty when the form does not show it.
	 * @throws InputError when its expression fails for this item
	 */
	get(name: string): unknown {
		const evaluated = this.evaluated(name);
		if ('error' in evaluated) throw evaluated.error;
		return evaluated.value;
	}

	/** The same; null when its expression fails. */
	valueOrNull(name: string): unknown {
		const evaluated = this.evaluated(name);
		return 'error' in evaluated ? null : evaluated.value;
	}

	/** @throws InputError when the parameter's expression fails for this item, or its value can't be read */
	read<Value>(name: string, reader: Reader<Value>): Value {
		return reader(this.run.fieldOf(name).displayName, this.get(name));
	}

	/** True if a parameter is an expression, whatever it returns. */
	isExpression(name: string): boolean {
		return this.run.isExpression(name);
	}

	/**
	 * The fields that were added to a collection.
	 * @throws InputError when an expression in it fails for this item, or returns nothing
	 */
	collection(name: string): Collection {
		const known = this.run.collections.get(name);
		if (known) return known;
		const isConstant = !this.run.isExpression(name);
		const collection = new Collection(
			this.run.fieldOf(name),
			this.get(name) ?? (isConstant ? {} : undefined),
		);
		if (isConstant) this.run.collections.set(name, collection);
		return collection;
	}

	/**
	 * Reads times without a zone in the workflow's time zone. A time that daylight saving skips there moves forward by the
	 * skipped hour.
	 */
	get time(): Reader<number> {
		const { context } = this.run;
		const readLocalTime = (text: string) => tryToParseDateTime(text, context.getTimezone()).toMillis();
		return (label, value) => readTime(label, value, readLocalTime);
	}

	/**
	 * Max Retries, Timeout, and those for the run: the values for the first item apply to all, but an invalid one must not
	 * go unnoticed in any.
	 * @throws InputError when one of them is out of range
	 */
	settings(): Settings {
		const options = this.collection('options');
		return {
			maxConcurrency: options.readNumber('maxConcurrency') ?? DEFAULT_MAX_CONCURRENCY,
			maxRequestsPerMinute: options.readNumber('maxRequestsPerMinute'),
			maxRetries: options.readNumber('maxRetries') ?? DEFAULT_MAX_RETRIES,
			timeout: options.readNumber('timeout') ?? DEFAULT_TIMEOUT_MS,
			advice: ADVICE,
		};
	}

	private evaluated(name: string): Evaluated {
		const values = this.run.isExpression(name) ? this.itemValues : this.run.constants;
		const known = values.get(name);
		if (known) return known;
		const evaluated = this.evaluate(name);
		values.set(name, evaluated);
		return evaluated;
	}

	private evaluate(name: string): Evaluated {
		try {
			return { value: unwrapLocator(this.run.context.getNodeParameter(name, this.itemIndex, '')) };
		} catch (error) {
			const { displayName } = this.run.fieldOf(name);
			const message = `The expression in ${displayName} could not be evaluated for this item.`;
			return { error: new InputError(message, `n8n says: "${messageOf(error)}".`) };
		}
	}
}

/** The value in a resource locator. n8n could extract it too, but would search the form again for each item. */
function unwrapLocator(value: unknown): unknown {
	const isLocator = typeof value === 'object' && value !== null && 'mode' in value && 'value' in value;
	return isLocator ? value.value : value;
}

/** An expression is stored as text that begins with `=`. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}
