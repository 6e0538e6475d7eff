import { sleep } from 'n8n-workflow';

import type { Clock } from '../huawei-cloud/http/clock';

/** The real clock. Timers come from n8n, since nodes may not set their own. */
export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => Math.floor(performance.now()),
	sleep,
	deadline: (ms) => AbortSignal.timeout(ms),
	random: () => Math.random(),
};
