import { describe, expect, test } from '@jest/globals';
import type { INode, NodeExecutionHint } from 'n8n-workflow';

import { notSent, type Failure } from '../../huawei-cloud/call/outcome';
import type { PaceReport } from '../../huawei-cloud/pace/rateLimiter';
import { addHints, type ItemResult } from '../../nodes/HuaweiCloudLive/output/hints';

const SUCCESS: ItemResult = { kind: 'success', failure: undefined, note: undefined };
const NOT_FOUND: ItemResult = { kind: 'notFound', failure: undefined, note: undefined };
const failed = (message: string, hint = 'Do something.'): ItemResult => {
	const failure: Failure = notSent({ category: 'server', message, hint, retryable: false });
	return { kind: 'error', failure, note: undefined };
};

const NO_WAIT: PaceReport = { perMinute: undefined, waitedMs: 0, hostDownMs: 0 };

interface Given {
	node?: Partial<INode>;
	paceReport?: PaceReport;
	isTool?: boolean;
}

/** The hints, each as its type and its message. */
function hintsOf(results: ItemResult[], { node = {}, paceReport, isTool = false }: Given = {}) {
	const hints: NodeExecutionHint[] = [];
	const context = {
		getNode: () => ({
			id: '1',
			name: 'Node',
			type: 'test',
			typeVersion: 1,
			position: [0, 0] satisfies [number, number],
			parameters: {},
			...node,
		}),
		addExecutionHints: (...added: NodeExecutionHint[]) => {
			if (added.length === 0) throw new Error('n8n was called for nothing');
			hints.push(...added);
		},
	};
	addHints(context, results, paceReport, isTool);
	// Whichever tab is open.
	expect(hints.every(({ location }) => location === 'outputPane')).toBe(true);
	return hints.map(({ type, message }) => [type, message]);
}

describe('what failed is told', () => {
	const several = [failed('One.'), SUCCESS, failed('Two.')];
	test.each<[string, ItemResult[], boolean]>([
		['The item failed and went to Error. It broke. Do something.', [failed('It broke.')], false],
		['2 of 3 items failed and went to Error. First reason: One. Do something.', several, false],
		// An agent has no outputs.
		['The item failed. It broke. Do something.', [failed('It broke.')], true],
	])('with the reason, and what to do: %s', (message, results, isTool) => {
		expect(hintsOf(results, { isTool })).toEqual([['danger', message]]);
	});

	test('as text, whatever is in it: n8n would show HTML', () => {
		const [[, message] = []] = hintsOf([failed('<img src=x onerror="alert(1)">', "a & 'b'")]);
		expect(message).toMatch(/&#60;img src=x onerror="alert\(1\)"&#62; a &#38; 'b'$/);
	});
});

test('a note of an operation is told once, however many items have it', () => {
	const noted = (note: string) => ({ ...SUCCESS, note });
	expect(hintsOf([noted('One.'), SUCCESS, noted('Two.'), noted('One.')])).toEqual([
		['warning', 'One.'],
		['warning', 'Two.'],
	]);
});

/** How a run that was throttled says what it waited. */
const slowed = (allowed: string, waited: string) =>
	`Huawei Cloud ${allowed}; this run was slowed to match and waited ${waited} in total.`;

test.each<[Partial<PaceReport>, string[]]>([
	[{ perMinute: 120, waitedMs: 90_000 }, [slowed('allowed about 120 requests per minute', '90 seconds')]],
	[{ perMinute: 1, waitedMs: 1000 }, [slowed('allowed about 1 request per minute', '1 second')]],
	[{ waitedMs: 600_000 }, [slowed('throttled requests for a while', '10 minutes')]],
	[{ hostDownMs: 61_000 }, ['This run waited 61 seconds because Huawei Cloud could not be reached.']],
	[{ perMinute: 120, waitedMs: 999, hostDownMs: 999 }, []],
])('a run says what it waited for: %j', (waits, messages) => {
	const paceReport = { ...NO_WAIT, ...waits };
	expect(hintsOf([SUCCESS], { paceReport })).toEqual(messages.map((message) => ['info', message]));
});

const EMPTY_ITEM = ['warning', expect.stringMatching(/Always Output Data.+empty item/)];
const TWO_ERRORS = ['info', expect.stringMatching(/two outputs named Error.+third/)];

test.each<[string, ItemResult[], Given, unknown[]]>([
	['an empty item', [NOT_FOUND], { node: { alwaysOutputData: true } }, [EMPTY_ITEM]],
	['an empty item', [], { node: { alwaysOutputData: true } }, [EMPTY_ITEM]],
	['no empty item', [NOT_FOUND, SUCCESS], { node: { alwaysOutputData: true } }, []],
	['two outputs named Error', [SUCCESS], { node: { onError: 'continueErrorOutput' } }, [TWO_ERRORS]],
	['one output named Error', [SUCCESS], { node: { onError: 'continueRegularOutput' } }, []],
	['neither to an agent', [NOT_FOUND], { node: { alwaysOutputData: true }, isTool: true }, []],
])('a setting that misleads is told: %s', (_name, results, given, hints) => {
	expect(hintsOf(results, given)).toEqual(hints);
});

test('all of it is told, the worst first', () => {
	const node = { alwaysOutputData: true, onError: 'continueErrorOutput' as const };
	const results = [{ ...NOT_FOUND, note: 'Note.' }, failed('It broke.')];
	const types = hintsOf(results, { node, paceReport: { ...NO_WAIT, waitedMs: 2000 } }).map(([type]) => type);
	expect(types).toEqual(['danger', 'warning', 'info', 'warning', 'info']);
});
