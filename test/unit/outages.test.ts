import { describe, expect, test } from '@jest/globals';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { Outcome } from '../../huawei-cloud/call/outcome';
import { TransportError, type HttpResponse, type Transport } from '../../huawei-cloud/http/http';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { VOD_RELAY, type RelayTasks } from '../../huawei-cloud/live/relayTasks';
import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { clientOf, KEY_FIELDS, SETTINGS, USER_FIELDS } from '../support/clients';
import { like } from '../support/steps';
import { VirtualClock } from '../support/virtualClock';

/** The client on a host that is down for a time, in virtual time. */

const SECOND = 1000;
const MINUTE = 60_000;
const OK: HttpResponse = { status: 200, headers: {}, body: '{"request_id":"r"}' };
const REFUSED = new TransportError('unreachable', false);
const RESET = new TransportError('connectionLost', true);

/** A response or failure, and how long it takes unless it comes soon. */
type Answer = HttpResponse | TransportError | { answer: HttpResponse; after: number };
const HANGS = { answer: OK, after: 100 * MINUTE };

function response(status: number, error_code?: string, headers: Record<string, string> = {}): HttpResponse {
	return { status, headers, body: JSON.stringify({ error_code, request_id: 'r' }) };
}

type TaskCall = (tasks: RelayTasks, taskId: string, settings: CallSettings) => Promise<Outcome>;

interface Given {
	tasks: number;
	concurrency?: number;
	maxRetries?: number;
	timeout?: number;
	/** The response to a request after a time in milliseconds since the start. */
	answer: (at: number, path: string, method: string) => Answer;
	/** Each task is an execution of its own. */
	executionEach?: boolean;
	/** How many times another execution lists tasks, once a minute. */
	polls?: number;
	/** Fields of the credential instead of those with the token. */
	fields?: Record<string, string>;
	/** The call for each task; default: its deletion. */
	run?: TaskCall;
}

const deleteTask: TaskCall = async (tasks, taskId, settings) =>
	await tasks.delete({ taskId, region: undefined }, settings);

async function deleteTasks(given: Given) {
	const { tasks, concurrency = 10, maxRetries = 3, timeout = 30_000, answer, fields = {} } = given;
	const { executionEach = false, polls = 0, run = deleteTask } = given;
	const clock = new VirtualClock();
	const start = clock.now();
	const sentAt: number[] = [];
	const transport: Transport = {
		async send({ path, method }, cancellation) {
			sentAt.push(clock.now() - start);
			const answered = answer(clock.now() - start, path, method);
			const { answer: result, after } = 'answer' in answered ? answered : { answer: answered, after: 40 };
			return await new Promise((resolve, reject) => {
				cancellation.onAbort(() => reject(new TransportError('cancelled', true)));
				void clock.sleep(after).then(() => {
					if (result instanceof TransportError) reject(result);
					else resolve(result);
				});
			});
		},
	};
	const state = new CredentialState();
	const limiter = new RateLimiter(clock);
	const execution = () => {
		const expectedCalls = executionEach ? 1 : tasks;
		const handle = limiter.createHandle(expectedCalls);
		const parts = { transport, clock, expectedCalls };
		return { handle, ...clientOf(parts, { state, fields, rateLimit: handle }) };
	};
	const shared = execution();
	const outcomes: Outcome[] = [];
	let next = 0;
	const worker = async () => {
		while (next < tasks) {
			const taskId = `task-${next++}`;
			const { relayTasks } = executionEach ? execution() : shared;
			const settings = { ...SETTINGS, maxRetries, timeout };
			outcomes.push(await run(relayTasks, taskId, settings));
		}
	};
	const poll = async () => {
		for (let left = polls; left > 0; left--, await clock.sleep(MINUTE))
			await execution().relayTasks.list({}, undefined, SETTINGS);
	};
	void poll();
	await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
	return {
		ms: clock.now() - start,
		requests: sentAt.length,
		sentAt,
		failed: outcomes.filter(({ kind }) => kind === 'error'),
		succeeded: outcomes.filter(({ kind }) => kind === 'success').length,
		report: shared.handle.report(),
	};
}

