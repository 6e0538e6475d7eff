import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { runConformance, type ConformanceOptions, type Report } from '../../dev/conformance/conformance';
import { readOptions } from '../../dev/conformance/options';
import { isAllWell, summary } from '../../dev/conformance/table';
import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';
import type { Fault } from '../../dev/emulator/faults';
import type { ListSettings } from '../../dev/emulator/lists';
import type { StreamSettings } from '../../dev/emulator/streams';
import type { User } from '../../dev/emulator/world';
import type { HttpRequest, HttpResponse, Transport } from '../../huawei-cloud/http/http';
import { createTransport } from '../../huawei-cloud/http/transport';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { systemClock } from '../../n8n/clock';
import { runProgram } from '../support/program';
import { issueCertificate } from '../support/certificates';

/** The suite checks the emulator, which must pass, and deviating emulators, which it must notice. */

const ILLEGAL = { error_code: 'LIVE.100011001', error_msg: 'Request Illegal', request_id: 'r' };
const PROJECT = { id: 'a'.repeat(32), name: 'cn-north-4' };
const clock = { ...systemClock, sleep: async () => undefined };
let emulator: Emulator;
let user: User;

async function start(options: EmulatorOptions = {}): Promise<void> {
	await emulator?.close();
	emulator = await Emulator.start(options);
	user = emulator.world.addUser({ projects: [PROJECT], accountName: 'the-account', userName: 'the-user' });
	const source_urls = ['rtmp://of-others.example.com/a?key=1'];
	emulator.world.addTask(PROJECT.id, { task_id: '123', source_urls });
	emulator.world.addTask(PROJECT.id, { task_id: '456' });
}

beforeEach(async () => await start());

afterEach(async () => {
	// Whatever happened, others' tasks are as they were.
	expect([...emulator.world.tasksOf(PROJECT.id).keys()].slice(0, 2)).toEqual(['123', '456']);
	await emulator.close();
});

const byToken = () => ({ iamToken: emulator.world.addToken(user, PROJECT.id).value });
const byKey = () => {
	const { id, secret } = emulator.world.addAccessKey(user);
	return { authentication: 'accessKey', accessKeyId: id, secretAccessKey: secret };
};
const byUser = () => {
	const { accountName, userName, password } = user;
	return { authentication: 'iamUser', accountName, userName, password };
};

async function run(
	options: Partial<ConformanceOptions> = {},
	method: Record<string, string> = byToken(),
): Promise<Report> {
	const endpoints = { liveEndpoint: emulator.url, iamEndpoint: emulator.url };
	return await runConformance({
		credential: readCredential({ projectId: PROJECT.id, region: PROJECT.name, ...endpoints, ...method }),
		region: PROJECT.name,
		transport: createTransport(),
		clock,
		signal: new AbortController().signal,
		tasks: 'usual',
		...options,
	});
}

const differing = ({ findings }: Report) =>
	findings.filter(({ verdict }) => verdict === 'DIFFERS').map(({ group, asked }) => `${group}: ${asked}`);
const seen = ({ findings }: Report, group: string, asked: string) =>
	findings.find((finding) => finding.group === group && finding.asked === asked)?.seen;
const own = () => [...emulator.world.tasksOf(PROJECT.id).keys()].slice(2);
/** Lets the service answer so, whether it does its work or not. */
const answerWith = (method: string, status: number, body?: unknown, more: Partial<Fault> = {}) =>
	emulator.faults.add({ method, mishap: { kind: 'answer', status, body }, ...more });
const writes = () => emulator.calls.filter(({ method, url }) => method !== 'GET' && !url.startsWith('/v3/'));
const nothingLeft = { left: [], mayBeMore: false, claimed: [] };

