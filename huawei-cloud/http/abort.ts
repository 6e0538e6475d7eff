/**
 * Waiting that can be aborted. Signals are combined by hand, not with `AbortSignal.any`: on Node 20 a composite of
 * `AbortSignal.timeout` may be collected as garbage, and then never aborts.
 */

/** A signal that aborts with the first of these. Call `release` when it is no longer needed. */
export function firstOf(...signals: readonly AbortSignal[]): { signal: AbortSignal; release: () => void } {
	const controller = new AbortController();
	const abort = () => controller.abort();
	for (const signal of signals) {
		signal.addEventListener('abort', abort, { once: true });
		if (signal.aborted) abort();
	}
	return {
		signal: controller.signal,
		release: () => {
			for (const signal of signals) signal.removeEventListener('abort', abort);
		},
	};
}

/** Waits for a promise to settle, but not beyond an abort. */
export async function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => {
		const giveUp = () => resolve();
		signal.addEventListener('abort', giveUp, { once: true });
		if (signal.aborted) giveUp();
		void promise.then(giveUp, giveUp).finally(() => signal.removeEventListener('abort', giveUp));
	});
}
