import type { Attempt } from '../call/apiCall';
import type { PendingCall } from './pendingCall';

/** Sends a call. */
export type Send = (call: PendingCall) => Promise<Attempt>;

/**
 * A step on a request's path: decides whether and when the steps after it send it. Passes their promise on if it can, since
 * each further promise costs time for every item.
 */
export type Policy = (call: PendingCall, next: Send) => Promise<Attempt>;

/** The path through these policies, from the first to the last, which sends. */
export function compose(...policies: readonly Policy[]): Send {
	const end: Send = () => {
		throw new TypeError('The last policy has to send');
	};
	return policies.reduceRight<Send>((next, policy) => (call) => policy(call, next), end);
}