/** Without those that are the same as another: to expect something of each of ten thousand takes seconds. */
const distinct = (outcomes: readonly Outcome[]) =>
	new Map(outcomes.map((outcome) => [JSON.stringify(outcome), outcome])).values();

const DOWN: Array<[string, Answer]> = [
	['rejects connections', REFUSED],
	['breaks connections', RESET],
	['answers through a gateway that gets no response', response(503)],
	['answers so, and names a time', response(503, undefined, { 'retry-after': '5' })],
	['does not answer', HANGS],
];

describe.each(DOWN)('a host that %s', (_name, down) => {
	test.each([5, 20])('for a minute, %d at once, costs an item for each probe', async (concurrency) => {
		const isDown = (at: number) => at >= 2 * SECOND && at < 62 * SECOND;
		const answer = (at: number) => (isDown(at) ? down : OK);
		const { succeeded, ms, report } = await deleteTasks({ tasks: 2000, concurrency, answer });
		expect(succeeded).toBeGreaterThanOrEqual(2000 - 6);
		expect(ms).toBeLessThan(3 * MINUTE);
		// Requests that hang for thirty seconds don't wait for the host yet.
		expect(report.hostDownMs).toBeGreaterThan(30 * SECOND);
		expect(report.hostDownMs).toBeLessThan(95 * SECOND);
	});
});

test.each([
	...DOWN,
	...[60, 290, 400].map((seconds): [string, Answer] => [
		`names ${seconds} seconds each time`,
		response(503, undefined, { 'retry-after': `${seconds}` }),
	]),
])('a host that %s, for good, ends a run of 10,000 in six minutes, and says why', async (_name, down) => {
	const { failed, ms, requests } = await deleteTasks({ tasks: 10_000, answer: () => down });
	expect(failed).toHaveLength(10_000);
	expect(ms).toBeLessThan(6 * MINUTE);
	expect(ms).toBeGreaterThan(4 * MINUTE);
	expect(requests).toBeLessThan(200);
	const unsent = failed.filter(({ attempts }) => attempts === 0);
	expect(unsent.length).toBeGreaterThan(9970);
	const message = like(/could not be reached for five minutes/);
	for (const outcome of distinct(unsent)) expect(outcome).toMatchObject({ category: 'network', message });
});

test('a host that is back just before a run gives up is noticed', async () => {
	const answer = (at: number) => (at < 291 * SECOND ? REFUSED : OK);
	expect((await deleteTasks({ tasks: 300, answer })).succeeded).toBeGreaterThan(280);
});

test.each<[string, TaskCall]>([
	['Update', async (tasks, taskId, settings) => await tasks.update(taskId, { status: 'pause' }, settings)],
	['Get', async (tasks, taskId, settings) => await tasks.get({ taskId, region: undefined }, settings)],
])('%s waits for the host, too', async (_name, run) => {
	const answer: Given['answer'] = (at, path) => {
		if (at > SECOND && at < 61 * SECOND) return REFUSED;
		const task_infos = [{ task_id: /task_id=([^&]+)/.exec(path)?.[1], source_type: VOD_RELAY }];
		return path.includes('task_id') ? { ...OK, body: JSON.stringify({ task_infos, total: 1 }) } : OK;
	};
	expect((await deleteTasks({ tasks: 2000, run, answer })).succeeded).toBeGreaterThan(1990);
	const down = await deleteTasks({ tasks: 10_000, run, answer: () => REFUSED });
	expect(down.requests).toBeLessThan(200);
	expect(down.ms).toBeLessThan(6 * MINUTE);
});

test.each([
	[2, 290],
	[300, 250],
])('%d items take turns with an access key that was not accepted yet', async (tasks, seconds) => {
	const throttled = response(429, undefined, { 'retry-after': '60' });
	const answer = (at: number) => (at < seconds * SECOND ? throttled : OK);
	const { succeeded, requests } = await deleteTasks({ tasks, concurrency: 30, fields: KEY_FIELDS, answer });
	expect(succeeded).toBe(tasks);
	// Nothing is sent during a pause.
	expect(requests).toBe(tasks + Math.ceil(seconds / 60));
});

