import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { WebSocket } from 'undici';

/** How long a process may take for each answer. */
const ANSWER_MS = 3000;

/**
 * Finds out where a process of Node.js is, also when it is busy.
 * @param port that of `--inspect-port`, where the process listens for debuggers once it got SIGUSR1
 * @returns lines to print
 */
export async function stackOf(pid, port) {
	const lines = [`Process ${pid}: ${memoryOf(pid)}`];
	try {
		process.kill(pid, 'SIGUSR1');
		const frames = await Promise.race([pausedFrames(port), pause(2 * ANSWER_MS, [], { ref: false })]);
		lines.push(...(frames.length > 0 ? frames : ['  runs no JavaScript, or does not answer']));
	} catch (error) {
		lines.push(`  can not be asked: ${error.cause?.message ?? error.message}`);
	}
	return lines;
}

async function pausedFrames(port) {
	// The thread that listens starts with the signal.
	await pause(500);
	const signal = AbortSignal.timeout(ANSWER_MS);
	const [{ webSocketDebuggerUrl }] = await (
		await fetch(`http://127.0.0.1:${port}/json/list`, { signal })
	).json();
	const socket = new WebSocket(webSocketDebuggerUrl);
	await once(socket, 'open', { signal });
	const files = new Map();
	const paused = new Promise((done) =>
		socket.addEventListener('message', ({ data }) => {
			const { method, params } = JSON.parse(data);
			if (method === 'Debugger.scriptParsed') files.set(params.scriptId, params.url);
			if (method === 'Debugger.paused') done(params.callFrames);
		}),
	);
	for (const [id, method] of ['Debugger.enable', 'Debugger.pause'].entries())
		socket.send(JSON.stringify({ id, method }));
	return (await paused).map(({ functionName, location: { scriptId, lineNumber } }) => {
		return `  at ${functionName || '(anonymous)'} (${files.get(scriptId)}:${lineNumber + 1})`;
	});
}

/** The memory and the state of a process, where the system tells them. */
function memoryOf(pid) {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		return ['State', 'VmRSS', 'Threads']
			.map((name) => new RegExp(`^${name}:.*$`, 'm').exec(status)?.[0].replace(/\s+/g, ' '))
			.join(', ');
	} catch {
		return 'state unknown';
	}
}
