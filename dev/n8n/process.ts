import { spawn, type ChildProcess } from 'node:child_process';

const STOP_MS = 20_000;

/**
 * A guard between this process and a program, which gets a process group: everything it starts ends with it. The program also
 * ends when this process does, however that ends: standard input closes then. It gets only the signals that are sent to it.
 */
const GUARD = `
const { spawn } = require('node:child_process');
const [command, ...args] = process.argv.slice(1);
let child;
const killGroup = () => { try { process.kill(-child.pid, 'SIGKILL'); } catch {} };
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.stdin.on('close', killGroup).resume();
child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => { console.error(error.message); process.exit(127); });
child.on('exit', (code) => { killGroup(); process.exit(code ?? 1); });
`;

/** A program that this one started, with everything it starts. It ends with this one at the latest. */
export class Process {
	/** Its output: on standard output, and on both. */
	stdout = '';
	output = '';
	private readonly guard: ChildProcess;
	private readonly ended: Promise<number | null>;

	/** @param onOutput told what it prints, as it comes */
	constructor(
		command: string,
		args: readonly string[],
		options: { cwd: string; env: NodeJS.ProcessEnv },
		onOutput: (text: string) => void = () => undefined,
	) {
		const guarded = ['-e', GUARD, command, ...args];
		this.guard = spawn(process.execPath, guarded, { ...options, detached: true, stdio: 'pipe' });
		for (const name of ['stdout', 'stderr'] as const) {
			this.guard[name]?.setEncoding('utf8').on('data', (text: string) => {
				if (name === 'stdout') this.stdout += text;
				this.output += text;
				onOutput(text);
			});
		}
		this.ended = new Promise((done, fail) => {
			this.guard.once('close', done).once('error', fail);
		});
		// Errors reach whoever awaits the end, but nobody has to.
		this.ended.catch(() => undefined);
	}

	get hasEnded(): boolean {
		return this.guard.exitCode !== null || this.guard.signalCode !== null;
	}

	/** @returns the exit code, when it has ended */
	async end(): Promise<number | null> {
		return await this.ended;
	}

	/** Asks it to end, or else kills it after a while. @returns the exit code; null if it was killed */
	async stop(): Promise<number | null> {
		const killing = setTimeout(() => this.kill(), STOP_MS);
		this.guard.kill('SIGTERM');
		const code = await this.ended.catch(() => null);
		clearTimeout(killing);
		return code;
	}

	/** Ends it and everything it started with SIGKILL, as a crash or the kernel would. */
	kill(): void {
		this.guard.stdin?.end();
	}
}

/** Waits until `look` gives something, every tenth of a second. After `timeoutMs`: an error with `what` and the last cause. */
export async function until<T>(
	what: string,
	look: () => Promise<T | undefined> | T | undefined,
	timeoutMs = 30_000,
): Promise<T> {
	const end = Date.now() + timeoutMs;
	for (let last: unknown; ;) {
		try {
			const found = await look();
			if (found !== undefined) return found;
		} catch (error) {
			last = error;
		}
		if (Date.now() > end) {
			throw new Error(`Timed out after ${timeoutMs / 1000} s, waiting for: ${what}`, { cause: last });
		}
		await new Promise((again) => setTimeout(again, 100));
	}
}
