/** Execution hints. n8n shows them on every tab of the output pane. */

import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Failure, Outcome } from '../../../huawei-cloud/call/outcome';
import type { PaceReport } from '../../../n8n/connection';
import { escapeHtml } from '../../../n8n/messages';
import { isFields } from '../../shared/objects';
import { OUTPUT_OF } from './items';

export interface ItemResult {
	kind: Outcome['kind'];
	failure: Failure | undefined;
	note: string | undefined;
}

/** The part of n8n that hints need. Not all of it exists wherever the node runs, and the types of n8n-workflow lack the last. */
export type HintContext = Pick<IExecuteFunctions, 'getNode'> &
	Partial<Pick<IExecuteFunctions, 'addExecutionHints' | 'getChildNodes'>> & {
		getConnections?(destination: { name: string }, type: 'main'): unknown;
	};

/** False: it does not apply. */
type Hint = false | [type: NonNullable<NodeExecutionHint['type']>, message: string];

/** Adds the hints of a run. A tool sends everything to the first output, so it gets none about outputs and settings. */
export function addHints(
	context: HintContext,
	results: readonly ItemResult[],
	paceReport: PaceReport | undefined,
	isTool: boolean,
): void {
	const notes = new Set(results.flatMap(({ note }) => note ?? []));
	const hints: Hint[] = [
		...failures(results, isTool),
		...(isTool ? [] : unconnectedOutputs(context, results)),
		...[...notes].map((note): Hint => ['warning', note]),
		...(paceReport ? waits(paceReport) : []),
		...(isTool ? [] : misleadingSettings(context, results)),
	];
	const added = hints.filter((hint) => hint !== false);
	if (added.length === 0) return;
	const location = 'outputPane';
	// n8n renders it as HTML.
	const shown = added.map(([type, message]) => ({ message: escapeHtml(message), type, location }) as const);
	context.addExecutionHints?.(...shown);
}

/** The first reason and its hint, in case nobody opens the Error branch. */
function failures(results: readonly ItemResult[], isTool: boolean): Hint[] {
	const failed = results.flatMap(({ failure }) => failure ?? []);
	const [first] = failed;
	if (!first) return [];
	const which = results.length === 1 ? 'The item' : `${failed.length} of ${results.length} items`;
	const output = isTool ? '' : ' and went to Error';
	const reason = failed.length === 1 ? '' : 'First reason: ';
	return [['danger', `${which} failed${output}. ${reason}${first.message} ${first.hint}`]];
}

/** n8n silently drops the items of an output that isn't connected. */
function unconnectedOutputs(context: HintContext, results: readonly ItemResult[]): Hint[] {
	const failed = results.filter(({ kind }) => kind === 'error').length;
	const notFound = results.filter(({ kind }) => kind === 'notFound').length;
	const connected = failed + notFound === 0 ? undefined : connectedOutputs(context);
	if (!connected) return [];
	return [
		failed > 0 &&
			!connected.has(OUTPUT_OF.error) && [
				'danger',
				`The Error output is not connected, so this execution succeeds although ${counted(failed, 'item')} failed. Connect it, e.g. to Stop and Error.`,
			],
		notFound > 0 &&
			!connected.has(OUTPUT_OF.notFound) && [
				'warning',
				`The Not Found output is not connected, so no node receives the ${counted(notFound, 'item')} that went there. Connect it if that matters.`,
			],
	];
}

/** The indexes of the outputs that are connected; undefined when n8n can't tell. */
function connectedOutputs(context: HintContext): ReadonlySet<unknown> | undefined {
	if (!context.getConnections) return undefined;
	try {
		const { name } = context.getNode();
		const inputs = context.getChildNodes?.(name).map((child) => context.getConnections?.(child, 'main'));
		// A child names each node it is connected to, with the index of that node's output.
		const sources = inputs?.flat(2).filter((source) => isFields(source)) ?? [];
		return inputs && new Set(sources.filter(({ node }) => node === name).map(({ index }) => index));
	} catch {
		// A workflow file may connect nodes that don't exist. A hint isn't worth losing the run's items.
		return undefined;
	}
}

function counted(count: number, noun: string): string {
	return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** Shorter waits are not worth a hint. */
const MIN_WAIT_MS = 1000;

function waits({ perMinute, waitedMs, hostDownMs }: PaceReport): Hint[] {
	const limit =
		perMinute === undefined
			? 'Huawei Cloud throttled requests for a while'
			: `Huawei Cloud allowed about ${counted(perMinute, 'request')} per minute`;
	return [
		waitedMs >= MIN_WAIT_MS && [
			'info',
			`${limit}; this run was slowed to match and waited ${duration(waitedMs)} in total.`,
		],
		hostDownMs >= MIN_WAIT_MS && [
			'info',
			`This run waited ${duration(hostDownMs)} because Huawei Cloud could not be reached.`,
		],
	];
}

function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
}

function misleadingSettings(context: HintContext, results: readonly ItemResult[]): Hint[] {
	const { alwaysOutputData, onError } = context.getNode();
	return [
		alwaysOutputData === true &&
			!results.some(({ kind }) => kind === 'success') && [
				'warning',
				'The Always Output Data setting put an empty item on the Success output, although nothing succeeded. Turn the setting off.',
			],
		onError === 'continueErrorOutput' && [
			'info',
			'With On Error set to Continue (using error output), n8n shows two outputs named Error. Connect the upper one, the third: failed items go there under every setting. The fourth stays empty.',
		],
	];
}