describe('the emulator', () => {
	test('passes, over TLS, and is asked whatever the documentation leaves open', async () => {
		await start({ tls: await issueCertificate() });
		let most = 0;
		emulator.onCall = () => (most = Math.max(most, own().length));
		const report = await run({ tasks: 'further' }, byKey());
		expect(differing(report)).toEqual([]);
		expect(isAllWell(report)).toBe(true);
		expect(own()).toEqual([]);
		const open = report.findings.filter(({ verdict }) => verdict === 'open').map(({ asked }) => asked);
		expect(open).toEqual(
			expect.arrayContaining([
				'a wrong token, no Content-Type',
				'IAM, signed with X-Project-Id',
				'task_id and another region',
				'form of times',
				'an unknown parameter',
				'an unknown field',
				'an app and a stream, no domain',
				'its end_time',
				'updating a live relay',
			]),
		);
		expect(seen(report, 'A task that never existed', 'Delete, a random UUID')).toContain(
			'404 LIVE.100011001',
		);
		expect(seen(report, 'A task that never existed', 'Delete, a malformed ID')).toContain('404');
		expect(seen(report, 'Delete in the listed region', 'the listed region')).toContain('200');
		const rejected = report.findings.filter(({ group }) => group === 'Rejected creations');
		expect(rejected.map(({ verdict }) => verdict)).toEqual(new Array(12).fill('same'));
		// One task after the other, and all start in six days.
		expect(most).toBe(1);
		const starts = writes().flatMap(({ method, body }) =>
			method === 'POST' ? [Date.parse(Object(JSON.parse(body)).start_time)] : [],
		);
		expect(Math.min(...starts) - Date.now()).toBeGreaterThan(5.9 * 24 * 60 * 60_000);
		expect(report.transcript).toContain('rtmp://conformance.invalid/live/conformance-');
	});

	test('gets nothing but questions when only reading was asked for', async () => {
		const report = await run({ tasks: 'none' });
		expect(writes()).toEqual([]);
		expect(isAllWell(report)).toBe(true);
	});
});

const always = (method: string, status: number, body?: unknown) =>
	answerWith(method, status, body, { times: Infinity, carriedOut: true });

/** Several things at once, each with the difference that shows it. */
test.each<[ListSettings, () => void, string[]]>([
	[
		{ unknownTask: 'empty', total: 'text', empty: 'null' },
		() => answerWith('PUT', 200, {}),
		[
			'List tasks: an unknown task_id: the status is 200',
			'List tasks: limit=1: total is "2", not a number',
			'List tasks: an offset beyond the last task: task_infos is null, not a list',
			'Update: vod_loop_time afterwards: it is "-1"',
		],
	],
	[
		{ ignoresTaskId: true, total: 'oneMore', empty: 'absent' },
		() => (emulator.deletes.statusOfUnknown = 400),
		[
			'Get a task: task_id: there are 3 tasks',
			'List tasks: offset=0, limit=100: there are 2 tasks of 3',
			'List tasks: an offset beyond the last task: task_infos is missing',
			'A task that never existed: Delete, a random UUID: the status is 400',
		],
	],
	[
		{ ignoresOffset: true, total: 'absent' },
		() => {
			always('DELETE', 404, '<html>');
			always('PUT', 200, '<html>');
		},
		[
			'List tasks: offset=1, limit=1: it is not the second task',
			'List tasks: limit=1: total is missing',
			'Delete: without region: the body is not a JSON object',
			'Update: vod_loop_time: the body is not a JSON object',
		],
	],
	[
		{ mostPerPage: 1, numericIds: true },
		() => always('DELETE', 200, { task_id: 'x' }),
		[
			'List tasks: offset=0, limit=100: there are 1 tasks of 2',
			'List tasks: limit=1: task_infos has an entry whose task_id is a number, not text',
			'Delete: an empty region: the status is 200',
			'Delete: without region: request_id is missing',
		],
	],
])('a service that strays is noticed: lists %j', async (lists, stray, expected) => {
	emulator.lists = lists;
	stray();
	const report = await run();
	const differences = report.findings.flatMap(({ group, asked, verdict, differences }) =>
		verdict === 'DIFFERS' ? differences.map((one) => `${group}: ${asked}: ${one}`) : [],
	);
	expect(differences).toEqual(expect.arrayContaining(expected));
	expect(isAllWell(report)).toBe(false);
	for (const one of differing(report)) {
		expect(summary(report, 'name')).toContain(one.replace(': ', ', '));
	}
	expect(own()).toEqual([]);
});

/** The service behind a transport that changes what it answers. */
const through = (change: (request: HttpRequest, response: HttpResponse) => HttpResponse): Transport => {
	const transport = createTransport();
	return {
		send: async (request, cancellation) => change(request, await transport.send(request, cancellation)),
	};
};

test('request IDs that differ, or are in the header alone, are no difference', async () => {
	const domain = 'push.of-ours.example.com';
	emulator.world.pushStream(PROJECT.id, domain, 'live', 'camera');
	const transport = through(({ path }, response) => ({
		...response,
		headers: { ...response.headers, 'x-request-id': `${response.headers['x-request-id']}-1764300000-host` },
		body: path.includes('/pull/stream/task')
			? response.body
			: response.body.replace(/,?"request_id":"[^"]*"/, ''),
	}));
	const report = await run({
		transport,
		domain,
		forbid: { domain, app_name: 'live', stream_name: 'nobodys' },
	});
	expect(differing(report)).toEqual([]);
});

