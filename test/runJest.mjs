/**
 * Runs jest with a certificate authority and a temporary folder of the tests' own. Ends soon after jest's summary,
 * whatever keeps jest from exiting, and fails when the tests left something in the temporary folder.
 *
 * `--unit`: the unit tests, or those of them that the other arguments name.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { stackOf } from './stack.mjs';
import { writeTestCa } from './testCa.mjs';

/** How long jest may take to exit after its summary. */
const EXIT_MS = Number(process.env.JEST_EXIT_MS ?? 15_000);
/** Caches of tools that tests start, which these would have in the system's folder. */
const CACHES = /^(tsx-|node-compile-cache$|node-jiti$|jest_)/;

const given = process.argv.slice(2);
const args = given.includes('--unit')
	? [...given.filter((arg) => arg !== '--unit'), '--roots', join(import.meta.dirname, 'unit')]
	: given;
const isWatching = args.some((arg) => arg.startsWith('--watch'));

const work = mkdtempSync(join(tmpdir(), 'live-tests-'));
const [ca, temporary] = ['ca', 'tmp'].map((name) => join(work, name));
for (const folder of [ca, temporary]) mkdirSync(folder);
// Node reads NODE_EXTRA_CA_CERTS once, when a process starts, so the file has to be there before.
await writeTestCa(ca);
const inspectPort = await freePort();

const jest = spawn(
	process.execPath,
	[
		// Opened for `stackOf` alone.
		`--inspect-port=127.0.0.1:${inspectPort}`,
		createRequire(import.meta.url).resolve('jest/bin/jest'),
		...args,
	],
	{
		// A process group, so that all of it can be ended.
		detached: true,
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env: { ...process.env, NODE_EXTRA_CA_CERTS: join(ca, 'ca.pem'), TEST_CA: ca, TMPDIR: temporary },
	},
);

let verdict;
jest.on('message', ({ failed }) => {
	verdict = failed ? 1 : 0;
	if (isWatching) return;
	setTimeout(() => void giveUp(`jest has not exited ${EXIT_MS / 1000} s after its summary`), EXIT_MS).unref();
});
process.on('SIGINT', () => {
	verdict = 128 + constants.signals.SIGINT;
	signalGroup('SIGKILL');
});
// From what limits the time of a step: then it hung.
process.on('SIGTERM', () => {
	verdict = 128 + constants.signals.SIGTERM;
	void giveUp('The tests are to end');
});
const code = await new Promise((done) => jest.once('exit', done));
signalGroup('SIGKILL');
process.exitCode = code ?? verdict ?? 1;

const left = readdirSync(temporary).filter((name) => !CACHES.test(name));
rmSync(work, { recursive: true, force: true, maxRetries: 3 });
if (left.length > 0 && process.exitCode === 0) {
	console.error(`Tests left in the temporary folder: ${left.join(', ')}`);
	process.exitCode = 1;
}

/** Says where jest is, and ends it with everything it started. */
async function giveUp(reason) {
	console.error(`${reason}. It is ended now.`);
	for (const line of await stackOf(jest.pid, inspectPort)) console.error(line);
	signalGroup('SIGKILL');
}

function signalGroup(signal) {
	try {
		process.kill(-jest.pid, signal);
	} catch {
		// All of it has ended.
	}
}

async function freePort() {
	const server = createServer();
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address();
	await new Promise((done) => server.close(done));
	return port;
}