test('a deletion with a new access key does not wait for dry runs whose list is down', async () => {
	let deletedAt = Infinity;
	const { succeeded } = await deleteTasks({
		tasks: 300,
		fields: KEY_FIELDS,
		run: async (tasks, taskId, settings) => {
			const how = taskId === 'task-9' ? 'once' : 'dryRun';
			return await tasks.delete({ taskId, region: undefined }, settings, how);
		},
		answer: (at, _path, method) => {
			if (method === 'GET') return REFUSED;
			deletedAt = at;
			return OK;
		},
	});
	expect(succeeded).toBe(1);
	expect(deletedAt).toBeLessThan(5 * SECOND);
});

test('a short timeout does not keep an access key from being accepted, and applies after that', async () => {
	const given = { tasks: 10, maxRetries: 0, timeout: 50, fields: KEY_FIELDS };
	const { succeeded, failed } = await deleteTasks({
		...given,
		answer: () => ({ answer: OK, after: SECOND }),
	});
	expect(succeeded).toBe(1);
	expect(failed.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 9 }, () => 1));
});

test.each<[string, Record<string, string>]>([
	['a token', {}],
	['an access key', KEY_FIELDS],
	['an IAM user', USER_FIELDS],
])('one request at a time to a host that does not answer: a run with %s ends', async (_name, fields) => {
	const answer = () => HANGS;
	const { failed, ms, requests } = await deleteTasks({ tasks: 1000, concurrency: 1, fields, answer });
	expect(failed).toHaveLength(1000);
	expect(ms).toBeLessThan(20 * MINUTE);
	expect(requests).toBeLessThan(50);
});

describe('IAM', () => {
	const fields = USER_FIELDS;
	const token: HttpResponse = {
		status: 201,
		headers: { 'x-subject-token': 'MIIfetched' },
		body: JSON.stringify({ token: { expires_at: new Date(new VirtualClock().now() + 1e8).toISOString() } }),
	};
	const downUntil =
		(end: number, down: Answer): Given['answer'] =>
		(at, path) => {
			if (!path.startsWith('/v3/')) return OK;
			return at < end ? down : token;
		};

	const PORTAL: HttpResponse = { status: 200, headers: {}, body: '<html>Log in</html>' };

	const pages = [200, 403, 404].map(
		(status) => [`is hidden by a portal with ${status}`, { ...PORTAL, status }] as const,
	);
	const failures = [
		['fails', response(500)],
		['fails over', response(410, 'IAM.0020')],
		['redirects', response(302)],
	] as const;
	test.each([...DOWN, ...pages, ...failures])(
		'that %s, for a minute, loses no item of a run',
		async (_name, down) => {
			const answer = downUntil(MINUTE, down);
			const { succeeded, ms } = await deleteTasks({ tasks: 2000, concurrency: 20, fields, answer });
			expect(succeeded).toBe(2000);
			expect(ms).toBeLessThan(3 * MINUTE);
		},
	);

	test.each([response(503), PORTAL, response(302)])(
		'that is down for good ends a run of 10,000 in six minutes, with few requests',
		async (down) => {
			const answer = downUntil(Infinity, down);
			const { failed, ms, requests } = await deleteTasks({ tasks: 10_000, fields, answer });
			expect(failed).toHaveLength(10_000);
			expect(ms).toBeLessThan(6 * MINUTE);
			expect(requests).toBeLessThan(50);
		},
	);

	test('that fails for four minutes after it accepted the password is waited for', async () => {
		let isRejected = false;
		const { succeeded } = await deleteTasks({
			tasks: 2000,
			fields,
			answer: (at, path) => {
				if (path.startsWith('/v3/')) return at > SECOND && at < 4 * MINUTE ? response(504) : token;
				if (at < SECOND || isRejected) return OK;
				isRejected = true;
				return response(401, 'APIGW.0307');
			},
		});
		expect(succeeded).toBe(2000);
		expect(isRejected).toBe(true);
	});

	test.each<[number, number, number, string]>([
		[301, 10_000, 1, 'redirect'],
		[302, 1, 6, 'redirect'],
		// It may have seen a wrong password.
		...[202, 408, 418, 502, 504].map((status): [number, number, number, string] => [status, 100, 4, '']),
	])('whose answer is %d for good: %d items cause %d requests', async (status, tasks, sent, what) => {
		const { failed, requests } = await deleteTasks({ tasks, fields, answer: () => response(status) });
		expect(failed).toHaveLength(tasks);
		expect(failed[0]).toMatchObject({ message: expect.stringContaining(what) });
		expect(requests).toBe(sent);
	});
});

