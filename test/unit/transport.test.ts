import tls from 'node:tls';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import type { HttpRequest, Transport } from '../../huawei-cloud/http/http';
import type { EgressFilter } from '../../huawei-cloud/http/egress';
import { createTransport } from '../../huawei-cloud/http/transport';
import { startDeafHost, startSilentTls, type UnansweringHost } from '../support/unansweringHosts';
import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';
import type { Mishap } from '../../dev/emulator/faults';
import { issueCertificate } from '../support/certificates';
import { startProxy } from '../support/proxy';
import { startRawServer, type RawResponse } from '../support/rawServer';
import { until } from '../support/until';
import { watchCancellation } from '../support/watchedCancellation';

const UNANSWERING = [startDeafHost, startSilentTls];

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	jest.useRealTimers();
	while (cleanups.length > 0) await cleanups.pop()?.();
});

async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const emulator = await Emulator.start(options);
	cleanups.push(async () => await emulator.close());
	return emulator;
}

/** A proxy that the process is told to use; the tunnels it was asked for. */
async function proxied(): Promise<string[]> {
	const { tunnels, close } = await startProxy();
	cleanups.push(close);
	return tunnels;
}

/** A server that writes this as soon as it has read a request. */
async function startServer(text: string, end: RawResponse['end']) {
	const server = await startRawServer(() => ({ segments: [Buffer.from(text)], gap: 0, end }));
	cleanups.push(async () => await server.close());
	return server;
}

const request = (origin: string, path = '/v3/auth/projects'): HttpRequest => ({
	method: 'GET',
	origin,
	path,
	headers: {},
	maxResponseBytes: 64 * 1024,
});

const send = async (origin: string, transport = createTransport()) =>
	await transport.send(request(origin), NEVER_CANCELLED);

const expectFailure = async (origin: string, code: string, sent = false, egress?: EgressFilter) =>
	await expect(send(origin, createTransport(egress))).rejects.toMatchObject({ code, sent });

/** Controls timers, also those of undici: of another one, whose clock is not driven by a timer of before. */
async function controlTimers(use: (transport: Transport) => Promise<unknown>): Promise<void> {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
	await jest.isolateModulesAsync(async () => {
		const { createTransport: create } = await import('../../huawei-cloud/http/transport');
		await use(create());
	});
}

type Lookup = ReturnType<EgressFilter['createSecureLookup']>;

/** Every name is one of this machine. */
const toLoopback: Lookup = (_hostname, { all }, callback) =>
	all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

describe('an exchange', () => {
	test('given up before it began sends nothing', async () => {
		const emulator = await startEmulator();
		const given = new Canceller();
		given.abort();
		const sent = createTransport().send(request(emulator.url), given);
		await expect(sent).rejects.toMatchObject({ code: 'cancelled', sent: false });
		expect(emulator.calls).toHaveLength(0);
	});

	test('given up while it is connecting is never sent, and blocks none that come after', async () => {
		const emulator = await startEmulator();
		let resolveName: (() => void) | undefined;
		const filter: EgressFilter = {
			...policy(),
			createSecureLookup: () => (hostname, options, callback) => {
				if (resolveName) return toLoopback(hostname, options, callback);
				resolveName = () => toLoopback(hostname, options, callback);
			},
		};
		const transport = createTransport(filter);
		const origin = `http://live.invalid:${emulator.port}`;
		const first = new Canceller();
		const sent = transport.send(request(origin, '/first'), first);
		await new Promise(setImmediate);
		first.abort();
		await expect(sent).rejects.toMatchObject({ code: 'cancelled', sent: false });
		await transport.send(request(origin, '/second'), NEVER_CANCELLED);
		resolveName?.();
		await transport.send(request(emulator.url, '/third'), NEVER_CANCELLED);
		expect(emulator.calls.map(({ url }) => url)).toEqual(['/second', '/third']);
	});
});

describe('connections', () => {
	test('are kept and used again', async () => {
		const emulator = await startEmulator();
		const transport = createTransport();
		for (let call = 0; call < 20; call++) await send(emulator.url, transport);
		expect(emulator.calls).toHaveLength(20);
		expect(emulator.connections.opened).toBe(1);
	});

	test('close after a few idle seconds, also when the server would keep them for minutes', async () => {
		const response = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=600\r\nContent-Length: 2\r\n\r\n{}';
		const server = await startServer(response, 'keep');
		await controlTimers(async (transport) => await send(server.url, transport));
		await jest.advanceTimersByTimeAsync(2000);
		expect(server.open.size).toBe(1);
		await jest.advanceTimersByTimeAsync(8000);
		await until(() => server.open.size === 0);
	});

	test('to several hosts are kept a hundred at a time as well', async () => {
		const emulators = [await startEmulator(), await startEmulator()];
		const transport = createTransport();
		const sent = Array.from({ length: 120 }, async (_, call) => {
			await send(emulators[call % 2]?.url ?? '', transport);
		});
		await Promise.all(sent);
		const open = () => emulators.reduce((sum, { connections }) => sum + connections.open, 0);
		await until(() => open() <= 100);
		expect(open()).toBe(100);
	});

	test('that were used before are not, for what may not be repeated', async () => {
		const emulator = await startEmulator();
		const transport = createTransport();
		for (let call = 0; call < 3; call++) {
			await transport.send({ ...request(emulator.url), onNewConnection: true }, NEVER_CANCELLED);
		}
		expect(emulator.connections.opened).toBe(3);
	});

	test('that the server closes leave nothing behind', async () => {
		const emulator = await startEmulator();
		emulator.faults.add({
			times: Infinity,
			mishap: { kind: 'answer', status: 200, body: {}, headers: { Connection: 'close' } },
		});
		const warnings: Error[] = [];
		const onWarning = (warning: Error) => warnings.push(warning);
		process.on('warning', onWarning);
		const transport = createTransport();
		for (let call = 0; call < 30; call++) await send(emulator.url, transport);
		await new Promise(setImmediate);
		process.off('warning', onWarning);
		expect(emulator.connections.opened).toBe(30);
		expect(warnings).toEqual([]);
	});
});

