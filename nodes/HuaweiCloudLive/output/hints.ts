/** Execution hints. n8n shows them on every tab of the output pane. */

import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Failure, Outcome } from '../../../huawei-cloud/call/outcome';
import type { PaceReport } from '../../../n8n/connection';
import { escapeHtml } from '../../../n8n/messages';
import { connectedOutputs, type ConnectionContext } from './connections';
import { OUTPUT_OF } from './items';

/** The facts about an item that hints depend on. */
export interface ItemResult {
	kind: Outcome['kind'];
	failure: Failure | undefined;
	note: string | undefined;
}

/** The part of n8n that hints need. */
export interface HintContext extends ConnectionContext {
	/** Missing where n8n can't show hints. */
	addExecutionHints?: IExecuteFunctions['addExecutionHints'];
}

/**
 * Adds the hints of a run: failures, unconnected outputs, notes of the operation, and misleading settings of the node.
 * @param paceReport the waits of the run
 * @param isTool whether everything goes to the first output
 */
export function addHints(
	context: HintContext,
	results: readonly ItemResult[],
	paceReport: PaceReport | undefined,
	isTool: boolean,
): void {
	const notes = new Set(results.flatMap(({ note }) => note ?? []));
	const hints = [
		...failures(results, isTool),
		...(isTool ? [] : unconnectedOutputs(context, results)),
		...[...notes].map((note) => hint('warning', note)),
		...describeWaits(paceReport).map((wait) => hint('info', wait)),
		...(isTool ? [] : misleadingSettings(context, results)),
	];
	if (hints.length > 0) context.addExecutionHints?.(...hints);
}

/** The first reason and its hint, in case nobody opens the Error branch. */
function failures(results: readonly ItemResult[], isTool: boolean): NodeExecutionHint[] {
	const failed = results.flatMap(({ failure }) => failure ?? []);
	const [first] = failed;
	if (!first) return [];
	const which = results.length === 1 ? 'The item' : `${failed.length} of ${results.length} items`;
	const output = isTool ? '' : ' and went to Error';
	const reason = failed.length === 1 ? '' : 'First reason: ';
	const message = `${which} failed${output}. ${reason}${first.message} ${first.hint}`;
	return [hint('danger', message)];
}

/** n8n silently drops the items of an output that isn't connected. */
function unconnectedOutputs(context: HintContext, results: readonly ItemResult[]): NodeExecutionHint[] {
	const failed = results.filter(({ kind }) => kind === 'error').length;
	const notFound = results.filter(({ kind }) => kind === 'notFound').length;
	if (failed + notFound === 0) return [];
	const connected = connectedOutputs(context);
	if (!connected) return [];
	const hints: NodeExecutionHint[] = [];
	if (failed > 0 && !connected.has(OUTPUT_OF.error)) {
		const message = `The Error output is not connected, so this execution succeeds although ${items(failed)} failed. Connect it, e.g. to Stop and Error.`;
		hints.push(hint('danger', message));
	}
	if (notFound > 0 && !connected.has(OUTPUT_OF.notFound)) {
		const message = `The Not Found output is not connected, so no node receives the ${items(notFound)} that went there. Connect it if that matters.`;
		hints.push(hint('warning', message));
	}
	return hints;
}

function items(count: number): string {
	return count === 1 ? '1 item' : `${count} items`;
}

/** Shorter waits are not worth a hint. */
const MIN_WAIT_MS = 1000;

function describeWaits(report: PaceReport | undefined): string[] {
	if (!report) return [];
	const { perMinute, waitedMs, hostDownMs } = report;
	const waits: string[] = [];
	if (waitedMs >= MIN_WAIT_MS) {
		const requests = perMinute === 1 ? 'request' : 'requests';
		const limit =
			perMinute === undefined
				? 'Huawei Cloud throttled requests for a while'
				: `Huawei Cloud allowed about ${perMinute} ${requests} per minute`;
		waits.push(`${limit}; this run was slowed to match and waited ${duration(waitedMs)} in total.`);
	}
	if (hostDownMs >= MIN_WAIT_MS)
		waits.push(`This run waited ${duration(hostDownMs)} because Huawei Cloud could not be reached.`);
	return waits;
}

function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
	return `${Math.round(seconds / 60)} minutes`;
}

function misleadingSettings(context: HintContext, results: readonly ItemResult[]): NodeExecutionHint[] {
	const { alwaysOutputData, onError } = context.getNode();
	const hints: NodeExecutionHint[] = [];
	if (alwaysOutputData === true && !results.some(({ kind }) => kind === 'success')) {
		hints.push(
			hint(
				'warning',
				'The Always Output Data setting put an empty item on the Success output, although nothing succeeded. Turn the setting off.',
			),
		);
	}
	if (onError === 'continueErrorOutput') {
		hints.push(
			hint(
				'info',
				'With On Error set to Continue (using error output), n8n shows two outputs named Error. Connect the upper one, the third: failed items go there under every setting. The fourth stays empty.',
			),
		);
	}
	return hints;
}

function hint(type: 'info' | 'warning' | 'danger', message: string): NodeExecutionHint {
	// n8n renders it as HTML.
	return { message: escapeHtml(message), type, location: 'outputPane' };
}
