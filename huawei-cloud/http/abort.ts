/**
 * Waiting that can be aborted. Signals are combined by hand, not with `AbortSignal.any`: on Node 20 a composite of
 * `AbortSignal.timeout` may be collected as garbage, and then never aborts.
 */

import type { Clock } from './clock';

/** Times of this length and more are rounded up to whole seconds, so that many share a timer. Milliseconds. */
const ROUNDED_FROM_MS = 10_000;

/** Ends exchanges whose time is over. A timer for each would cost more than all else that is done for an exchange. */
export class Deadlines {
	/** What to abort, by the time at which. Milliseconds since the epoch. */
	private readonly dueAt = new Map<number, Set<AbortController>>();

	constructor(private readonly clock: Clock) {}

	/**
	 * A signal that aborts when the time is over or with another signal. Call `release` when it is no longer needed.
	 * @param ms milliseconds from now
	 */
	signal(ms: number, other: AbortSignal): { signal: AbortSignal; release: () => void } {
		const controller = new AbortController();
		const abort = () => controller.abort();
		other.addEventListener('abort', abort, { once: true });
		if (other.aborted) abort();
		const exact = this.clock.now() + ms;
		const at = ms < ROUNDED_FROM_MS ? exact : Math.ceil(exact / 1000) * 1000;
		const due = this.dueAt.get(at) ?? this.start(at);
		due.add(controller);
		return {
			signal: controller.signal,
			release: () => {
				due.delete(controller);
				other.removeEventListener('abort', abort);
			},
		};
	}

	private start(at: number): Set<AbortController> {
		const due = new Set<AbortController>();
		this.dueAt.set(at, due);
		const ring = () => {
			this.dueAt.delete(at);
			for (const controller of due) controller.abort();
		};
		this.clock.deadline(at - this.clock.now()).addEventListener('abort', ring, { once: true });
		return due;
	}
}

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