describe('TLS', () => {
	test('is checked even if NODE_TLS_REJECT_UNAUTHORIZED, which Node reads by itself, says otherwise', async () => {
		const connect = jest.spyOn(tls, 'connect');
		const emulator = await startEmulator({ tls: await issueCertificate() });
		await send(emulator.url);
		expect(connect).toHaveBeenCalledWith(expect.objectContaining({ rejectUnauthorized: true }));
		connect.mockRestore();
	});

	test('to a port that speaks plain http sends nothing', async () => {
		const emulator = await startEmulator();
		await expectFailure(emulator.url.replace('http:', 'https:'), 'unreachable');
	});
});

/** An egress filter as n8n's, that allows every URL. */
function policy(lookupAllows = true): EgressFilter & { asked: string[] } {
	const asked: string[] = [];
	return {
		asked,
		async validateUrl(url) {
			asked.push(url);
			return { ok: true };
		},
		createSecureLookup: () => (hostname, options, callback) => {
			asked.push(`lookup ${hostname}`);
			if (!lookupAllows) return callback(new Error('The target resolves to a restricted address'), '');
			toLoopback(hostname, options, callback);
		},
	};
}

describe('the egress policy', () => {
	test('is asked for every request', async () => {
		const emulator = await startEmulator();
		const filter = policy();
		const transport = createTransport(filter);
		await send(emulator.url, transport);
		await send(emulator.url, transport);
		expect(filter.asked).toEqual([emulator.url, emulator.url]);
	});

	test('is asked again when a name is resolved for a connection', async () => {
		const emulator = await startEmulator();
		const filter = policy(false);
		await expectFailure(`http://localhost:${emulator.port}`, 'egressDenied', false, filter);
		expect(filter.asked).toContain('lookup localhost');
		expect(emulator.connections.opened).toBe(0);
	});

	test('that does not answer is waited for no longer than until it is aborted', async () => {
		const filter: EgressFilter = { ...policy(), validateUrl: async () => await new Promise(() => undefined) };
		const giveUp = new Canceller();
		const sent = createTransport(filter).send(request('http://live.invalid'), giveUp);
		giveUp.abort();
		await expect(sent).rejects.toMatchObject({ code: 'cancelled', sent: false });
	});

	const UNKNOWN = Object.assign(new Error('dns'), { code: 'ENOTFOUND' });
	test.each<[string, Partial<EgressFilter>, string]>([
		['says no', { validateUrl: async () => await Promise.resolve({ ok: false }) }, 'egressDenied'],
		['finds no host', { validateUrl: async () => await Promise.reject(UNKNOWN) }, 'unknownHost'],
		['throws', { validateUrl: async () => await Promise.reject(new Error('blocked')) }, 'egressDenied'],
		['finds no address', { createSecureLookup: () => (_, __, done) => done(UNKNOWN, '') }, 'unknownHost'],
	])('that %s lets nothing through, and says why', async (_name, filter, failure) => {
		await expectFailure('http://live.invalid', failure, false, { ...policy(), ...filter });
	});
});

test.each(['http://', 'http://proxy.example.com:port', 'http://user:p%ss@proxy.example.com'])(
	'behind a proxy that is set to %s, which can not be used, nothing is sent',
	async (proxy) => {
		await proxied();
		process.env.HTTPS_PROXY = proxy;
		await expectFailure('https://live.invalid', 'proxyUnusable');
	},
);

test('an answer that is not HTTP is a lost connection', async () => {
	const { url } = await startServer('220 mail.example.com ESMTP\r\n', 'fin');
	await expectFailure(url, 'connectionLost', true);
});

/** Sends a request without a response, and lets ten minutes pass for every timer. */
async function sendAndWait(host: UnansweringHost, isUnderWay: () => boolean): Promise<void> {
	cleanups.push(async () => await host.close());
	const giveUp = new Canceller();
	let failure: unknown;
	let ended: Promise<unknown> | undefined;
	await controlTimers(async (transport) => {
		const sent = transport.send(request(`https://127.0.0.1:${host.port}`), giveUp);
		ended = sent.catch((error: unknown) => (failure = error));
		await until(isUnderWay);
	});
	await jest.advanceTimersByTimeAsync(10 * 60_000);
	expect(failure).toBeUndefined();
	giveUp.abort();
	expect(await ended).toMatchObject({ code: 'cancelled', sent: false });
}

test.each(UNANSWERING)('connecting has no time limit of its own: %p', async (startHost) => {
	const host = await startHost();
	await sendAndWait(host, () => host.openSockets() !== 0);
});

test('nor has TLS through a proxy', async () => {
	const tunnels = await proxied();
	const host = await startSilentTls();
	await sendAndWait(host, () => tunnels.length > 0 && host.openSockets() !== 0);
});

test.each<[string, Mishap | undefined]>([
	['a response', undefined],
	['a broken response', { kind: 'truncate' }],
	['one that is too large', { kind: 'flood' }],
])('%s leaves no listener on the caller’s cancellation', async (_name, mishap) => {
	const emulator = await startEmulator();
	if (mishap) emulator.faults.add({ mishap });
	const { cancellation, listeners } = watchCancellation();
	const outcome = await createTransport()
		.send(request(emulator.url), cancellation)
		.catch((error: unknown) => error);
	expect(outcome).toMatchObject(mishap ? { sent: true } : { status: 401 });
	expect(listeners.size).toBe(0);
});
