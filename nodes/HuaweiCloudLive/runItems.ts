import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { notSent, type Failure } from '../../huawei-cloud/call/outcome';
import { classifyTransportError } from '../../huawei-cloud/call/transportErrors';
import { CALLS } from '../../huawei-cloud/live/calls';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { systemClock } from '../../n8n/clock';
import { connect, toNodeError, type ConnectContext } from '../../n8n/connection';
import { logCauses, logUnexpected } from '../../n8n/log';
import { InputError } from '../shared/inputError';
import { ItemParameters, RunParameters, unwrapLocator, type ParameterContext } from '../shared/parameters';
import { DEFAULTS, optionsReader, type Options } from './input/options';
import { resources } from './operations/index';
import type { Operation, OperationResult } from './operations/operation';
import { addHints, type HintContext, type ItemResult } from './output/hints';
import { echoOf, OUTPUT_OF, toJson } from './output/items';

export type RunContext = ConnectContext &
	Omit<ParameterContext, 'getNode'> &
	HintContext &
	Pick<IExecuteFunctions, 'getInputData' | 'continueOnFail' | 'logger'>;

/**
 * Runs the chosen operation for every input item. Throws in one case only: a credential that can't be used, when On Error is
 * set to stop the workflow. With a "continue" setting, n8n would respond to a throw by sending all *input* items to Success.
 * @returns three lists of items: Success, Not Found, Error; as an AI tool all in the first, the only one a model sees
 */
export async function runItems(context: RunContext): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	if (count === 0) return [[], [], []];
	const run = new RunParameters(context);
	const chosen = chosenOperation(context, run);
	const { maxConcurrency, maxRequestsPerMinute } = runSettings(chosen, run, count);
	const { perform, paceReport } = await prepare(context, chosen, count, maxRequestsPerMinute);

	const results: Result[] = new Array<Result>(count);
	const items = lookAhead(run, count, Object.values(chosen.identity));
	await forEachConcurrently(items, Math.min(maxConcurrency, count), async (parameters) => {
		results[parameters.itemIndex] = await perform(parameters);
	});

	// n8n runs a node that an agent uses as a tool under a different type name.
	const isTool = context.getNode().type.endsWith('Tool');
	const causes = results.map(({ failure }) => failure?.cause);
	logCauses(context.logger, causes);
	addHints(context, results, paceReport?.(), isTool);
	return toOutputs(results, isTool, chosen.operation);
}

/** An item's result until the run is over. It leaves out the service's response, which would take most of the memory. */
interface Result extends ItemResult {
	/** The JSON of the resulting items: any number for a list, else one. */
	items: IDataObject[];
}

/** Connects, for a function that processes one item and never rejects. */
async function prepare(context: RunContext, chosen: Chosen, count: number, maxPerMinute?: number) {
	const { operation, optionsOf } = chosen;
	const cancelSignal = context.getExecutionCancelSignal?.();
	try {
		if (!operation) {
			throw new InputError(
				'The node does not have this operation.',
				'Choose an operation in the node. For a custom API call, use the HTTP Request node with this credential.',
			);
		}
		const { live, rateLimit, redactor } = await connect(context, count, maxPerMinute);
		return {
			async perform(parameters: ItemParameters): Promise<Result> {
				try {
					// Of what remains then, only the identity has to be evaluated.
					const done = cancelSignal?.aborted
						? CANCELED
						: await operation.run(parameters, live, optionsOf(parameters));
					return toResult(chosen, done, parameters, (value) => redactor.redact(value));
				} catch (error) {
					return toResult(chosen, { outcome: failureOf(context, error) }, parameters);
				}
			},
			paceReport: () => rateLimit.report(),
		};
	} catch (error) {
		if (error instanceof CredentialError && !context.continueOnFail()) throw toNodeError(context, error);
		const outcome = { ...failureOf(context, error), mayHaveHappened: false };
		return { perform: async (parameters: ItemParameters) => toResult(chosen, { outcome }, parameters) };
	}
}

const CANCELED: OperationResult = { outcome: notSent(classifyTransportError('cancelled', false)) };

