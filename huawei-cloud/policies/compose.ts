import type { Attempt } from '../call/attempt';
import type { PendingCall } from './pendingCall';

/** Sends a call. Returns a promise only if it has to wait, since promises cost time per item. */
export type Send = (call: PendingCall) => Attempt | Promise<Attempt>;

/** A step on a request's path: decides whether and when the steps after it send it. */
export type Policy = (call: PendingCall, next: Send) => Attempt | Promise<Attempt>;

/** The path through these policies, from the first to the last, which sends. */
export function compose(...policies: readonly Policy[]): Send {
	const end: Send = () => {
		throw new TypeError('The last policy has to send');
	};
	return policies.reduceRight<Send>((next, policy) => (call) => policy(call, next), end);
}

/** Continues with an attempt: synchronously, if possible. */
export function whenDone(
	attempt: Attempt | Promise<Attempt>,
	then: (attempt: Attempt) => Attempt,
): Attempt | Promise<Attempt> {
	return attempt instanceof Promise ? attempt.then(then) : then(attempt);
}
