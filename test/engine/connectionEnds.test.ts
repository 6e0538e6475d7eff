import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { Canceller } from '../../huawei-cloud/http/abort';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { createTransport } from '../../huawei-cloud/http/transport';
import { issueCertificate } from '../support/certificates';
import { helperTransports } from '../support/helperTransports';
import {
	startEndpoint,
	startStagedProxy,
	type EndpointStage,
	type Ending,
	type ProxyStage,
	type StagedServer,
} from '../support/stagedServer';
import { until } from '../support/until';

/**
 * Every way in which a connection can end, at every stage, direct and through a proxy, with each of the transports: why
 * no response came, whether the request may have arrived, whether the proxy is named, and what it cost in sockets.
 */

let transports: Record<string, Transport>;
let tls: { key: string; cert: string };
const cleanups: Array<() => Promise<unknown>> = [];

beforeAll(async () => {
	tls = await issueCertificate();
	transports = { undici: createTransport(), ...(await helperTransports()) };
}, 60_000);

afterEach(async () => {
	delete process.env.HTTPS_PROXY;
	while (cleanups.length > 0) await cleanups.pop()?.();
});

async function started(starting: Promise<StagedServer>): Promise<StagedServer> {
	const server = await starting;
	cleanups.push(async () => await server.close());
	return server;
}

/** A proxy that the process is told to use. */
async function startProxy(...options: Parameters<typeof startStagedProxy>): Promise<StagedServer> {
	const proxy = await started(startStagedProxy(...options));
	process.env.HTTPS_PROXY = `${options[1] ? 'https' : 'http'}://user:secret@127.0.0.1:${proxy.port}`;
	return proxy;
}

/**
 * Sends a request.
 * @param body long enough, and no buffers hold it all
 * @param silent whoever will not answer: the request is given up then
 * @returns the response, or why there is none
 */
async function endOf(name: string, endpoint: StagedServer, body = '{}', silent?: StagedServer) {
	const canceller = new Canceller();
	const sending = transports[name]?.send(
		{
			method: 'POST',
			origin: `https://127.0.0.1:${endpoint.port}`,
			path: '/',
			headers: { 'Content-Type': 'application/json' },
			body,
			maxResponseBytes: 1000,
		},
		canceller,
	);
	if (silent) {
		await until(() => silent.reached > 0);
		canceller.abort();
	}
	try {
		return (await sending)?.status;
	} catch (error) {
		if (!(error instanceof TransportError)) throw error;
		expect(error.proxy ?? '127.0.0.1:').not.toContain('secret');
		return `${error.code}, ${error.sent ? 'sent' : 'not sent'}${error.proxy === undefined ? '' : ', by proxy'}`;
	}
}

/** Results of a connection to the endpoint, with undici and with n8n's helpers. */
const AT_ENDPOINT: Array<[at: EndpointStage, end: Ending, undici: string, helper: string]> = [
	['hello received', 'fin', 'connectionLost, not sent', 'connectionLost, sent'],
	['hello received', 'reset', 'connectionLost, not sent', 'connectionLost, sent'],
	['hello received', 'garbage', 'certificate, not sent', 'certificate, sent'],
	['hello received', 'silence', 'cancelled, not sent', 'cancelled, sent'],
	['request half received', 'fin', 'connectionLost, sent', 'connectionLost, sent'],
	['request half received', 'reset', 'connectionLost, sent', 'connectionLost, sent'],
	['request half received', 'garbage', 'connectionLost, sent', 'certificate, sent'],
	['request half received', 'silence', 'cancelled, sent', 'cancelled, sent'],
	['head half sent', 'fin', 'connectionLost, sent', 'connectionLost, sent'],
	['head half sent', 'reset', 'connectionLost, sent', 'connectionLost, sent'],
	['head half sent', 'garbage', 'connectionLost, sent', 'certificate, sent'],
	['head half sent', 'silence', 'cancelled, sent', 'cancelled, sent'],
	['body half sent', 'fin', 'connectionLost, sent', 'connectionLost, sent'],
	['body half sent', 'reset', 'connectionLost, sent', 'connectionLost, sent'],
	['body half sent', 'garbage', 'connectionLost, sent', 'connectionLost, sent'],
	['body half sent', 'silence', 'cancelled, sent', 'cancelled, sent'],
];

