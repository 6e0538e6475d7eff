/** What became of a call: let through, whatever was answered; refused as too much; or it is not known. */
export type Admission = 'accepted' | 'throttled' | 'unknown';

/** A call that was sent. Times in milliseconds since the epoch. */
export interface SentCall {
	/** To be called once, when the call is over. */
	end(admission: Admission, now: number): void;
}

/**
 * What a service was seen to accept. Pure bookkeeping: told the time, what is sent and what came of it, it says when the
 * next call may be sent.
 */
export interface Limit {
	/** Whether the service has said that it was too much. */
	readonly isLimited: boolean;
	/** About how many calls a minute the service allows, once that is known. */
	readonly perMinute: number | undefined;
	/** @returns milliseconds until a call may be sent, 0 for now, `Infinity` for not before some other call is over */
	wait(now: number): number;
	/** A call is sent, after `wait` returned 0. */
	send(now: number): SentCall;
}
