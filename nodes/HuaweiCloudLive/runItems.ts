import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { notSent, type Failure, type Outcome } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { InputError } from '../shared/inputError';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { systemClock } from '../../n8n/clock';
import { logCauses, logUnexpected } from '../../n8n/log';
import {
	connect,
	toNodeError,
	type ConnectContext,
	type PaceReport,
	type RunLimits,
} from '../../n8n/connection';
import { optionsField } from './description/fields';
import { DEFAULT_MAX_CONCURRENCY } from '../shared/runLimits';
import { LookAhead } from './input/lookAhead';
import { addHints, type HintContext, type ItemResult } from './output/hints';
import { jsonValue, OUTPUT_OF, toJson } from './output/items';
import type { Operation, OperationResult, Resource } from './operations/operation';
import { resources } from './operations/index';
import {
	Constants,
	ItemParameters,
	labelsOf,
	type ParameterContext,
	type RunSettings,
} from '../shared/parameters';

/** The part of n8n that a run needs. */
export type RunContext = ConnectContext &
	ParameterContext &
	HintContext &
	Pick<IExecuteFunctions, 'getInputData' | 'continueOnFail' | 'logger'>;

/**
 * Runs the chosen operation for every input item.
 *
 * Throws in one case only: a credential that can't be used, when On Error is set to stop the workflow. With a "continue"
 * setting, n8n would respond to a throw by sending all *input* items to Success.
 * @returns three lists of items: Success, Not Found, Error; as an AI tool all in the first, the only one a model sees
 */
export async function runItems(context: RunContext): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	if (count === 0) return [[], [], []];
	const chosen = chosenOperation(context);
	const constants = new Constants(context.getNode().parameters);
	const names = Object.values(chosen?.resource.identity ?? {});
	const lookAhead = new LookAhead(context, names, count);
	const parametersOf = (itemIndex: number) => new ItemParameters(lookAhead, LABELS, itemIndex, constants);
	const { maxConcurrency, maxRequestsPerMinute } = runSettings(count, parametersOf);
	const { runItem, paceReport } = await prepare(context, chosen, {
		expectedCalls: count,
		maxRequestsPerMinute,
	});

	const results: Result[] = new Array<Result>(count);
	await forEachConcurrently(count, maxConcurrency, async (itemIndex) => {
		results[itemIndex] = await runItem(parametersOf(itemIndex));
	});

	// n8n runs a node that an agent uses as a tool under a different type name.
	const isTool = context.getNode().type.endsWith('Tool');
	logCauses(
		context.logger,
		results.map(({ failure }) => failure?.cause),
	);
	addHints(context, results, paceReport?.(), isTool);
	return toOutputs(results, isTool, chosen?.operation);
}

/** Of all operations: options of a previously chosen operation may still be set, though hidden. */
const LABELS = labelsOf([
	...resources.flatMap(({ operations }) => operations.flatMap(({ properties }) => properties)),
	optionsField(resources),
]);

/** An item's state until the run is over. Without the service's response, which would take most of the memory. */
interface Result extends ItemResult {
	/** The JSON of the resulting items: any number for a list, else one. */
	items: IDataObject[];
}

/** Processes one item. Never rejects. */
type RunItem = (parameters: ItemParameters) => Promise<Result>;

interface Run {
	runItem: RunItem;
	/** True if it had to wait for the service's limit. */
	paceReport?: () => PaceReport;
}

async function prepare(context: RunContext, chosen: Chosen | undefined, limits: RunLimits): Promise<Run> {
	if (!chosen) return { runItem: runThatFails(undefined, invalidInput(UNKNOWN_OPERATION)) };
	try {
		const { live, rateLimit, redactor } = await connect(context, limits);
		return {
			runItem: async (parameters) => redactor.redact(await runOperation(context, chosen, parameters, live)),
			paceReport: () => rateLimit.report(),
		};
	} catch (error) {
		const problem = error instanceof CredentialError ? error : undefined;
		if (problem && !context.continueOnFail()) throw toNodeError(context, problem);
		const failure = problem
			? unusableCredential(problem)
			: { ...unexpected(context, error), mayHaveHappened: false };
		return { runItem: runThatFails(chosen, failure) };
	}
}