test('it is asked whether a list without a region has every region', async () => {
	emulator.lists = { withoutRegion: 'home' };
	emulator.world.addTask(PROJECT.id, { task_id: 'elsewhere', region: 'cn-east-3' });
	const report = await run({ tasks: 'further' });
	expect(seen(report, 'List tasks', 'total of each region')).toMatch(/without a region 2.*cn-east-3 1/);
	expect(seen(report, 'Further tasks', 'a list without region')).toBe('not listed');
	expect(seen(report, 'Further tasks', 'deletion without region')).toContain('404');
	expect(seen(report, 'Further tasks', 'deletion with its region')).toContain('200');
	expect(report.remains).toEqual(nothingLeft);
	expect(own()).toEqual(['elsewhere']);
});

describe('streams', () => {
	const DOMAIN = 'push.of-ours.example.com';
	const forbid = { domain: DOMAIN, app_name: 'live', stream_name: 'nobodys' };
	const bans = () => emulator.world.streamsOf(PROJECT.id).bans;
	const blockWrites = () => writes().filter(({ url }) => url.includes('/stream/blocks'));

	beforeEach(() => {
		emulator.world.pushStream(PROJECT.id, DOMAIN, 'live', 'camera');
		emulator.world.pushStream(PROJECT.id, DOMAIN, 'live', 'door');
	});

	test('are asked about, and the one that was given is forbidden and resumed', async () => {
		const report = await run({ domain: DOMAIN, forbid });
		expect(differing(report)).toEqual([]);
		expect(isAllWell(report)).toBe(true);
		expect(blockWrites().length).toBeGreaterThan(4);
		expect(bans()).toEqual([]);
		expect(report.transcript).not.toContain(DOMAIN);
	});

	test('one that is forbidden already stays forbidden', async () => {
		bans().push({ ...forbid, resume_time: '2100-01-01T00:00:00Z' });
		const report = await run({ forbid });
		expect(blockWrites()).toEqual([]);
		expect(report.stillForbidden).toBe(false);
		expect(bans()).toHaveLength(1);
	});

	test('one is resumed after an interruption, and when that fails it is said', async () => {
		const interruption = new AbortController();
		emulator.onCall = ({ method, url }) => {
			if (method === 'PUT' && url.includes('/stream/blocks')) interruption.abort();
		};
		const report = await run({ forbid, signal: interruption.signal });
		expect(report).toMatchObject({ ended: 'interrupted', stillForbidden: false });
		expect(bans()).toEqual([]);

		emulator.onCall = () => undefined;
		const path = `/v1/${PROJECT.id}/stream/blocks`;
		answerWith('DELETE', 503, undefined, { path, times: Infinity });
		const failed = await run({ forbid });
		expect(failed.stillForbidden).toBe(true);
		expect(summary(failed, 'name')).toContain('THE STREAM MAY STILL BE FORBIDDEN');
		expect(isAllWell(failed)).toBe(false);
	});

	test.each<[StreamSettings, string[]]>([
		[{ forbiddenAgain: 'accepted', notForbidden: 'accepted' }, []],
		[
			{ forbiddenAgain: 'invalid', notForbidden: 'invalid', unknownDomain: 'invalid' },
			[
				'Streams: online streams, a domain that is unknown',
				'Streams: forbidden streams, a domain that is unknown',
				'Forbid a stream: one that is forbidden already',
				'Forbid a stream: resume one that is not forbidden',
				'Forbid a stream: another resume_time of one that is not forbidden',
			],
		],
	])('are asked about what the documentation does not decide: %j', async (settings, expected) => {
		emulator.streams = settings;
		expect(differing(await run({ domain: DOMAIN, forbid }))).toEqual(expected);
		expect(bans()).toEqual([]);
	});
});

