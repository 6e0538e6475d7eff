import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, expect, test } from '@jest/globals';

import { issueCertificate } from '../support/certificates';
import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';

const PROJECT = { id: 'a'.repeat(32), name: 'cn-north-4' };
const TASKS = `/v1/${PROJECT.id}/pull/stream/task`;
let emulator: Emulator;
let headers: Record<string, string>;

async function start(options: EmulatorOptions): Promise<void> {
	emulator = await Emulator.start(options);
	const token = emulator.world.addToken(emulator.world.addUser({ projects: [PROJECT] }), PROJECT.id);
	headers = { 'X-Auth-Token': token.value, 'Content-Type': 'application/json' };
}

afterEach(async () => {
	await emulator.close();
});

/** A page of tasks, and how it came: how large it says it is, and the sizes of the chunks. */
async function get(query = '') {
	const chunks: Buffer[] = [];
	const send = emulator.url.startsWith('https:') ? httpsRequest : httpRequest;
	const length = await new Promise((resolve, reject) => {
		const request = send(`${emulator.url}${TASKS}${query}`, { headers, agent: false }, (response) => {
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.once('end', () => resolve(response.headers['content-length']));
			response.once('error', reject);
		});
		request.once('error', reject);
		request.end();
	});
	const body = Buffer.concat(chunks);
	const json: { total?: number; task_infos?: unknown[] } = JSON.parse(body.toString());
	expect(length).toBe(String(body.length));
	return { json, size: body.length, chunks: chunks.map((chunk) => chunk.length) };
}

const SCHEMES: Array<[string, () => Promise<EmulatorOptions>]> = [
	['http', async () => ({})],
	['https', async () => ({ tls: await issueCertificate() })],
];

test.each(SCHEMES)(
	'%s: a body comes in segments of the size that was asked for',
	async (_scheme, options) => {
		await start({ ...(await options()), segmentBytes: 100 });
		emulator.world.addTask(PROJECT.id);
		const { json, size, chunks } = await get();
		expect(json.total).toBe(1);
		expect(chunks).toEqual([...new Array<number>(Math.floor(size / 100)).fill(100), size % 100]);
		emulator.segmentBytes = undefined;
		expect((await get()).chunks).toHaveLength(1);
		emulator.segmentBytes = 1;
		const bytewise = await get();
		expect(bytewise.chunks).toHaveLength(bytewise.size);
	},
);

test.each(SCHEMES)('%s: 6 MB come in segments of 16 kB', async (_scheme, options) => {
	await start({ ...(await options()), segmentBytes: 16_000 });
	const urls = new Array<string>(30).fill(`rtmp://${'x'.repeat(2000)}`);
	for (let task = 0; task < 100; task++) emulator.world.addTask(PROJECT.id, { source_urls: urls });
	const { json, size, chunks } = await get('?limit=100');
	expect(json.task_infos).toHaveLength(100);
	expect(size).toBeGreaterThan(6_000_000);
	expect(Math.max(...chunks)).toBeLessThanOrEqual(16_000);
	expect(chunks.length).toBeGreaterThanOrEqual(size / 16_000);
});

test('the headers come before the first segment, and each segment is a write of its own', async () => {
	await start({ segmentBytes: 64 });
	const socket = connect(emulator.port, '127.0.0.1');
	socket.write(`GET /v2/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
	const chunks: string[] = [];
	socket.on('data', (chunk) => chunks.push(String(chunk)));
	await new Promise((done) => socket.once('close', done));
	const [head, ...segments] = chunks;
	expect(head).toMatch(/^HTTP\/1\.1 404 [^{]*\r\n\r\n$/);
	expect(segments.slice(0, -1).every((segment) => segment.length === 64)).toBe(true);
	expect(segments.length).toBeGreaterThan(2);
	expect(JSON.parse(segments.join(''))).toMatchObject({ error_code: 'APIGW.0101' });
});

test('answers that are mishaps come in segments too, and empty ones as they do otherwise', async () => {
	await start({ segmentBytes: 2 });
	emulator.faults.add({ mishap: { kind: 'answer', status: 502, body: '<html>ü</html>' } });
	emulator.faults.add({ mishap: { kind: 'answer', status: 204 } });
	const response = await fetch(emulator.url + TASKS);
	expect(response.status).toBe(502);
	expect(await response.text()).toBe('<html>ü</html>');
	expect((await fetch(emulator.url + TASKS)).status).toBe(204);
});

test('a client that leaves in the middle of a body harms nobody', async () => {
	await start({ segmentBytes: 10 });
	const urls = new Array<string>(30).fill(`rtmp://${'x'.repeat(2000)}`);
	emulator.world.addTask(PROJECT.id, { source_urls: urls });
	await new Promise<void>((done) => {
		const request = httpRequest(emulator.url + TASKS, { headers, agent: false }, (response) => {
			response.once('data', () => request.destroy());
			response.once('close', done);
			response.on('error', () => undefined);
		});
		request.end();
	});
	emulator.segmentBytes = undefined;
	expect((await get()).json.total).toBe(1);
	const { body } = await fetch(emulator.url + TASKS, { headers });
	expect(body && (await text(body))).toContain('"total":1');
});
