import { afterEach, describe, expect, test } from '@jest/globals';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:net';

import type { HttpRequest } from '../../huawei-cloud/http';
import { createTransport, sharedTransport, type EgressFilter } from '../../huawei-cloud/transport';
import { Emulator, type EmulatorOptions } from '../emulator/emulator';
import type { Mishap } from '../emulator/faults';
import { issueCertificate } from '../support/certificates';
import { startProxy } from '../support/proxy';

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	while (cleanups.length > 0) await cleanups.pop()?.();
});

async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const emulator = await Emulator.start(options);
	cleanups.push(async () => await emulator.close());
	return emulator;
}

/** Never aborts. Many listen to it at once. */
const never = new AbortController().signal;
setMaxListeners(0, never);
const request = (origin: string, path = '/v3/auth/projects'): HttpRequest => ({
	method: 'GET',
	origin,
	path,
	headers: {},
});

async function emulatorWith(mishap: Mishap): Promise<Emulator> {
	const emulator = await startEmulator();
	emulator.faults.add({ mishap, times: Infinity });
	return emulator;
}

describe('an exchange', () => {
	test('brings back status, headers and body, whatever the status', async () => {
		const emulator = await emulatorWith({
			kind: 'answer',
			status: 503,
			body: 'wait',
			headers: { 'Retry-After': '7' },
		});
		expect(await createTransport(1).send(request(emulator.url), never)).toMatchObject({
			status: 503,
			headers: { 'retry-after': '7' },
			body: 'wait',
		});
	});

	test('sends path and query as they are', async () => {
		const emulator = await startEmulator();
		const path = '/v1/p/pull/stream/task?task_id=a%20b%2Fc%26d%2Be%25%E4%BB%BB';
		await createTransport(1).send(request(emulator.url, path), never);
		expect(emulator.calls).toMatchObject([{ url: path, taskId: 'a b/c&d+e%任' }]);
	});

	test('follows no redirect', async () => {
		const other = await startEmulator();
		const emulator = await emulatorWith({ kind: 'answer', status: 302, headers: { location: other.url } });
		expect(await createTransport(1).send(request(emulator.url), never)).toMatchObject({ status: 302 });
		expect(other.calls).toHaveLength(0);
	});

	test('reads no more than 64 kB of an endless answer, and ends its connection', async () => {
		const emulator = await emulatorWith({ kind: 'flood' });
		const { body } = await createTransport(1).send(request(emulator.url), never);
		expect(body.length).toBeGreaterThan(64 * 1024);
		expect(body.length).toBeLessThan(1024 * 1024);
	});

	test.each([{ kind: 'reset' } as const, { kind: 'truncate' } as const])(
		'that breaks (%j) is a lost connection, after sending',
		async (mishap) => {
			const emulator = await emulatorWith(mishap);
			await expect(createTransport(1).send(request(emulator.url), never)).rejects.toMatchObject({
				failure: 'connectionLost',
				sent: true,
			});
		},
	);

	test.each([{ kind: 'stall' } as const, { kind: 'drip' } as const])(
		'that does not end (%j) ends when it is given up',
		async (mishap) => {
			const emulator = await emulatorWith(mishap);
			await expect(
				createTransport(1).send(request(emulator.url), AbortSignal.timeout(60)),
			).rejects.toMatchObject({ failure: 'cancelled', sent: true });
		},
	);

	test('given up before it began sends nothing', async () => {
		const emulator = await startEmulator();
		await expect(createTransport(1).send(request(emulator.url), AbortSignal.abort())).rejects.toMatchObject({
			failure: 'cancelled',
			sent: false,
		});
		expect(emulator.calls).toHaveLength(0);
	});

	test('given up while it waits for a free connection is never sent', async () => {
		const emulator = await startEmulator();
		emulator.faults.add({ mishap: { kind: 'stall' }, path: '/first' });
		const transport = createTransport(1);
		const first = new AbortController();
		const second = new AbortController();
		const firstSent = transport.send(request(emulator.url, '/first'), first.signal);
		const secondSent = transport.send(request(emulator.url, '/second'), second.signal);
		second.abort();
		await expect(secondSent).rejects.toMatchObject({ failure: 'cancelled', sent: false });
		first.abort();
		await expect(firstSent).rejects.toMatchObject({ failure: 'cancelled' });
		await transport.send(request(emulator.url, '/third'), never);
		expect(emulator.calls.map(({ url }) => url)).not.toContain('/second');
	});

	test('with a port where nobody listens is refused, before sending', async () => {
		const emulator = await startEmulator();
		const { url } = emulator;
		await emulator.close();
		await expect(createTransport(1).send(request(url), never)).rejects.toMatchObject({
			failure: 'unreachable',
			sent: false,
		});
	});

	test('with a host that does not exist fails before sending', async () => {
		await expect(
			createTransport(1).send(request('https://no-such-host.invalid'), never),
		).rejects.toMatchObject({ failure: 'unknownHost', sent: false });
	});
});