describe('nothing is left behind', () => {
	test('when the answer to the creation is a page', async () => {
		answerWith('POST', 200, '<html>', { carriedOut: true });
		const report = await run({ tasks: 'further' });
		expect(differing(report)).toContain('Create: a task in six days');
		expect(report.remains).toEqual(nothingLeft);
		expect(own()).toEqual([]);
	});

	test('when the answer to the creation is lost, and the task comes half a minute later', async () => {
		let marker = '';
		const sleep = async (pause: number) => {
			if (pause < 20_000) return;
			const destination_url = `rtmp://conformance.invalid/live/${marker}`;
			emulator.world.addTask(PROJECT.id, { task_id: 'late', destination_url });
		};
		emulator.faults.add({ method: 'POST', mishap: { kind: 'reset' } });
		const report = await run({ clock: { ...clock, sleep }, onStart: (tasks) => (marker = tasks.marker) });
		expect(report.remains).toEqual(nothingLeft);
		expect(writes().map(({ taskId }) => taskId)).toContain('late');
		expect(own()).toEqual([]);
	});

	test("when the answer to the creation is the ID of another's task, and the next lists fail", async () => {
		answerWith('POST', 200, { task_id: '456', request_id: 'r' }, { carriedOut: true });
		emulator.onCall = ({ method }) => {
			if (method !== 'POST') return;
			emulator.onCall = () => undefined;
			answerWith('GET', 503, undefined, { times: 5 });
		};
		const report = await run();
		expect(report.remains).toEqual(nothingLeft);
		expect(writes().filter(({ taskId }) => taskId === '456')).toEqual([]);
		expect(own()).toEqual([]);
	});

	test('when its task is on the second page of lists whose total counts a page', async () => {
		emulator.lists = { total: 'page' };
		for (let index = 0; index < 100; index++)
			emulator.world.addTask(PROJECT.id, { task_id: `other-${index}` });
		answerWith('POST', 400, ILLEGAL, { carriedOut: true, times: Infinity });
		const report = await run();
		expect(report.remains).toEqual(nothingLeft);
		expect(own()).toHaveLength(100);
		expect(
			writes().filter(({ method, taskId }) => method === 'DELETE' && taskId?.startsWith('other-')),
		).toEqual([]);
	});

	test('since nothing is created while clocks are apart', async () => {
		const report = await run({ clock: { ...clock, now: () => Date.now() - 6 * 24 * 60 * 60_000 } });
		expect(report.ended).toContain('8640 minutes apart');
		expect(writes()).toEqual([]);
	});

	test('or it is said loudly, when deletions are answered 200 and the tasks stay listed', async () => {
		answerWith('DELETE', 200, { task_id: 'x', request_id: 'r' }, { times: Infinity });
		const report = await run();
		expect(report.remains.left).toEqual([expect.objectContaining({ id: own()[0], region: 'cn-north-4' })]);
		const said = summary(report, 'marker');
		for (const part of ['NOT DELETED', String(own()[0]), 'cn-north-4', 'Live console']) {
			expect(said).toContain(part);
		}
		expect(isAllWell(report)).toBe(false);
	});

	test('or it is said that there may be a task, when no list shows the one that was created', async () => {
		answerWith('POST', 200, { task_id: 'unseen', request_id: 'r' });
		const report = await run();
		expect(report.remains).toEqual({ left: [], mayBeMore: true, claimed: ['unseen'] });
		expect(summary(report, 'marker')).toContain('task ID unseen');
		expect(writes().filter(({ taskId }) => taskId === 'unseen')).toEqual([]);
		expect(isAllWell(report)).toBe(false);
	});

	test('or it is said that there may be a task, when a creation was lost and there is no list', async () => {
		let creations = 0;
		emulator.onCall = ({ method }) => {
			if (method !== 'POST' || ++creations < 2) return;
			emulator.faults.add({ method: 'POST', mishap: { kind: 'reset' } });
			answerWith('GET', 503, undefined, { times: Infinity });
		};
		const report = await run({ tasks: 'further' });
		expect(report.remains).toEqual({ left: [], mayBeMore: true, claimed: [] });
		expect(summary(report, 'conformance-1')).toContain('begins with conformance-1');
		expect(isAllWell(report)).toBe(false);
	});
});

test('a credential that is rejected ends it before anything is created', async () => {
	const report = await run({}, { iamToken: 'wrong' });
	expect(report.ended).toContain('401 APIGW.0301');
	expect(writes()).toEqual([]);
	expect(isAllWell(report)).toBe(false);
});

test('what the credential may not do is not asked, and no difference', async () => {
	user.actions.delete('live:stream:createPullTask');
	const report = await run();
	expect(report.findings).toContainEqual(
		expect.objectContaining({ asked: 'a task in six days', verdict: 'not asked' }),
	);
	expect(differing(report)).toEqual([]);
});