test('a host that is back is used at full speed again', async () => {
	const answer = (at: number) => (at > SECOND && at < 20 * SECOND ? REFUSED : OK);
	const { sentAt } = await deleteTasks({ tasks: 2000, answer });
	const after = sentAt.filter((at) => at > 40 * SECOND);
	expect(after.length).toBeLessThan(200);
});

test.each([
	['an execution of one item', { executionEach: true }],
	['an item that must not be retried', { maxRetries: 0 }],
])('%s does not wait for a host that is down', async (_name, settings) => {
	const { failed, ms } = await deleteTasks({ tasks: 100, answer: () => REFUSED, ...settings });
	expect(failed).toHaveLength(100);
	for (const { attempts } of failed) expect(attempts).toBeGreaterThan(0);
	expect(ms).toBeLessThan(2 * MINUTE);
});

const numberOf = (path: string) => Number(/task_id=task-(\d+)/.exec(path)?.[1]);

test('one task in ten that always fails is no outage', async () => {
	const answer: Given['answer'] = (_at, path) => (numberOf(path) % 10 === 7 ? response(503) : OK);
	const { failed, ms, report, succeeded } = await deleteTasks({ tasks: 1000, answer });
	expect(succeeded).toBe(900);
	expect(failed).toHaveLength(100);
	expect(ms).toBeLessThan(MINUTE);
	expect(report.hostDownMs).toBe(0);
});

test.each<[string, Answer, (task: number) => boolean, number, number]>([
	['the first ten get no response from a gateway', response(504), (task) => task < 10, 10, 2],
	['fifteen, one at a time, break the connection', RESET, (task) => task < 15, 1, 7],
	['two in a hundred hang', HANGS, (task) => task % 50 === 7, 10, 10],
	['the first ten are throttled', response(500, 'LIVE.100011007'), (task) => task < 10, 10, 7],
	['one in a hundred is throttled', response(429), (task) => task % 100 === 7, 10, 13],
])('tasks that always fail cost no others: %s', async (_name, failure, isStuck, concurrency, minutes) => {
	const answer: Given['answer'] = (_at, path) => (isStuck(numberOf(path)) ? failure : OK);
	const { succeeded, failed, ms } = await deleteTasks({ tasks: 1000, concurrency, answer });
	expect(failed).toHaveLength(Array.from({ length: 1000 }, (_, task) => task).filter(isStuck).length);
	expect(succeeded).toBe(1000 - failed.length);
	expect(ms).toBeLessThan(minutes * MINUTE);
});

test.each<[string, Answer]>([
	['whose name is not known', new TransportError('unknownHost', false)],
	['whose certificate is not valid', new TransportError('certificate', false)],
	['that says itself that it is busy', response(503, 'LIVE.100011006')],
])('a host %s is not waited for', async (_name, answer) => {
	const { failed, ms } = await deleteTasks({ tasks: 20, answer: () => answer });
	expect(failed).toHaveLength(20);
	expect(ms).toBeLessThan(MINUTE);
});

