import { decideRetry, parseRetryAfter, retryAfterTooLong } from '../../../huawei-cloud/call/retryPolicy';
import { linesOf, must, withoutGrowth } from '../oracle';

/** The header `Retry-After`, and how long it makes a call wait. */

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MINUTE_MS = 60_000;
const HTTP_DATE = /^[A-Z][a-z]+, ?\d|^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d /;

export const fuzz = withoutGrowth((data) => {
	const { lines } = linesOf(data, 4);
	const [header = '', random = '', retries = '', left = ''] = lines;
	const retryAfter = parseRetryAfter(header, NOW);
	must(retryAfter >= 0, 'a wait is not negative');
	must(
		retryAfter === 0 || /^\d+$/.test(header.trim()) || HTTP_DATE.test(header.trim()),
		'only what RFC 9110 allows is waited for',
	);
	must(!/NaN|undefined|Infinity/.test(retryAfterTooLong(retryAfter).hint), 'a wait can be told');

	const end = NOW + (Number(left) % (5 * MINUTE_MS) || 0);
	const decision = decideRetry({
		classification: { retry: true, mayHaveHappened: false },
		idempotent: true,
		retries: Math.abs(Math.trunc(Number(retries))) % 10 || 0,
		maxRetries: 10,
		retryAfter,
		timeout: 30_000,
		now: NOW,
		end,
		random: Math.abs(Number(random)) % 1 || 0,
	});
	if ('stop' in decision) return;
	must(
		decision.wait >= 0 && decision.wait <= MINUTE_MS && decision.wait >= retryAfter,
		'as long as asked, a minute at most',
	);
	must(
		NOW + decision.wait <= decision.latestStart && decision.latestStart <= end,
		'within the time of the call',
	);
});

export const seeds = [
	'30\n0.5\n1\n200000',
	'Thu, 01 Jan 2026 00:00:20 GMT\n0.99\n9\n299999',
	'Thursday, 01-Jan-26 00:00:30 GMT\n0\n0\n100000',
	'Thu Jan  1 00:00:10 2026\n0.1\n3\n10000',
	'120, 120\n0\n0\n0',
	'99999999999999999999\n0\n0\n0',
	'in 3000\n0\n0\n0',
];