test.each([
	['IAM token', byToken],
	['access key', byKey],
	['IAM user', byUser],
])(
	'the transcript holds no secret of an %s, no ID of the account, and nothing of others',
	async (_name, method) => {
		const fields: Record<string, string> = method();
		const { authentication: _method, ...secrets } = fields;
		const quoted = `${Object.values(fields).join(' ')} ${PROJECT.id} from 10.1.2.3 of account ${'c'.repeat(32)}`;
		const pieces = Object.values(fields).map((secret) => secret.slice(-40));
		const encoded = pieces.map((piece) => Buffer.from(encodeURIComponent(piece)).toString('base64'));
		const body = {
			...{ error_code: 'LIVE.100011001', error_msg: quoted, request_id: 'd'.repeat(32) },
			...{ error_detail: `cut off: ${pieces.join(' ')}`, further: [`x ${encoded.join(' ')}`] },
			...{ encoded_authorization_message: 'e'.repeat(64) },
		};
		const headers = { 'x-request-id': 'd'.repeat(32), 'set-cookie': 'session=of-ours' };
		emulator.onCall = ({ method: used }) => {
			if (used === 'PUT') emulator.faults.add({ mishap: { kind: 'answer', status: 418, body, headers } });
		};
		const report = await run({}, fields);
		const shared = report.transcript + JSON.stringify(report.findings) + summary(report, 'name');
		for (const hidden of [
			...pieces.filter((piece) => piece.length === 40),
			...encoded.filter((_, index) => pieces[index]?.length === 40),
			'e'.repeat(64),
			...Object.values(secrets),
			...emulator.world.tokens.keys(),
			PROJECT.id,
			'10.1.2.3',
			'c'.repeat(32),
			'of-others',
			'of-ours',
		]) {
			expect(shared).not.toContain(hidden);
		}
		expect(shared).not.toMatch(/Signature=/);
		expect(shared).toContain('d'.repeat(32));
	},
);

test('a task of others that is listed instead of ours is not quoted', async () => {
	emulator.onCall = ({ method, url }) => {
		if (method !== 'GET' || !url.includes('task_id=') || own().length === 0) return;
		const [other] = emulator.world.tasksOf(PROJECT.id).values();
		answerWith('GET', 200, { task_infos: [other], total: 1, request_id: 'r' });
	};
	const report = await run();
	expect(differing(report)).toContain('Get a task: task_id');
	expect(report.transcript + JSON.stringify(report.findings)).not.toContain('of-others');
});

describe('the command', () => {
	const environment = () => ({
		HUAWEI_CLOUD_PROJECT_ID: PROJECT.id,
		HUAWEI_CLOUD_TOKEN: byToken().iamToken,
		HUAWEI_CLOUD_LIVE_ENDPOINT: emulator.url,
		HUAWEI_CLOUD_IAM_ENDPOINT: emulator.url,
	});
	const command = async (...args: string[]) =>
		await runProgram('dev/conformance/main.ts', args, environment());

	test('sends nothing unless somebody agrees, and says what it would send with --dry-run', async () => {
		const [refused, dry] = await Promise.all([command(), command('--dry-run', '--more-tasks')]);
		expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('add --yes') });
		expect(dry.code).toBe(0);
		for (const line of ['## Create: a task in six days', '> DELETE /v1/<project id>/']) {
			expect(dry.output).toContain(line);
		}
		expect(emulator.calls).toEqual([]);
	});

	test.each([
		['--read-only --more-tasks', '--read-only changes nothing'],
		['--read-only --forbid a/b/c', '--read-only changes nothing'],
		['--forbid push.example.com/live', '--forbid takes'],
		['--domain= ', '--domain is empty'],
		['--yse', "Unknown option '--yse'"],
	])('does not take %s', (args, said) => {
		expect(() => readOptions(args.split(/ (?=-|\w)/))).toThrow(said);
	});

	test('cleans up after a Ctrl-C, which reaches npm and all it has started, and so comes twice', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
		const file = join(folder, 'transcript.txt');
		const running = spawn('npm', ['run', '--silent', 'conformance', '--', '--yes', '--transcript', file], {
			env: { ...process.env, ...environment() },
			detached: true,
		});
		let output = '';
		running.stderr.on('data', (text) => (output += text));
		emulator.faults.add({ method: 'PUT', times: Infinity, mishap: { kind: 'stall' } });
		emulator.onCall = ({ method }) => {
			if (method === 'PUT') process.kill(-Number(running.pid), 'SIGINT');
		};
		await once(running, 'close');
		expect(output).toContain('Interrupted. Cleaning up');
		expect(output).not.toContain('Not cleaned up');
		expect(readFileSync(file, 'utf8')).toContain('## Cleaning up');
		rmSync(folder, { recursive: true });
		expect(writes().some(({ method }) => method === 'POST')).toBe(true);
		expect(own()).toEqual([]);
	});
});
