import type { IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../../huawei-cloud/answer';
import type { CallSettings } from '../../huawei-cloud/client';
import { InputError } from '../../huawei-cloud/input-error';
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from './fields';
import { readLocalTime } from './timeZone';

/** The node's parameters as they are for one input item, expressions evaluated. */
export class ItemParameters {
	/** What was read already: evaluating an expression costs more than all else that is done for an item. */
	private readonly values = new Map<string, unknown>();

	constructor(
		private readonly context: Pick<IExecuteFunctions, 'getNodeParameter' | 'getTimezone'>,
		private readonly itemIndex: number,
	) {}

	/**
	 * The value of a parameter; of a resource locator, the value in it.
	 * @throws InputError when its expression fails for this item
	 */
	get(name: string): unknown {
		if (!this.values.has(name)) this.values.set(name, this.evaluate(name, undefined, true));
		return this.values.get(name);
	}

	/**
	 * The value of a parameter that is not there when the form does not show it.
	 * @throws InputError when its expression fails for this item
	 */
	getIfShown(name: string): unknown {
		return this.evaluate(name, '', false);
	}

	/**
	 * The fields that were added to a collection.
	 * @throws InputError when an expression in it fails for this item
	 */
	collection(name: string): Record<string, unknown> {
		const value = this.get(name);
		return isObject(value) ? value : {};
	}

	/** Whether an option is switched on. */
	flag(option: string): boolean {
		const value = this.collection('options')[option];
		return value === true || value === 'true';
	}

	/** Understands times without a zone as those of the workflow's time zone. */
	readonly localTime = (text: string): number => readLocalTime(text, this.context.getTimezone());

	private evaluate(name: string, fallback: string | undefined, extractValue: boolean): unknown {
		try {
			return this.context.getNodeParameter(name, this.itemIndex, fallback, { extractValue });
		} catch (error) {
			throw failedExpression(name, error);
		}
	}

	/**
	 * Max Retries and Timeout. Max Concurrency is checked along with them, so that a wrong one does not go unnoticed.
	 * @throws InputError when one of them is out of its range
	 */
	settings(): CallSettings {
		this.maxConcurrency();
		return {
			maxRetries: this.option('maxRetries', 'Max Retries', DEFAULT_MAX_RETRIES, 0, 10),
			timeout: this.option('timeout', 'Timeout', DEFAULT_TIMEOUT_MS, 1, 300_000),
		};
	}

	/** @throws InputError when it is out of its range */
	maxConcurrency(): number {
		return this.option('maxConcurrency', 'Max Concurrency', DEFAULT_MAX_CONCURRENCY, 1, 100);
	}

	private option(name: string, label: string, fallback: number, min: number, max: number): number {
		const value = this.collection('options')[name];
		if (value === undefined || value === null || value === '') return fallback;
		const number = typeof value === 'string' ? Number(value) : value;
		if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max)
			return number;
		throw new InputError(
			`The option ${label} is not a whole number from ${min} to ${max}.`,
			`Set ${label} to a number in this range, or remove the option to get ${fallback}.`,
		);
	}
}

/** What n8n says in an error of its own. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function failedExpression(name: string, error: unknown): InputError {
	return new InputError(
		`The value of the parameter ${name} could not be worked out for this item.`,
		`Look at its expression. n8n says: "${messageOf(error)}".`,
	);
}
