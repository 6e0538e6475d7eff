import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import fc from 'fast-check';

import { createTransport } from '../../huawei-cloud/http/transport';
import { systemClock } from '../../n8n/clock';
import { issueCertificate } from '../support/certificates';
import { clientOf, SETTINGS } from '../support/clients';
import { mostly, testProperty } from '../support/properties';
import { startRawServer, type RawResponse } from '../support/rawServer';

/** Short, since many responses here never end. Aborting too early must not change what happened. */
const TIMEOUT_MS = 30;

/** How a response is damaged on its way. */
interface Wire {
	/** True if the service does its work before it responds. If not, it reports a failure or rejection. */
	does: boolean;
	rejects: boolean;
	version: string;
	interim: string;
	headers: string[];
	framing: string;
	surplus: boolean;
	/** Which part of the response is sent, if not all of it. */
	cut: number | undefined;
	segment: number;
	gap: number;
	end: RawResponse['end'];
}

/** The headers that tell where a text ends, and the body, if that is not the text itself. */
type Framing = (text: string, part: number) => { lines: string[]; body?: string };

const lengths = (...values: number[]) => values.map((value) => `content-length: ${value}`);
const CHUNKED = 'transfer-encoding: chunked';
const chunk = (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`;
const chunks = (text: string, part: number) => {
	const half = Math.min(part, text.length - 1);
	return chunk(text.slice(0, half)) + chunk(text.slice(half));
};
const LAST_CHUNK = '0\r\n\r\n';

const FRAMINGS: Record<string, Framing> = {
	length: ({ length }) => ({ lines: lengths(length) }),
	tooLong: ({ length }, part) => ({ lines: lengths(length + part) }),
	tooShort: ({ length }, part) => ({ lines: lengths(Math.max(0, length - part)) }),
	noLength: () => ({ lines: [] }),
	twice: ({ length }) => ({ lines: lengths(length, length) }),
	conflicting: ({ length }) => ({ lines: lengths(length, 3) }),
	badLength: () => ({ lines: lengths(-1) }),
	chunked: (text, part) => ({ lines: [CHUNKED], body: chunks(text, part) + LAST_CHUNK }),
	badChunks: (text) => ({ lines: [CHUNKED], body: `${chunk(text)}zz\r\n${text}\r\n${LAST_CHUNK}` }),
	noLastChunk: (text, part) => ({ lines: [CHUNKED], body: chunks(text, part) }),
	chunkedAndLength: (text, part) => ({
		lines: [...lengths(text.length), CHUNKED],
		body: chunks(text, part) + LAST_CHUNK,
	}),
};

const wires: fc.Arbitrary<Wire> = fc.record({
	does: fc.boolean(),
	rejects: fc.boolean(),
	version: mostly('HTTP/1.1', fc.constantFrom('HTTP/1.0', 'HTTP/1.2', 'HTTP/2', 'http/1.1', 'ICY', '\u0000')),
	interim: mostly(
		'',
		fc.constantFrom(
			'HTTP/1.1 100 Continue\r\n\r\n',
			'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
			'\r\n\r\n',
			'garbage\r\n',
		),
	),
	headers: fc.array(
		fc.constantFrom(
			'x-request-id: one',
			'x-request-id: two',
			'X-REQUEST-ID: three',
			'content-encoding: gzip',
			'retry-after: 0',
			'connection: close',
			'set-cookie: a=b',
			`x-long: ${'x'.repeat(20_000)}`,
			'x-folded: a\r\n b',
			'no colon',
			': no name',
			'x-nul: \u0000',
			'__proto__: x',
			'location: http://127.0.0.1:1/',
		),
		{ maxLength: 3 },
	),
	framing: mostly('length', fc.constantFrom(...Object.keys(FRAMINGS))),
	surplus: mostly(false, fc.constant(true)),
	cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
	segment: fc.oneof(fc.constant(100_000), fc.integer({ min: 1, max: 50 })),
	gap: mostly(0, fc.integer({ min: 1, max: 2 })),
	end: fc.constantFrom<RawResponse['end']>('keep', 'fin', 'reset', 'garbage'),
});

const response = (status: string, body: object) => ({
	status,
	text: JSON.stringify({ ...body, request_id: 'r' }),
});

/** A service whose tasks are deleted by requests that arrive, if it does its work. */
class Service {
	readonly deleted = new Set<string>();
	readonly arrived = new Set<string>();
	private count = 0;

	constructor(private readonly script: readonly Wire[]) {}

	respond(path: string): RawResponse {
		const wire = this.script[this.count % this.script.length];
		if (!wire) throw new Error('There is no script');
		this.count += 1;
		const taskId = new URL(path, 'http://localhost').searchParams.get('task_id') ?? '';
		this.arrived.add(taskId);
		const wasDeleted = this.deleted.has(taskId);
		if (wire.does) this.deleted.add(taskId);
		if (!wire.does && wire.rejects) return spoilt(wire, response('503 Busy', { error_code: 'APIGW.0613' }));
		if (!wire.does) return spoilt(wire, response('500 Failed', { error_code: 'LIVE.100011000' }));
		if (wasDeleted) return spoilt(wire, response('404 Not Found', { error_code: 'LIVE.100011001' }));
		return spoilt(wire, response('200 OK', { task_id: taskId }));
	}
}

function spoilt(wire: Wire, { status, text }: ReturnType<typeof response>): RawResponse {
	const { version, interim, headers, framing, surplus, cut, segment, gap, end } = wire;
	const { lines, body = text } = FRAMINGS[framing]?.(text, wire.segment) ?? { lines: [] };
	const head = [`${version} ${status}`, 'content-type: application/json', ...headers, ...lines];
	// A response to no request, which must not count as one.
	const more = surplus ? 'HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{"request_id":"surplus"}' : '';
	const bytes = Buffer.from(`${interim}${head.join('\r\n')}\r\n\r\n${body}${more}`, 'latin1');
	const sent = cut === undefined ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
	// A surplus that came later could not be told from the answer to the next request.
	const size = surplus ? bytes.length : Math.max(segment, sent.length / 40);
	const segments: Buffer[] = [];
	for (let start = 0; start < sent.length; start += size) segments.push(sent.subarray(start, start + size));
	return { segments, gap, end };
}

let service: Service;
let runs = 0;
let servers: Array<Awaited<ReturnType<typeof startRawServer>>> = [];

beforeAll(async () => {
	const respond = (path: string) => service.respond(path);
	servers = [await startRawServer(respond), await startRawServer(respond, await issueCertificate())];
});

afterAll(async () => {
	for (const server of servers) await server.close();
});

async function deleteTasks(script: Wire[], url: string, { tasks = 1, atOnce = true, timeout = TIMEOUT_MS }) {
	service = new Service(script);
	const clock = { ...systemClock, random: () => 0 };
	const fields = { liveEndpoint: url };
	const { relayTasks } = clientOf({ transport: createTransport(), clock }, { fields });
	const remove = async (taskId: string) => ({
		taskId,
		outcome: await relayTasks.delete({ taskId, region: undefined }, { ...SETTINGS, maxRetries: 2, timeout }),
	});
	// Requests of a run before that were given up may still arrive.
	runs += 1;
	const taskIds = Array.from({ length: tasks }, (_, index) => `task-${runs}-${index}`);
	if (atOnce) return await Promise.all(taskIds.map(remove));
	const outcomes: Array<Awaited<ReturnType<typeof remove>>> = [];
	for (const taskId of taskIds) outcomes.push(await remove(taskId));
	return outcomes;
}

/** Responses with nothing wrong, but sent in segments. */
const wholeWires: fc.Arbitrary<Wire> = wires.map((wire) => ({
	...wire,
	does: true,
	version: 'HTTP/1.1',
	interim: '',
	headers: [],
	framing: wire.framing === 'chunked' ? 'chunked' : 'length',
	surplus: false,
	cut: undefined,
	end: 'keep',
}));

describe.each([
	['HTTP', 0, 60],
	['TLS', 1, 25],
])('over %s', (_name, server, count) => {
	testProperty(
		'no byte that is lost, cut, split or made up changes what happened to a task',
		count,
		fc.asyncProperty(
			fc.array(wires, { minLength: 1, maxLength: 5 }),
			fc.integer({ min: 1, max: 4 }),
			fc.boolean(),
			async (script, tasks, atOnce) => {
				const outcomes = await deleteTasks(script, servers[server]?.url ?? '', { tasks, atOnce });
				for (const { taskId, outcome } of outcomes) {
					const isDeleted = service.deleted.has(taskId);
					// All of them exist at first, so "not found" on its own is never true.
					expect(outcome.kind).not.toBe('notFound');
					if (outcome.kind === 'success') expect(isDeleted).toBe(true);
					else if (outcome.kind === 'error' && !outcome.mayHaveHappened) expect(isDeleted).toBe(false);
					expect(outcome.attempts).toBeLessThanOrEqual(3);
				}
			},
		),
	);

	testProperty(
		'a response that is only split into segments is read',
		count,
		fc.asyncProperty(wholeWires, async (wire) => {
			const [deleted] = await deleteTasks([wire], servers[server]?.url ?? '', { timeout: 30_000 });
			expect(deleted?.outcome).toMatchObject({ kind: 'success', attempts: 1 });
		}),
	);
});
