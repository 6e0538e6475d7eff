import { problem, type ErrorClassification } from '../call/classification';
import type { ApiResponse } from '../http/response';

/** Max time for a call from its first send. What `pace` waits, and attempts it repeats, do not count. */
export const MAX_CALL_MS = 5 * 60_000;

/** A timeout below this doesn't show that the host is down. Unproven credentials get this long, time permitting. */
export const MIN_PATIENCE_MS = 10_000;

/** The wait in ms, 0 to 30,000, after `attempts` (1 or more); `random`: 0 to below 1. Source: AWS, "Exponential Backoff And Jitter". */
export function backoff(attempts: number, random: number): number {
	return random * Math.min(30_000, 500 * 2 ** (attempts - 1));
}

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or an HTTP date, but not in its two obsolete formats. A date is
 * measured from the response's own `Date` or from `now` (ms since the epoch): the shorter wait counts.
 * @returns milliseconds from now, 0 or more; 0 when there is no header or it can't be read
 */
export function parseRetryAfter(headers: ApiResponse['headers'] = {}, now: number): number {
	const value = headers['retry-after']?.trim() ?? '';
	if (/^\d+$/.test(value)) return Number(value) * 1000;
	const date = parseDate(value);
	// One of the clocks may be wrong. After a wait that is too short, the service asks again; one too long ends the run.
	const waits = [date - parseDate(headers.date), date - now].filter((ms) => ms > 0);
	return waits.length === 0 ? 0 : Math.min(...waits);
}

/** RFC 9110, section 5.6.7. `Date.parse` alone also takes "in 3000" for a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** NaN if it can't be read. */
function parseDate(date = ''): number {
	return HTTP_DATE.test(date) ? Date.parse(date) : NaN;
}

/** The problem of a service that asks for a longer pause than a run waits for. */
export function retryAfterTooLong(ms: number): ErrorClassification {
	return problem(
		'throttled',
		'Huawei Cloud asked for a longer wait than this run allows.',
		`Wait ${ms > 24 * 60 * 60_000 ? 'more than a day' : `${Math.ceil(ms / 1000)} seconds`}, then run this again.`,
		{ retryable: true },
	);
}

/** The problem of an attempt that waited for too long: for a token, or for others to prove that the credential is accepted. */
export const TIME_USED_UP = problem(
	'timeout',
	'Waiting used up the five minutes that a request may take, so nothing more was sent.',
	'Check the network between n8n and Huawei Cloud, then run this again.',
	{ retryable: true },
);
