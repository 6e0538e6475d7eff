import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { notSent, type Failure, type Outcome } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { InputError } from './inputError';
import type { RelayTasks } from '../../huawei-cloud/live/relayTasks';
import type { Slowdown } from '../../huawei-cloud/call/rateLimiter';
import { connect, toNodeError, type RunLimits } from '../../n8n/connection';
import { DEFAULT_MAX_CONCURRENCY, optionsField } from './fields';
import { addHints } from './hints';
import { OUTPUT_OF, toJson } from './items';
import type { Operation } from './operation';
import { operations } from './operations';
import { Constants, ItemParameters, labelsOf, type RunSettings } from './parameters';

/**
 * Runs the chosen operation for every input item.
 *
 * Throws in one case only: a credential that can't be used, when On Error is set to stop the workflow. With a "continue"
 * setting, n8n would respond to a throw by sending all *input* items to Success.
 * @returns three lists of items: Success, Not Found, Error; as an AI tool all in the first, the only one a model sees
 */
export async function runItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	if (count === 0) return [[], [], []];
	const operation = chosenOperation(context);
	const constants = new Constants(context.getNode().parameters);
	const parametersOf = (itemIndex: number) => new ItemParameters(context, LABELS, itemIndex, constants);
	const { maxConcurrency, maxRequestsPerMinute } = runSettings(parametersOf(0));
	const { runItem, slowdown } = await prepare(context, operation, { load: count, maxRequestsPerMinute });

	const results: Result[] = new Array<Result>(count);
	await forEachConcurrently(count, maxConcurrency, async (itemIndex) => {
		results[itemIndex] = await runItem(parametersOf(itemIndex));
	});

	// n8n runs a node that an agent uses as a tool under a different type name.
	const isTool = context.getNode().type.endsWith('Tool');
	addHints(context, results, slowdown?.(), isTool);
	return toOutputs(results, isTool, operation);
}

/** Of all operations: options of a previously chosen operation may still be set, though hidden. */
const LABELS = labelsOf([...operations.flatMap(({ properties }) => properties), optionsField(operations)]);

interface Result {
	outcome: Outcome;
	/** The JSON of the resulting items: any number for a list, else one. */
	items: IDataObject[];
	note?: string | undefined;
}

/** Processes one item. Never rejects. */
type RunItem = (parameters: ItemParameters) => Promise<Result>;

interface Run {
	runItem: RunItem;
	/** Whether it had to wait for the service's limit. */
	slowdown?: () => Slowdown | undefined;
}

async function prepare(
	context: IExecuteFunctions,
	operation: Operation | undefined,
	limits: RunLimits,
): Promise<Run> {
	if (!operation) return { runItem: runThatFails(undefined, invalidInput(UNKNOWN_OPERATION)) };
	try {
		const { relayTasks, rateLimit } = await connect(context, limits);
		return {
			runItem: async (parameters) => await runOperation(operation, parameters, relayTasks),
			slowdown: () => rateLimit.slowdown(),
		};
	} catch (error) {
		const problem = error instanceof CredentialError ? error : undefined;
		if (problem && !context.continueOnFail()) throw toNodeError(context, problem);
		const failure = problem ? unusableCredential(problem) : { ...unexpected(), mayHaveHappened: false };
		return { runItem: runThatFails(operation, failure) };
	}
}

/** A run whose items all fail the same way, before anything is sent. */
function runThatFails(operation: Operation | undefined, failure: Failure): RunItem {
	return async (parameters) => result(operation, failure, givenTaskId(parameters));
}

async function runOperation(
	operation: Operation,
	parameters: ItemParameters,
	relayTasks: RelayTasks,
): Promise<Result> {
	try {
		const { outcome, items, note } = await operation.run(parameters, relayTasks);
		if (items && outcome.kind === 'success') return { outcome, items, note };
		return result(operation, outcome, givenTaskId(parameters));
	} catch (error) {
		const failure = error instanceof InputError ? invalidInput(error) : unexpected();
		return result(operation, failure, givenTaskId(parameters));
	}
}

function result(operation: Operation | undefined, outcome: Outcome, given: unknown): Result {
	return { outcome, items: [toJson(outcome, operation?.fields?.(outcome, given) ?? {})] };
}

/** The Task ID as given in the item, so that people can find the item, whatever is wrong with it. */
function givenTaskId(parameters: ItemParameters): unknown {
	try {
		return parameters.get('taskId');
	} catch {
		return null;
	}
}

function toOutputs(
	results: readonly Result[],
	isTool: boolean,
	operation: Operation | undefined,
): INodeExecutionData[][] {
	const toItem = isTool && operation?.idempotent === false ? withoutError : (json: IDataObject) => json;
	const outputs: INodeExecutionData[][] = [[], [], []];
	results.forEach(({ outcome, items }, itemIndex) => {
		const output = outputs[isTool ? OUTPUT_OF.success : OUTPUT_OF[outcome.kind]];
		for (const json of items) output?.push({ json: toItem(json), pairedItem: { item: itemIndex } });
	});
	return outputs;
}

/** Renames `error`: with Retry On Fail, n8n runs a tool again if its first item has an `error`. */
function withoutError({ error, ...json }: IDataObject): IDataObject {
	return error === undefined ? json : { ...json, message: error };
}

const UNKNOWN_OPERATION = new InputError(
	'The node does not have this operation.',
	'Choose an operation in the node. For a custom API call, use the HTTP Request node with this credential.',
);

function chosenOperation(context: IExecuteFunctions): Operation | undefined {
	const name: unknown = context.getNodeParameter('operation', 0, '');
	return operations.find(({ option }) => option.value === name);
}

/** The values for the first item. If one is invalid, the item itself gets the error. */
function runSettings(first: ItemParameters): RunSettings {
	try {
		return first.runSettings();
	} catch {
		return { maxConcurrency: DEFAULT_MAX_CONCURRENCY, maxRequestsPerMinute: undefined };
	}
}

async function forEachConcurrently(
	count: number,
	limit: number,
	work: (index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
}

function invalidInput({ message, hint }: InputError): Failure {
	return notSent({ category: 'validation', message, hint, retryable: false });
}

function unusableCredential({ category, message, hint }: CredentialError): Failure {
	return notSent({ category, message, hint, retryable: false });
}

/** For what should be impossible: no details, since they could hold anything, and no claim that nothing happened. */
function unexpected(): Failure {
	return {
		...notSent({
			category: 'unknown',
			message: 'Something went wrong inside the node itself.',
			hint: 'Please report this with the versions of n8n and of this node, and what you were doing.',
			retryable: true,
		}),
		mayHaveHappened: true,
	};
}
