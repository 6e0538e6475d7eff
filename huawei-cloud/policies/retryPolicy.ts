import type { Problem } from '../call/classification';
import { MAX_WAIT_MS as MAX_RETRY_AFTER_MS } from '../pace/servicePause';

/** Limits for retrying one call. All times in milliseconds. */
const BASE_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/** Max duration of one call, with its attempts and the waits between them. */
export const MAX_CALL_MS = 5 * 60_000;

/** With less time left, a last attempt would more likely lose its response than succeed. */
const MIN_LAST_ATTEMPT_MS = 5000;

/** A failed attempt that is worth retrying. All times in milliseconds. */
export interface FailedAttempt {
	/** True if the call may safely be carried out twice, or certainly was not carried out. */
	mayRepeat: boolean;
	/** How many retries were made, and how many are allowed. */
	retries: number;
	maxRetries: number;
	/** How long the service asked to wait. */
	retryAfter: number;
	/** How long one attempt may take. */
	timeout: number;
	now: number;
	/** When the call must be over. */
	end: number;
	/** From 0 up to, not including, 1. */
	random: number;
}

/**
 * Decides whether and when to retry a call.
 * @returns how long to wait, and the latest time to send; or that the call is over, with the pause that the service asked
 *   for if that is why
 */
export function decideRetry(
	failed: FailedAttempt,
): { wait: number; latestStart: number } | { stop: true; pause?: number } {
	const { mayRepeat, retries, maxRetries, retryAfter, timeout, now, end, random } = failed;
	if (!mayRepeat) return { stop: true };
	if (retryAfter > MAX_RETRY_AFTER_MS) return { stop: true, pause: retryAfter };
	const wait = Math.max(retryAfter, backoff(retries + 1, random));
	const latest = latestStart(timeout, end);
	return retries >= maxRetries || now + wait > latest ? { stop: true } : { wait, latestStart: latest };
}

/** The latest time for an attempt to begin in a call that must be over at `end`. */
export function latestStart(timeout: number, end: number): number {
	return end - Math.min(timeout, MIN_LAST_ATTEMPT_MS);
}

/**
 * How long to wait before the next attempt: exponential backoff with full jitter, so that many callers that failed
 * together do not retry together (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * @param attempts how many attempts were made, 1 or more
 * @param random a number from 0 up to, not including, 1
 * @returns milliseconds, 0 to 30,000
 */
export function backoff(attempts: number, random: number): number {
	return random * Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** (attempts - 1));
}

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, 0 or more; 0 when there is no header or it can't be read
 */
export function parseRetryAfter(header: string | undefined, now: number): number {
	if (header === undefined) return 0;
	const value = header.trim();
	if (/^\d+$/.test(value)) return Number(value) * 1000;
	const [isDate, zone] = HTTP_DATE.exec(value) ?? [];
	if (isDate === undefined) return 0;
	// The third format names no zone, but means the same.
	const date = Date.parse(zone === undefined ? `${value} GMT` : value);
	return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** The three formats of RFC 9110, section 5.6.7. `Date.parse` alone also takes "in 3000" for a year. */
const HTTP_DATE =
	/^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]+, \d\d-[A-Z][a-z]{2}-\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d(?:( GMT)| \d{4})$/;

const DAY_MS = 24 * 60 * 60_000;

/** The problem when the service asks for a longer pause than a run waits for. */
export function retryAfterTooLong(ms: number): Problem {
	return {
		category: 'throttled',
		message: 'Huawei Cloud asked for a longer wait than this run allows.',
		hint: `Wait ${ms > DAY_MS ? 'more than a day' : `${Math.ceil(ms / 1000)} seconds`}, then run this again.`,
		retryable: true,
	};
}
