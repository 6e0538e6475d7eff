import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Failure, Outcome } from '../../../huawei-cloud/call/outcome';
import type { Slowdown } from '../../../huawei-cloud/call/rateLimiter';
import { escapeHtml } from '../../../n8n/messages';

/** What a run says beside its output. n8n shows it on every tab of the output pane, whichever is open. */

/** What hints need to know of an item. */
export interface ItemResult {
	kind: Outcome['kind'];
	failure: Failure | undefined;
	note: string | undefined;
}

/** What hints need from n8n. */
export interface HintContext extends Pick<IExecuteFunctions, 'getNode'> {
	/** Missing where n8n has no place for hints. */
	addExecutionHints?: IExecuteFunctions['addExecutionHints'];
}

/**
 * Adds the hints of a run: what failed, notes of the operation, and settings of the node that mislead.
 * @param slowdown that the run waited for the service's limit
 * @param isTool whether everything leaves by the first output
 */
export function addHints(
	context: HintContext,
	results: readonly ItemResult[],
	slowdown: Slowdown | undefined,
	isTool: boolean,
): void {
	const notes = new Set(results.flatMap(({ note }) => note ?? []));
	const hints = [
		...failures(results, isTool),
		...[...notes].map((note) => hint('warning', note)),
		...(slowdown ? [hint('info', describeSlowdown(slowdown))] : []),
		...(isTool ? [] : misleadingSettings(context, results)),
	];
	if (hints.length > 0) context.addExecutionHints?.(...hints);
}

/** The first reason and what to do about it: an output that nobody looks at would keep it to itself. */
function failures(results: readonly ItemResult[], isTool: boolean): NodeExecutionHint[] {
	const failed = results.flatMap(({ failure }) => failure ?? []);
	const [first] = failed;
	if (!first) return [];
	const items = results.length === 1 ? 'The item' : `${failed.length} of ${results.length} items`;
	const left = isTool ? '' : ' and left by the Error output';
	const reason = failed.length === 1 ? '' : 'First reason: ';
	const message = `${items} failed${left}. ${reason}${first.message} ${first.hint}`;
	return [hint('danger', message)];
}

function describeSlowdown({ perMinute }: Slowdown): string {
	if (perMinute === undefined) return 'The service refused more calls for a while; this run waited for it.';
	return `The service allowed about ${perMinute} ${perMinute === 1 ? 'call' : 'calls'} a minute; this run waited for it.`;
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
				'With On Error set to Continue (using error output), n8n shows two outputs called Error. Wire the upper one, the third: failed items leave by it under every setting. The fourth stays empty.',
			),
		);
	}
	return hints;
}

function hint(type: 'info' | 'warning' | 'danger', message: string): NodeExecutionHint {
	// n8n renders it as HTML.
	return { message: escapeHtml(message), type, location: 'outputPane' };
}
