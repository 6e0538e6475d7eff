import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { Canceller } from '../../huawei-cloud/http/abort';
import { BodyBuffer } from '../../huawei-cloud/http/body';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { createTransport } from '../../huawei-cloud/http/transport';
import { helperTransports } from '../support/helperTransports';
import { listen } from '../support/listen';
import { until } from '../support/until';

/** Bodies of all kinds, with each of the transports: what is read of them, and that no connection outlives one. */

const MAX = 100_000;
const JSON_BODY = '{"task_id":"ä任"}';
const BOM = '\ufeff';
const gzipped = gzipSync(JSON_BODY);
const gzip = { 'Content-Encoding': 'gzip' };

type Respond = (response: ServerResponse) => unknown;

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
	[
		'in half of a gzip',
		(response) => response.writeHead(200, gzip).end(half),
		'connectionLost, sent',
		'{"task_id',
	],
	['in half of a gzip without a header', (response) => response.end(half), 'connectionLost, sent'],
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

let transports: Record<string, Transport>;
let origin = '';

beforeAll(async () => {
	origin = `http://127.0.0.1:${await listen(server)}`;
	transports = { undici: createTransport(), ...(await helperTransports()) };
}, 60_000);

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

	test('that drips, twenty times, leaves no connection', async () => {
		respond = drip;
		dripping = 0;
		const canceller = new Canceller();
		const reading = Array.from({ length: 20 }, async () => await bodyOf(name, canceller));
		await until(() => dripping === 20);
		canceller.abort();
		expect(new Set(await Promise.all(reading))).toEqual(new Set(['cancelled, sent']));
		await until(() => sockets.size === 0);
	});
});

test('a body keeps nothing of the segments it came in', () => {
	const body = new BodyBuffer(10);
	const segment = Buffer.from('ab');
	for (const byte of [segment.subarray(0, 1), segment.subarray(1)]) body.append(byte);
	segment.fill('x');
	expect(body.text()).toBe('ab');
});