/** A run whose items all fail the same way, before anything is sent. */
function runThatFails(chosen: Chosen | undefined, failure: Failure): RunItem {
	return async (parameters) => result(chosen, { outcome: failure }, parameters);
}

async function runOperation(
	context: RunContext,
	chosen: Chosen,
	parameters: ItemParameters,
	live: LiveApi,
): Promise<Result> {
	try {
		const done = await chosen.operation.run(parameters, live);
		const { outcome, items, note } = done;
		if (items) return resultWith(outcome, items, note);
		return result(chosen, done, parameters);
	} catch (error) {
		const outcome = error instanceof InputError ? invalidInput(error) : unexpected(context, error);
		return result(chosen, { outcome }, parameters);
	}
}

/** The result with one item. It names what it is about as it was sent or, on an error, as the input item gave it. */
function result(
	chosen: Chosen | undefined,
	{ outcome, sent, found, note }: OperationResult,
	parameters: ItemParameters,
): Result {
	const identity = outcome.kind === 'error' || !sent ? givenIdentity(chosen, parameters) : sent;
	const fields = chosen?.operation.fields?.(outcome, parameters);
	return resultWith(outcome, [toJson(outcome, fields, identity, found)], note);
}

function resultWith(outcome: Outcome, items: IDataObject[], note?: string): Result {
	return { kind: outcome.kind, failure: outcome.kind === 'error' ? outcome : undefined, items, note };
}

/** The identity of the resource as the item gave it, so that people can find the item whatever is wrong with it. */
function givenIdentity(chosen: Chosen | undefined, parameters: ItemParameters): IDataObject {
	const names = new Set(chosen?.operation.properties.map(({ name }) => name));
	const fields = Object.entries(chosen?.resource.identity ?? {}).filter(([, name]) => names.has(name));
	return Object.fromEntries(fields.map(([field, name]) => [field, jsonValue(given(parameters, name))]));
}

function given(parameters: ItemParameters, name: string): unknown {
	try {
		return parameters.get(name);
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
	const outputs: [INodeExecutionData[], INodeExecutionData[], INodeExecutionData[]] = [[], [], []];
	results.forEach(({ kind, items }, itemIndex) => {
		const output = outputs[isTool ? OUTPUT_OF.success : OUTPUT_OF[kind]];
		for (const json of items) output.push({ json: toItem(json), pairedItem: { item: itemIndex } });
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

interface Chosen {
	resource: Resource;
	operation: Operation;
}

function chosenOperation(context: RunContext): Chosen | undefined {
	const resourceName = context.getNodeParameter('resource', 0, '');
	const operationName = context.getNodeParameter('operation', 0, '');
	const resource = resources.find(({ option }) => option.value === resourceName);
	const operation = resource?.operations.find(({ option }) => option.value === operationName);
	return resource && operation ? { resource, operation } : undefined;
}

/** The values for the first item in which they are valid. Where one is not, the item itself gets the error. */
function runSettings(count: number, parametersOf: (itemIndex: number) => ItemParameters): RunSettings {
	for (let itemIndex = 0; itemIndex < count; itemIndex += 1) {
		try {
			return parametersOf(itemIndex).runSettings();
		} catch {
			// The next may have them.
		}
	}
	return { maxConcurrency: DEFAULT_MAX_CONCURRENCY, maxRequestsPerMinute: undefined };
}

/** Items that fail before anything is sent would keep n8n from all else until the last one. */
const MAX_BLOCKED_MS = 20;

async function forEachConcurrently(
	count: number,
	limit: number,
	work: (index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	let yieldedAt = systemClock.now();
	const worker = async () => {
		while (next < count) {
			await work(next++);
			if (Math.abs(systemClock.now() - yieldedAt) < MAX_BLOCKED_MS) continue;
			await systemClock.sleep(0);
			yieldedAt = systemClock.now();
		}
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
function unexpected({ logger }: RunContext, error: unknown): Failure {
	logUnexpected(logger, error);
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
