import { describe, isMissing, isThrottled, type Seen } from '../response';
import type { Suite } from '../suite';
import { list } from './listing';

/** Twice the gateway's documented default for a second. */
export const MAX_PROBES = 400;
const AT_ONCE = 8;
const MAX_RECOVERY_LOOKS = 13;
const RECOVERY_PAUSE_MS = 5000;

/** A throttled response, and how long it lasts. Reads the shortest list, and stops at the first that is throttled. */
export async function askThrottling(suite: Suite): Promise<void> {
	suite.begin('Throttling');
	const one = list({ limit: 1 });
	let sent = 0;
	let throttled: Seen | undefined;
	while (sent < MAX_PROBES && !throttled) {
		const responses = await Promise.all(Array.from({ length: AT_ONCE }, async () => await suite.probe(one)));
		sent += AT_ONCE;
		if (responses.some(isMissing)) return suite.skip('the rest', 'a response is missing');
		throttled = responses.find(isThrottled);
	}
	if (!throttled || isMissing(throttled)) {
		return suite.remark('a throttled response', `none in ${sent} requests, ${AT_ONCE} at a time`);
	}
	const names = Object.keys(throttled.headers).filter((name) => /retry|limit|reset/.test(name));
	const headers = names.map((name) => `${name}: ${throttled?.headers[name]}`);
	suite.remark(
		'a throttled response',
		`${describe(throttled)} within ${sent} requests; ${headers.join(', ') || 'no header says when to go on'}`,
	);
	for (let look = 1; look <= MAX_RECOVERY_LOOKS; look++) {
		await suite.pause(RECOVERY_PAUSE_MS);
		if (isThrottled(await suite.probe(one))) continue;
		return suite.remark('accepted again', `after ${(look * RECOVERY_PAUSE_MS) / 1000} s`);
	}
	suite.remark('accepted again', `not within ${(MAX_RECOVERY_LOOKS * RECOVERY_PAUSE_MS) / 1000} s`);
}