describe('connections', () => {
	test('are kept and used again', async () => {
		const emulator = await startEmulator();
		const transport = createTransport(1);
		for (let call = 0; call < 20; call++) await transport.send(request(emulator.url), never);
		expect(emulator.calls).toHaveLength(20);
		expect(emulator.connections.opened).toBe(1);
	});

	test('are never more than allowed', async () => {
		const emulator = await startEmulator();
		const transport = createTransport(4);
		await Promise.all(
			Array.from({ length: 100 }, async () => await transport.send(request(emulator.url), never)),
		);
		expect(emulator.calls).toHaveLength(100);
		expect(emulator.connections.opened).toBeLessThanOrEqual(4);
	});

	test('are shared by all who ask for the same transport', () => {
		const filter = policy(true);
		expect(sharedTransport(7)).toBe(sharedTransport(7));
		expect(sharedTransport(7)).not.toBe(sharedTransport(8));
		expect(sharedTransport(7, filter)).toBe(sharedTransport(7, filter));
		expect(sharedTransport(7, filter)).not.toBe(sharedTransport(7));
		expect(sharedTransport(7, filter)).not.toBe(sharedTransport(7, policy(true)));
	});
});

describe('TLS', () => {
	test('with a trusted certificate works', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate() });
		expect(await createTransport(1).send(request(emulator.url), never)).toMatchObject({ status: 401 });
	});

	test.each([
		['is not trusted', { issuer: 'itself' } as const],
		['has expired', { validity: 'expired' } as const],
		['is of another host', { host: 'live.example.com' }],
	])('with a certificate that %s sends nothing', async (_name, options) => {
		const emulator = await startEmulator({ tls: await issueCertificate(options) });
		await expect(createTransport(1).send(request(emulator.url), never)).rejects.toMatchObject({
			failure: 'certificate',
			sent: false,
		});
		expect(emulator.calls).toHaveLength(0);
	});

	test('to a port that speaks plain http sends nothing', async () => {
		const emulator = await startEmulator();
		await expect(
			createTransport(1).send(request(emulator.url.replace('http:', 'https:')), never),
		).rejects.toMatchObject({ failure: 'certificate', sent: false });
	});
});

/** An egress filter as n8n's, that allows everything or nothing. */
function policy(allows: boolean, lookupAllows = allows): EgressFilter & { asked: string[] } {
	const asked: string[] = [];
	return {
		asked,
		async validateUrl(url) {
			asked.push(url);
			return { ok: allows };
		},
		createSecureLookup: () => (hostname, options, callback) => {
			asked.push(`lookup ${hostname}`);
			if (!lookupAllows) return callback(new Error('The target resolves to a restricted address'), '');
			const address = { address: '127.0.0.1', family: 4 };
			return options.all ? callback(null, [address]) : callback(null, address.address, address.family);
		},
	};
}

