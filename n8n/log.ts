import type { Logger } from 'n8n-workflow';

import { causesOf, errorCode } from '../huawei-cloud/http/errorCodes';

const MAX_CAUSES = 5;
const MAX_FRAMES = 20;

/** Logs an error that should be impossible, for a bug report. Never throws: an expression can throw errors of any shape. */
export function logUnexpected(logger: Logger, error: unknown): void {
	let trace = 'It has no trace.';
	try {
		trace = traceOf(error);
	} catch {
		// The run goes on: its other items would end up on Success, as they came in.
	}
	logger.error(`Huawei Cloud Live: an unexpected error inside the node. Please report it.\n${trace}`);
}

/** The classes and codes of an error and its causes, and where it was thrown. No message: it may quote a secret. */
function traceOf(error: unknown): string {
	const traces = causesOf(error, MAX_CAUSES).map((cause) => {
		const { name, message, stack = '' } = cause;
		const frames = stack.replace(message, '').match(/^ {4}at .+$/gm) ?? [];
		return [`${name} ${errorCode(cause) ?? ''}`.trim(), ...frames.slice(0, MAX_FRAMES)].join('\n');
	});
	return traces.join('\ncaused by ');
}

/** Logs why no response came, each reason once for a run. */
export function logCauses(logger: Logger, causes: ReadonlyArray<string | undefined>): void {
	const reasons = new Set(causes.filter((cause) => cause !== undefined));
	if (reasons.size > 0)
		logger.warn(`Huawei Cloud Live: requests failed: ${[...reasons].slice(0, MAX_CAUSES).join(', ')}`);
}