/** One item for each input item, unless the operation returns its own. It has the identity as sent or, on an error, as entered. */
function toResult(
	{ operation, identity }: Chosen,
	{ outcome, sent, found, items, note }: OperationResult,
	parameters: ItemParameters,
	redact = <Value>(value: Value): Value => value,
): Result {
	const entered = () =>
		Object.entries(identity).map(([field, name]) => [field, unwrapLocator(parameters.valueOrNull(name))]);
	const names = outcome.kind === 'error' || !sent ? echoOf(Object.fromEntries(entered())) : sent;
	const json = () => toJson(outcome, operation?.fields?.(outcome, parameters), names, found);
	return {
		// It chooses the output, and even an ordinary word may be a secret.
		kind: outcome.kind,
		failure: outcome.kind === 'error' ? redact(outcome) : undefined,
		// Removing a name that an author entered would confirm a guess.
		items: items ? redact(items) : [{ ...redact(json()), ...names }],
		note,
	};
}

function toOutputs(
	results: readonly Result[],
	isTool: boolean,
	operation: Operation | undefined,
): INodeExecutionData[][] {
	const mayRunAgain = !operation || CALLS[operation.call].idempotent;
	const toItem = isTool && !mayRunAgain ? withoutError : (json: IDataObject) => json;
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

type Chosen = ReturnType<typeof chosenOperation>;

/** The operation is undefined when the node doesn't have it. */
function chosenOperation(context: RunContext, run: RunParameters) {
	const resourceName = context.getNodeParameter('resource', 0, '');
	const operationName = context.getNodeParameter('operation', 0, '');
	const resource = resources.find(({ option }) => option.value === resourceName);
	const operation = resource?.operations.find(({ option }) => option.value === operationName);
	const names = operation?.form.map(({ property }) => property.name);
	const identity = Object.entries(resource?.identity ?? {}).filter(([, name]) => names?.includes(name));
	return { operation, identity: Object.fromEntries(identity), optionsOf: optionsReader(run) };
}

const BATCH_SIZE = 32;

/** The settings of the first item with valid options, among the first few; else the defaults. An invalid one is its own error. */
function runSettings(
	{ optionsOf }: Chosen,
	run: RunParameters,
	count: number,
): Partial<Options> & typeof DEFAULTS {
	for (let item = 0; item < Math.min(BATCH_SIZE, count); item++) {
		try {
			return optionsOf(new ItemParameters(run, item));
		} catch {
			continue;
		}
	}
	return DEFAULTS;
}

/** Yields each item's parameters. Those named are evaluated in batches, as n8n is then faster; others late: `$now` is current. */
function* lookAhead(run: RunParameters, count: number, names: readonly string[]): Generator<ItemParameters> {
	for (let first = 0; first < count; first += BATCH_SIZE) {
		const length = Math.min(BATCH_SIZE, count - first);
		const batch = Array.from({ length }, (_, index) => new ItemParameters(run, first + index));
		for (const parameters of batch) names.forEach((name) => parameters.valueOrNull(name));
		yield* batch;
	}
}

const MAX_BLOCKED_MS = 20;

/** Lets n8n do other work now and then: items that fail before anything is sent never wait for I/O. */
async function forEachConcurrently<Item>(
	items: Iterable<Item>,
	workers: number,
	work: (item: Item) => Promise<void>,
): Promise<void> {
	let pausedAt = systemClock.now();
	// One for all: n8n would wait for each worker's turn.
	let pause: Promise<void> | undefined;
	const takePause = async () => {
		await systemClock.sleep(0);
		pausedAt = systemClock.now();
		pause = undefined;
	};
	const worker = async () => {
		for (const item of items) {
			await work(item);
			if (Math.abs(systemClock.now() - pausedAt) >= MAX_BLOCKED_MS) pause ??= takePause();
			if (pause) await pause;
		}
	};
	await Promise.all(Array.from({ length: workers }, worker));
}

function failureOf({ logger }: RunContext, error: unknown): Failure {
	if (error instanceof InputError || error instanceof CredentialError) {
		const category = error instanceof CredentialError ? error.category : 'validation';
		return notSent({ category, message: error.message, hint: error.hint, retryable: false });
	}
	// No details, since they could contain anything, and no claim that nothing happened.
	logUnexpected(logger, error);
	const message = 'Something went wrong inside the node itself.';
	const hint = 'Please report this with the versions of n8n and of this node, and what you were doing.';
	return { ...notSent({ category: 'unknown', message, hint, retryable: true }), mayHaveHappened: true };
}