describe('the egress policy', () => {
	test('is asked for every request', async () => {
		const emulator = await startEmulator();
		const filter = policy(true);
		const transport = createTransport(1, filter);
		await transport.send(request(emulator.url), never);
		await transport.send(request(emulator.url), never);
		expect(filter.asked).toEqual([emulator.url, emulator.url]);
	});

	test.each(['127.0.0.1', 'localhost'])('keeps anything from being sent to %s', async (host) => {
		const emulator = await startEmulator();
		await expect(
			createTransport(1, policy(false)).send(request(`http://${host}:${emulator.port}`), never),
		).rejects.toMatchObject({ failure: 'egressRefused', sent: false });
		expect(emulator.connections.opened).toBe(0);
	});

	test('is asked again when a name is resolved for a connection', async () => {
		const emulator = await startEmulator();
		const filter = policy(true, false);
		await expect(
			createTransport(1, filter).send(request(`http://localhost:${emulator.port}`), never),
		).rejects.toMatchObject({ failure: 'egressRefused', sent: false });
		expect(filter.asked).toContain('lookup localhost');
		expect(emulator.connections.opened).toBe(0);
	});

	test('that allows a name connects to the address it resolved', async () => {
		const emulator = await startEmulator();
		const origin = `http://live.invalid:${emulator.port}`;
		expect(await createTransport(1, policy(true)).send(request(origin), never)).toMatchObject({
			status: 401,
		});
	});

	test.each([
		['an unknown host', Object.assign(new Error('dns'), { code: 'ENOTFOUND' }), 'unknownHost'],
		['its own refusal', new Error('blocked'), 'egressRefused'],
	])('that throws for %s', async (_name, error, failure) => {
		const filter: EgressFilter = { ...policy(true), validateUrl: async () => await Promise.reject(error) };
		await expect(
			createTransport(1, filter).send(request('http://live.invalid'), never),
		).rejects.toMatchObject({ failure, sent: false });
	});
});

describe('behind a proxy', () => {
	async function proxied(options?: { allow: boolean }): Promise<string[]> {
		const { tunnels, close } = await startProxy(options);
		cleanups.push(close);
		return tunnels;
	}

	test('the call goes through a tunnel, with TLS to the endpoint itself', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate() });
		const tunnels = await proxied();
		const transport = createTransport(1);
		expect(await transport.send(request(emulator.url), never)).toMatchObject({ status: 401 });
		expect(tunnels).toEqual([`127.0.0.1:${emulator.port}`]);
		expect(emulator.calls).toHaveLength(1);
	});

	test('NO_PROXY is heeded', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate() });
		const tunnels = await proxied();
		process.env.NO_PROXY = '127.0.0.1';
		expect(await createTransport(1).send(request(emulator.url), never)).toMatchObject({ status: 401 });
		expect(tunnels).toEqual([]);
	});

	test('what the proxy refuses is not sent', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate() });
		await proxied({ allow: false });
		await expect(createTransport(1).send(request(emulator.url), never)).rejects.toMatchObject({
			failure: 'proxyRefused',
			sent: false,
		});
		expect(emulator.calls).toHaveLength(0);
	});

	test('a certificate of another host is found out through the tunnel', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate({ host: 'live.example.com' }) });
		await proxied();
		await expect(createTransport(1).send(request(emulator.url), never)).rejects.toMatchObject({
			failure: 'certificate',
			sent: false,
		});
	});

	test('the egress policy still decides', async () => {
		const emulator = await startEmulator({ tls: await issueCertificate() });
		const tunnels = await proxied();
		await expect(createTransport(1, policy(false)).send(request(emulator.url), never)).rejects.toMatchObject({
			failure: 'egressRefused',
			sent: false,
		});
		expect(tunnels).toEqual([]);
	});
});

test('an answer that is not HTTP is a lost connection', async () => {
	const server = createServer((socket) => socket.resume().end('220 mail.example.com ESMTP\r\n'));
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	cleanups.push(async () => await new Promise((done) => server.close(done)));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	await expect(
		createTransport(1).send(request(`http://127.0.0.1:${address.port}`), never),
	).rejects.toMatchObject({ failure: 'connectionLost', sent: true });
});
