import type { Problem } from '../call/classification';
import { summaryOf, type Failure, type Outcome } from '../call/outcome';
import { LIVE_RELAY, VOD_RELAY } from './sourceTypes';

/** The failure to look up a task before an update: nothing was changed, and a look-up can be repeated. */
export function notLookedUp(failure: Failure): Failure {
	return {
		...failure,
		message: `The task was not updated because it could not be looked up. ${failure.message}`,
		hint: `${failure.hint} Update looks the task up first because Huawei Cloud ignores updates of live streams.`,
		mayHaveHappened: false,
	};
}

/** The outcome of an update, of a task that was listed right before: whatever the service says, it is not "not found". */
export function ofListedTask(updated: Outcome): Outcome {
	if (updated.kind !== 'notFound') return updated;
	return {
		...summaryOf(updated),
		kind: 'error',
		mayHaveHappened: updated.afterLostResponse === true,
		category: 'server',
		message: 'Huawei Cloud lists the task, but reported "not found" for the update.',
		hint: 'Run this again. If the error persists, check with Get where the task runs: an update names no region, so use a credential of that region.',
		retryable: true,
	};
}

/** Why a task with this source type can't be updated; undefined if it can. */
export function updateProblem(sourceType: unknown): Problem | undefined {
	if (sourceType === VOD_RELAY) return undefined;
	const common = { category: 'validation', retryable: false } as const;
	if (sourceType === LIVE_RELAY) {
		return {
			...common,
			message: 'The task relays a live stream, and Huawei Cloud only updates tasks whose sources are files.',
			hint: 'It keeps running unchanged. To stop it, delete it; to change it, delete it and create a new one.',
		};
	}
	return {
		...common,
		message:
			'Huawei Cloud does not list the sources of the task as files, and it only updates tasks whose sources are files.',
		hint: 'Look the task up with Get and check its source_type. To stop the task, delete it.',
	};
}
