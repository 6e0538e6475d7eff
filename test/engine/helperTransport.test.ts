import { setMaxListeners } from 'node:events';

import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { startDeafHost, startSilentTls } from '../../dev/emulator/deafHost';
import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';
import type { Mishap } from '../../dev/emulator/faults';
import { cancellationOf } from '../../huawei-cloud/http/abort';
import type { HttpRequest, Transport } from '../../huawei-cloud/http/http';
import { FAULTY_CERTIFICATES, issueCertificate } from '../support/certificates';
import { helperTransports } from '../support/helperTransports';
import { until } from '../support/until';

/** The transport of the flavor without dependencies, over the helper that n8n gives a node. */

let transport: Transport;
const cleanups: Array<() => Promise<unknown>> = [];

beforeAll(async () => {
	transport = (await helperTransports()).httpRequest;
});

afterEach(async () => {
	while (cleanups.length > 0) await cleanups.pop()?.();
});

async function startEmulator(options: EmulatorOptions = {}, mishap?: Mishap): Promise<Emulator> {
	const emulator = await Emulator.start(options);
	cleanups.push(async () => await emulator.close());
	if (mishap) emulator.faults.add({ mishap, times: Infinity });
	return emulator;
}

const TOKEN = 'MIIexampleTokenOfTheHelper';
const request = (origin: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
	method: 'DELETE',
	origin,
	path: '/v3/auth/projects',
	headers: { 'X-Auth-Token': TOKEN },
	maxResponseBytes: 64 * 1024,
	...more,
});

const send = async (sent: HttpRequest, signal = new AbortController().signal) =>
	await transport.send(sent, cancellationOf(signal));

/** The result of sending; no part of it may show the token. */
async function failureOf(sent: HttpRequest, signal?: AbortSignal) {
	const error: unknown = await send(sent, signal).catch((reason: unknown) => reason);
	if (!(error instanceof Error)) throw new Error('It did not fail');
	expect([error.message, error.stack, JSON.stringify(error), String(error.cause)].join()).not.toContain(
		TOKEN,
	);
	return { ...error };
}

test('path, query, body and headers are sent as they were signed', async () => {
	const emulator = await startEmulator();
	const path = '/echo/x?task_id=a%20b%2Fc%26d%2Be%25%E4%BB%BB%27%28%29%2A~&b=';
	const body = '{"a":"ä","b":[1]}';
	const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
	await send(request(emulator.url, { method: 'POST', path, body, headers }));
	expect(emulator.calls).toMatchObject([{ url: path, body }]);
});

describe('an exchange that is given up', () => {
	test.each([startDeafHost, startSilentTls])(
		'while it connects leaves no socket behind: %p',
		async (startHost) => {
			const host = await startHost();
			cleanups.push(async () => await host.close());
			const giveUp = new AbortController();
			setMaxListeners(0, giveUp.signal);
			const sent = Array.from({ length: 20 }, async () => {
				return await failureOf(request(`https://127.0.0.1:${host.port}`), giveUp.signal);
			});
			await until(() => host.openSockets() !== 0);
			giveUp.abort();
			for (const failure of await Promise.all(sent)) expect(failure).toMatchObject({ code: 'cancelled' });
			await until(() => (host.openSockets() ?? 0) === 0);
		},
	);
});

describe('a request was certainly not sent', () => {
	test('to a port where nobody listens', async () => {
		const emulator = await startEmulator();
		await emulator.close();
		expect(await failureOf(request(emulator.url))).toMatchObject({ code: 'unreachable', sent: false });
	});

	test('to a host that does not exist', async () => {
		const failure = await failureOf(request('https://no-such-host.invalid'));
		expect(failure).toMatchObject({ code: 'unknownHost', sent: false });
	});

	test.each(FAULTY_CERTIFICATES)('to a host whose certificate %s', async (_name, options) => {
		const emulator = await startEmulator({ tls: await issueCertificate(options) });
		expect(await failureOf(request(emulator.url))).toMatchObject({ code: 'certificate', sent: false });
		expect(emulator.calls).toEqual([]);
	});
});
