import { tryToParseDateTime, type INode } from 'n8n-workflow';

import { messageOf } from '../../n8n/messages';
import type { Field } from './field';
import { InputError, invalid } from './inputError';

export interface ParameterContext {
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown): unknown;
	getNode(): Pick<INode, 'parameters'>;
	getTimezone(): string;
}

/** A parameter that was evaluated: its value; if its expression failed, null and what n8n says about it. */
interface Evaluated {
	value: unknown;
	failure?: string;
}

/** State that the items of a run share: which parameters are expressions, and the values of the others. */
export class RunParameters {
	readonly constants = new Map<string, Evaluated>();
	readonly expressions: ReadonlySet<string>;

	constructor(readonly context: ParameterContext) {
		const parameters = Object.entries(context.getNode().parameters);
		this.expressions = new Set(
			parameters.filter(([, value]) => holdsExpression(value)).map(([name]) => name),
		);
	}

	/** In the workflow's time zone. A time that daylight saving skips there moves forward by the skipped hour. */
	readonly readLocalTime = (text: string): number => {
		try {
			return tryToParseDateTime(text, this.context.getTimezone()).toMillis();
		} catch {
			const hint = 'Choose another one in its settings, or correct GENERIC_TIMEZONE on the n8n server.';
			throw invalid("workflow's time zone", `does not exist: ${this.context.getTimezone()}`, hint);
		}
	};
}

/** The node's parameters for one input item, with expressions evaluated. */
export class ItemParameters {
	/** Evaluating an expression costs more than anything else done for an item. */
	private readonly itemValues = new Map<string, Evaluated>();

	constructor(
		private readonly run: RunParameters,
		readonly itemIndex: number,
	) {}

	/** The value of a parameter, null when its expression fails; empty when the form does not show it. */
	valueOrNull(name: string): unknown {
		return this.evaluated(name).value;
	}

	/** Undefined if optional and blank. Throws an InputError if the expression fails or returns nothing, or can't be read. */
	read<Value>({ property, read }: Field<Value>): Value {
		const { displayName, name, type } = property;
		const { value: evaluated, failure } = this.evaluated(name);
		if (failure !== undefined) {
			throw new InputError(
				`The expression in ${displayName} could not be evaluated for this item.`,
				`n8n says: "${failure}".`,
			);
		}
		const entered = type === 'resourceLocator' ? unwrapLocator(evaluated) : evaluated;
		const value = read(displayName, entered, this.run.readLocalTime);
		if (value !== undefined || !this.run.expressions.has(name)) return value;
		throw new InputError(
			`The expression in ${displayName} returns nothing.`,
			'Correct the expression (is a field name misspelled?), or remove it.',
		);
	}

	private evaluated(name: string): Evaluated {
		const values = this.run.expressions.has(name) ? this.itemValues : this.run.constants;
		let evaluated = values.get(name);
		if (evaluated) return evaluated;
		try {
			evaluated = { value: this.run.context.getNodeParameter(name, this.itemIndex, '') };
		} catch (error) {
			evaluated = { value: null, failure: messageOf(error) };
		}
		values.set(name, evaluated);
		return evaluated;
	}
}

/** The value in a resource locator. n8n could extract it too, but would search the form again for each item. */
export function unwrapLocator(value: unknown): unknown {
	const isLocator = typeof value === 'object' && value !== null && 'mode' in value && 'value' in value;
	return isLocator ? value.value : value;
}

/** An expression is stored as text that begins with `=`. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}