describe.each(['undici', 'httpRequest', 'request'])('over %s', (name) => {
	describe.each(['directly', 'by proxy'])('%s', (way) => {
		test.each(AT_ENDPOINT)('%s, %s', async (at, end, undici, helper) => {
			const endpoint = await started(startEndpoint(tls, { at, end }));
			const proxy = way === 'by proxy' ? await startProxy() : undefined;
			// More than the buffers of two sockets hold.
			const body = at === 'request half received' ? 'x'.repeat(8_000_000) : '{}';
			const ended = await endOf(name, endpoint, body, end === 'silence' ? endpoint : undefined);
			const expected = name === 'undici' ? undici : helper;
			expect(ended).toBe(proxy && name === 'undici' ? `${expected}, by proxy` : expected);
			await until(() => endpoint.open.size + (proxy?.open.size ?? 0) === 0);
			expect([endpoint.opened, proxy?.opened ?? 1]).toEqual([1, 1]);
		});
	});
});

const PROXY_LOST = 'proxyLost, not sent, by proxy';
const PROXY_REFUSED = 'proxyRefused, not sent, by proxy';

/** Results of a connection to the proxy. n8n's helpers take its answer for that of the endpoint. */
const AT_PROXY: Array<
	[at: ProxyStage, end: Ending | number, undici: string, helper: string | number | undefined]
> = [
	['accepted', 'fin', PROXY_LOST, 'proxyLost, not sent'],
	['accepted', 'reset', PROXY_LOST, undefined],
	['accepted', 'garbage', PROXY_LOST, 'connectionLost, sent'],
	['accepted', 'silence', 'cancelled, not sent, by proxy', 'cancelled, sent'],
	['CONNECT received', 'fin', PROXY_LOST, 'proxyLost, not sent'],
	['CONNECT received', 'reset', PROXY_LOST, 'connectionLost, sent'],
	['CONNECT received', 'garbage', PROXY_LOST, 'connectionLost, sent'],
	['CONNECT received', 'silence', 'cancelled, not sent, by proxy', 'cancelled, sent'],
	['CONNECT received', 204, PROXY_REFUSED, 204],
	['CONNECT received', 404, PROXY_REFUSED, 404],
	['CONNECT received', 407, PROXY_REFUSED, 407],
	['CONNECT received', 502, PROXY_REFUSED, 502],
	['tunnel opened', 'fin', 'connectionLost, not sent, by proxy', 'connectionLost, sent'],
	['tunnel opened', 'reset', 'connectionLost, not sent, by proxy', 'connectionLost, sent'],
	['tunnel opened', 'garbage', 'certificate, not sent, by proxy', undefined],
	['tunnel opened', 'silence', 'cancelled, not sent, by proxy', 'cancelled, sent'],
];

describe.each(['undici', 'httpRequest'])('over %s, at the proxy', (name) => {
	test.each(AT_PROXY)('%s, %s', async (at, end, undici, helper) => {
		const endpoint = await started(startEndpoint(tls));
		const proxy = await startProxy({ at, end });
		const ended = await endOf(name, endpoint, '{}', end === 'silence' ? proxy : undefined);
		expect(ended).toBe(name === 'undici' ? undici : (helper ?? ended));
		// n8n's helpers let a proxy that does not answer keep its connection.
		if (name === 'undici' || end !== 'silence') await until(() => proxy.open.size === 0);
		expect([endpoint.opened, proxy.opened]).toEqual([0, 1]);
	});

	test('that nobody listens at', async () => {
		const endpoint = await started(startEndpoint(tls));
		await (await startProxy()).close();
		expect(await endOf(name, endpoint)).toBe('proxyUnreachable, not sent, by proxy');
	});
});

describe.each(['undici', 'httpRequest'])('over %s', (name) => {
	test('by a proxy that speaks TLS itself', async () => {
		const endpoint = await started(startEndpoint(tls));
		const proxy = await startProxy(undefined, tls);
		expect(await endOf(name, endpoint)).toBe(200);
		expect(proxy.requests).toEqual([`CONNECT 127.0.0.1:${endpoint.port} HTTP/1.1`]);
	});
});

test('the certificate of a proxy that nobody trusts is told from that of the endpoint', async () => {
	const endpoint = await started(startEndpoint(tls));
	await startProxy(undefined, await issueCertificate({ issuer: 'itself' }));
	expect(await endOf('undici', endpoint)).toBe('proxyCertificate, not sent, by proxy');
	expect(endpoint.opened).toBe(0);
});

// Not a reset: it may discard a response that was not read yet.
test.each<Ending>(['fin', 'garbage'])('a connection that ends idle (%s) is opened once more', async (end) => {
	const endpoint = await started(startEndpoint(tls, { at: 'response sent', end }));
	for (let call = 1; call <= 3; call++) {
		expect(await endOf('undici', endpoint)).toBe(200);
		await until(() => endpoint.open.size === 0);
		expect(endpoint.opened).toBe(call);
	}
});