test.each<[string, Answer]>([
	['unknown host names', new TransportError('unknownHost', false)],
	['invalid certificates', new TransportError('certificate', false)],
])(
	'an outage that begins with broken connections and goes on with %s costs few items',
	async (_name, later) => {
		const answer: Given['answer'] = (at) => {
			if (at < 2 * SECOND || at > MINUTE) return OK;
			return at < 5 * SECOND ? RESET : later;
		};
		const { succeeded } = await deleteTasks({ tasks: 2000, answer });
		expect(succeeded).toBeGreaterThanOrEqual(1980);
	},
);

test('a gateway that names a time is retried then, also while the host is down', async () => {
	const sent = new Map<string, number[]>();
	const { succeeded } = await deleteTasks({
		tasks: 100,
		answer: (at, path) => {
			sent.set(path, [...(sent.get(path) ?? []), at]);
			return at < 5 * SECOND ? response(504, undefined, { 'retry-after': '20' }) : OK;
		},
	});
	expect(succeeded).toBe(100);
	const retried = [...sent.values()].filter(({ length }) => length > 1);
	expect(retried.length).toBeGreaterThan(5);
	for (const [first = 0, second = 0] of retried) expect(second - first).toBeGreaterThanOrEqual(20 * SECOND);
});

describe('Retry-After', () => {
	const throttledOnce = (seconds: number): Given['answer'] => {
		let isFirst = true;
		return (at) => {
			if (at < SECOND || !isFirst) return OK;
			isFirst = false;
			return response(429, 'APIGW.0308', { 'retry-after': String(seconds) });
		};
	};

	test.each([60, 61, 299])('of %d seconds is waited for by all', async (seconds) => {
		const { succeeded, ms, sentAt } = await deleteTasks({ tasks: 2000, answer: throttledOnce(seconds) });
		expect(succeeded).toBe(2000);
		expect(ms).toBeLessThan((seconds + 20) * SECOND);
		const during = sentAt.filter((at) => at > 2 * SECOND && at < seconds * SECOND);
		expect(during).toEqual([]);
	});

	test('of more than five minutes ends what waits at once, and says so', async () => {
		const { failed, ms } = await deleteTasks({ tasks: 2000, answer: throttledOnce(301) });
		expect(ms).toBeLessThan(3 * SECOND);
		expect(failed.length).toBeGreaterThan(1000);
		for (const outcome of distinct(failed)) {
			expect(outcome).toMatchObject({ category: 'throttled', hint: like(/Wait (301|300) seconds/) });
		}
	});
});

test.each([0, 60])(
	'a run that is always throttled ends, though another lists tasks %d times',
	async (polls) => {
		const answer: Given['answer'] = (_at, path) => (path.includes('task_id') ? response(429) : OK);
		const { failed, ms } = await deleteTasks({ tasks: 10_000, polls, answer });
		expect(failed).toHaveLength(10_000);
		// Five minutes, the longest window that may be learned from the lists, and a few probes.
		expect(ms).toBeLessThan(8 * MINUTE);
	},
);

test('a task that is always throttled ends after six hours, though others are accepted', async () => {
	let lastAt = 0;
	const answer: Given['answer'] = (at, path) => {
		if (numberOf(path) > 0) return { answer: OK, after: 25 * SECOND };
		lastAt = at;
		return response(429);
	};
	const { succeeded, ms } = await deleteTasks({ tasks: 1000, concurrency: 2, answer });
	expect(succeeded).toBe(999);
	expect(lastAt).toBeGreaterThan(6 * 60 * MINUTE);
	expect(ms - lastAt).toBeGreaterThan(10 * MINUTE);
});

test('throttled calls are not retries, and their time does not run', async () => {
	let calls = 0;
	const { succeeded } = await deleteTasks({
		tasks: 30,
		maxRetries: 0,
		// Three in ten seconds, so that the last of them waits for most of two minutes.
		answer: (at) => {
			if (Math.floor(at / 120_000) * 3 + 3 > calls) {
				calls += 1;
				return OK;
			}
			return response(429, 'APIGW.0308');
		},
	});
	expect(succeeded).toBe(30);
});
