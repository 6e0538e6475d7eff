import { jest } from '@jest/globals';

import type { Clock } from '../../huawei-cloud/http/clock';
import type { Transport } from '../../huawei-cloud/http/http';
import { Runtime } from '../../huawei-cloud/identity/runtime';
import * as clocks from '../../n8n/clock';
import * as runTransports from '../../n8n/runTransport';
import { runtime } from '../../n8n/runtime';
import { VirtualClock } from './virtualClock';

const FIRST_RUN = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 24 * 60 * 60_000;
let runs = 0;

/** A clock for one run. What the process remembers of times before has to be in the past. */
export function nextDay(seed: number): VirtualClock {
	runs += 1;
	return new VirtualClock(FIRST_RUN + runs * DAY_MS, seed);
}

/** From now on, the node in `nodes/` uses this clock and this network. */
export function useWorld(clock: Clock, transport: Transport): void {
	jest.replaceProperty(clocks, 'systemClock', clock);
	const inWorld = new Runtime(clock);
	jest.spyOn(runtime, 'limiterOf').mockImplementation((credential) => inWorld.limiterOf(credential));
	jest.spyOn(runTransports, 'runTransport').mockImplementation((helpers) => {
		helpers.getSecureEgressFilter?.();
		return transport;
	});
}
