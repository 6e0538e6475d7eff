import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { startDeafHost, startSilentTls } from '../support/unansweringHosts';
import { Emulator } from '../../dev/emulator/emulator';
import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { BodyBuffer } from '../../huawei-cloud/http/body';
import { type Transport, TransportError } from '../../huawei-cloud/http/http';
import { createTransport } from '../../huawei-cloud/http/transport';
import { FAULTY_CERTIFICATES, issueCertificate } from '../support/certificates';
import { helperTransports } from '../support/helperTransports';
import { listen } from '../support/listen';
import {
	type Ending,
	type EndpointStage,
	type ProxyStage,
	type StagedServer,
	startEndpoint,
	startStagedProxy,
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

const TOKEN = 'MIIexampleTokenOfTheHelper';

/**
 * Sends a request, and expects no error to show its token.
 * @param body long enough, and no buffers hold it all
 * @param silent whoever will not answer: the request is given up then
 * @returns the response, or why there is none
 */
async function endOf(
	name: string,
	{ host = '127.0.0.1', port }: { host?: string; port: number },
	body = '{}',
	silent?: { readonly reached: number },
) {
	const canceller = new Canceller();
	const sending = transports[name]?.send(
		{
			method: 'POST',
			origin: `https://${host}:${port}`,
			path: '/',
			headers: { 'Content-Type': 'application/json', 'X-Auth-Token': TOKEN },
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
		const { message, stack, cause } = error;
		expect([message, stack, JSON.stringify(error), String(cause)].join()).not.toContain(TOKEN);
		return `${error.code}, ${error.sent ? 'sent' : 'not sent'}${error.proxy === undefined ? '' : ', by proxy'}`;
	}
}

/** Results of a connection to the endpoint, with undici and with n8n's helpers. */
const AT_ENDPOINT: Array<[at: EndpointStage, end: Ending, undici: string, helper: string]> = [
	['hello received', 'fin', 'connectionLost, not sent', 'connectionLost, sent'],
	['hello received', 'reset', 'connectionLost, not sent', 'connectionLost, sent'],
	['hello received', 'garbage', 'unreachable, not sent', 'unreachable, sent'],
	['hello received', 'silence', 'cancelled, not sent', 'cancelled, sent'],
	['request half received', 'fin', 'connectionLost, sent', 'connectionLost, sent'],
	['request half received', 'reset', 'connectionLost, sent', 'connectionLost, sent'],
	['request half received', 'garbage', 'connectionLost, sent', 'unreachable, sent'],
	['request half received', 'silence', 'cancelled, sent', 'cancelled, sent'],
	['head half sent', 'fin', 'connectionLost, sent', 'connectionLost, sent'],
	['head half sent', 'reset', 'connectionLost, sent', 'connectionLost, sent'],
	['head half sent', 'garbage', 'connectionLost, sent', 'unreachable, sent'],
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

const PROXY_LOST = 'proxyUnreachable, not sent, by proxy';
const PROXY_REFUSED = 'proxyRejected, not sent, by proxy';

/** Results of a connection to the proxy. n8n's helpers take its answer for that of the endpoint. */
const AT_PROXY: Array<
	[at: ProxyStage, end: Ending | number, undici: string, helper: string | number | undefined]
> = [
	['accepted', 'fin', PROXY_LOST, 'proxyUnreachable, not sent'],
	['accepted', 'reset', PROXY_LOST, undefined],
	['accepted', 'garbage', PROXY_LOST, 'connectionLost, sent'],
	['accepted', 'silence', 'cancelled, not sent, by proxy', 'cancelled, sent'],
	['CONNECT received', 'fin', PROXY_LOST, 'proxyUnreachable, not sent'],
	['CONNECT received', 'reset', PROXY_LOST, 'connectionLost, sent'],
	['CONNECT received', 'garbage', PROXY_LOST, 'connectionLost, sent'],
	['CONNECT received', 'silence', 'cancelled, not sent, by proxy', 'cancelled, sent'],
	['CONNECT received', 204, PROXY_REFUSED, 204],
	['CONNECT received', 404, PROXY_REFUSED, 404],
	['CONNECT received', 407, PROXY_REFUSED, 407],
	['CONNECT received', 502, 'unreachable, not sent, by proxy', 502],
	['CONNECT received', 503, 'unreachable, not sent, by proxy', 503],
	['CONNECT received', 504, 'unreachable, not sent, by proxy', 504],
	['tunnel opened', 'fin', 'connectionLost, not sent, by proxy', 'connectionLost, sent'],
	['tunnel opened', 'reset', 'connectionLost, not sent, by proxy', 'connectionLost, sent'],
	['tunnel opened', 'garbage', 'unreachable, not sent, by proxy', undefined],
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

test.each(['undici', 'httpRequest'])('over %s, by a proxy that speaks TLS itself', async (name) => {
	const endpoint = await started(startEndpoint(tls));
	const proxy = await startProxy(undefined, tls);
	expect(await endOf(name, endpoint)).toBe(200);
	expect(proxy.requests).toEqual([`CONNECT 127.0.0.1:${endpoint.port} HTTP/1.1`]);
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

/** Bodies of all kinds, with each of the transports: what is read of them, and that no connection outlives one. */

const MAX = 100_000;
const JSON_BODY = '{"task_id":"ä任"}';
const BOM = '\ufeff';
const gzipped = gzipSync(JSON_BODY);
const gzip = { 'Content-Encoding': 'gzip' };

type Respond = (response: ServerResponse) => unknown;

const BODY_LOST = 'connectionLost, sent';

/** The server's behavior, and the result: text, or why there is none. */
const BODIES: Array<[name: string, respond: Respond, expected: string, ofHelpers?: string]> = [
	['plain', (response) => response.end(JSON_BODY), JSON_BODY],
	['none', (response) => response.end(), ''],
	['after a byte order mark', (response) => response.end(BOM + JSON_BODY), JSON_BODY],
	['in gzip', (response) => response.writeHead(404, gzip).end(gzipped), JSON_BODY],
	['in gzip that no header tells of', (response) => response.writeHead(404).end(gzipped), JSON_BODY],
	['in gzip with a byte order mark', (response) => response.end(gzipSync(BOM + JSON_BODY)), JSON_BODY],
	['of the longest length', (response) => response.end('x'.repeat(MAX)), 'x'.repeat(MAX)],
	['in single bytes', trickle, 'x'.repeat(5000)],
	['that is too long', (response) => response.end('x'.repeat(MAX + 1)), 'responseTooLarge, sent'],
	['without an end', flood, 'responseTooLarge, sent'],
	['that drips', drip, 'cancelled, sent'],
	['in gzip, too long', (response) => response.writeHead(200, gzip).end(bomb), 'responseTooLarge, sent'],
	['in gzip without a header, too long', (response) => response.end(bomb), 'responseTooLarge, sent'],
	// n8n's client takes what it could decode for the whole.
	['in half of a gzip', (response) => response.writeHead(200, gzip).end(half), BODY_LOST, '{"task_id'],
	['in half of a gzip without a header', (response) => response.end(half), BODY_LOST],
	['with long headers', (response) => response.setHeader('X', longHeader).end(), 'headersTooLarge, sent'],
];

const bomb = gzipSync(Buffer.alloc(50_000_000));
const half = gzipped.subarray(0, 20);
const longHeader = 'x'.repeat(20_000);

function trickle(response: ServerResponse): void {
	for (let byte = 0; byte < 5000; byte++) response.write('x');
	response.end();
}

function flood(response: ServerResponse): void {
	while (!response.destroyed && response.write(' '.repeat(16_384)));
	response.once('drain', () => flood(response));
}

function drip(response: ServerResponse): void {
	response.write(' ');
	dripping += 1;
}

let dripping = 0;
let respond: Respond;
const encodings: unknown[] = [];
const sockets = new Set<Socket>();
const server = createServer(({ headers }, response) => {
	encodings.push(headers['accept-encoding']);
	response.on('error', () => undefined);
	respond(response);
});
server.on('connection', (socket) => {
	sockets.add(socket);
	socket.on('close', () => sockets.delete(socket));
});

let origin = '';

beforeAll(async () => {
	origin = `http://127.0.0.1:${await listen(server)}`;
});

afterAll(() => {
	server.close();
});

async function bodyOf(name: string, canceller = new Canceller()): Promise<string | undefined> {
	const request = { method: 'DELETE', origin, path: '/', headers: {}, maxResponseBytes: MAX } as const;
	try {
		return (await transports[name]?.send(request, canceller))?.body;
	} catch (error) {
		if (error instanceof TransportError) return `${error.code}, ${error.sent ? 'sent' : 'not sent'}`;
		throw error;
	}
}

describe.each(['undici', 'httpRequest', 'request'])('over %s, a body', (name) => {
	test.each(BODIES)('%s', async (_name, answer, ofUndici, ofHelpers = ofUndici) => {
		const expected = name === 'undici' ? ofUndici : ofHelpers;
		respond = answer;
		const canceller = new Canceller();
		dripping = 0;
		const reading = bodyOf(name, canceller);
		if (answer === drip) {
			await until(() => dripping > 0);
			canceller.abort();
		}
		expect(await reading).toBe(expected);
		expect(encodings.pop()).toBe('identity');
		const isKept = name === 'undici' && !expected.endsWith(', sent');
		if (!isKept) await until(() => sockets.size === 0);
	});
});

test('a body keeps nothing of the segments it came in', async () => {
	const body = new BodyBuffer(10);
	const segment = Buffer.from('ab');
	for (const byte of [segment.subarray(0, 1), segment.subarray(1)]) body.append(byte);
	segment.fill('x');
	expect(await body.text()).toBe('ab');
});

test('path, query, body and headers are sent as they were signed', async () => {
	const emulator = await Emulator.start();
	cleanups.push(async () => await emulator.close());
	const path = '/echo/x?task_id=a%20b%2Fc%26d%2Be%25%E4%BB%BB%27%28%29%2A~&b=';
	const body = '{"a":"ä","b":[1]}';
	const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
	const request = {
		method: 'POST',
		origin: emulator.url,
		path,
		body,
		headers,
		maxResponseBytes: MAX,
	} as const;
	await transports.httpRequest?.send(request, NEVER_CANCELLED);
	expect(emulator.calls).toMatchObject([{ url: path, body }]);
});

describe.each(['undici', 'httpRequest'])('over %s, nothing is sent', (name) => {
	test.each([startDeafHost, startSilentTls])(
		'by exchanges that are given up while they connect, and no socket is left: %p',
		async (startHost) => {
			const host = await startHost();
			cleanups.push(async () => await host.close());
			const silent = {
				get reached() {
					return host.openSockets();
				},
			};
			const sending = Array.from({ length: 20 }, async () => await endOf(name, host, '{}', silent));
			// A helper does not tell.
			const expected = name === 'undici' ? 'cancelled, not sent' : 'cancelled, sent';
			expect(new Set(await Promise.all(sending))).toEqual(new Set([expected]));
			await until(() => host.openSockets() === 0);
		},
	);

	test('to a port where nobody listens, or to a host that does not exist', async () => {
		const { port, close } = await startEndpoint(tls);
		await close();
		expect(await endOf(name, { port })).toBe('unreachable, not sent');
		expect(await endOf(name, { host: 'no-such-host.invalid', port })).toBe('unknownHost, not sent');
	});

	test.each(FAULTY_CERTIFICATES)('to a host whose certificate %s, also by proxy', async (_name, options) => {
		const endpoint = await started(startEndpoint(await issueCertificate(options)));
		expect(await endOf(name, endpoint)).toBe('certificate, not sent');
		await startProxy();
		expect(await endOf(name, endpoint)).toMatch(/^certificate, not sent/);
		expect(endpoint.requests).toEqual([]);
	});
});
