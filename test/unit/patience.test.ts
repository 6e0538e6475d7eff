import { afterEach, expect, jest, test } from '@jest/globals';

import { startDeafHost, startSilentTls, type UnansweringHost } from '../support/unansweringHosts';
import { Emulator } from '../../dev/emulator/emulator';
import type { Mishap } from '../../dev/emulator/faults';
import { Canceller, type Cancellation } from '../../huawei-cloud/http/abort';
import { createTransport } from '../../huawei-cloud/http/transport';
import { startProxy } from '../support/proxy';
import { until } from '../support/until';

/** How long the transport waits: exactly as long as its caller, who sets the time limit of a call. */

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	jest.useRealTimers();
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const request = (origin: string) =>
	({ method: 'GET', origin, path: '/v3/auth/projects', headers: {}, maxResponseBytes: 64 * 1024 }) as const;

/** Sends a request without a response, and lets ten minutes pass for every timer. */
async function sendAndWait(host: UnansweringHost, isUnderWay: () => boolean): Promise<void> {
	cleanups.push(async () => await host.close());
	const giveUp = new Canceller();
	let failure: unknown;
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
	const sent = createTransport().send(request(`https://127.0.0.1:${host.port}`), giveUp);
	const ended = sent.catch((error: unknown) => (failure = error));
	await until(isUnderWay);
	await jest.advanceTimersByTimeAsync(10 * 60_000);
	expect(failure).toBeUndefined();
	giveUp.abort();
	expect(await ended).toMatchObject({ code: 'cancelled', sent: false });
}

test.each([startDeafHost, startSilentTls])(
	'connecting has no time limit of its own: %p',
	async (startHost) => {
		const host = await startHost();
		await sendAndWait(host, () => host.openSockets() !== 0);
	},
);

test('nor has TLS through a proxy', async () => {
	const { tunnels, close } = await startProxy();
	cleanups.push(close);
	const host = await startSilentTls();
	await sendAndWait(host, () => tunnels.length > 0 && host.openSockets() !== 0);
});

test.each<[string, Mishap | undefined]>([
	['a response', undefined],
	['a broken response', { kind: 'truncate' }],
	['one that is too large', { kind: 'flood' }],
])('%s leaves no listener on the caller’s cancellation', async (_name, mishap) => {
	const emulator = await Emulator.start();
	cleanups.push(async () => await emulator.close());
	if (mishap) emulator.faults.add({ mishap });
	const listeners = new Set<object>();
	const cancellation: Cancellation = {
		aborted: false,
		onAbort: () => {
			const listener = {};
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
	const outcome = await createTransport()
		.send(request(emulator.url), cancellation)
		.catch((error: unknown) => error);
	expect(outcome).toMatchObject(mishap ? { sent: true } : { status: 401 });
	expect(listeners.size).toBe(0);
});
