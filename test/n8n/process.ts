import { spawn, type ChildProcess } from 'node:child_process';

export interface ProcessOptions {
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** The user to run as. */
	uid?: number;
	gid?: number;
}

const STOP_MS = 20_000;

/** Processes that run, to be ended with this one. */
const running = new Set<Process>();
process.on('exit', () => {
	for (const each of running) each.kill();
});

/** A program that this one started, with all that it starts itself. */
export class Process {
	/** What it printed: on standard output, and on both. */
	stdout = '';
	output = '';
	private readonly child: ChildProcess;
	private readonly ended: Promise<number | null>;

	constructor(command: string, args: readonly string[], options: ProcessOptions) {
		// In a process group of its own, so that the task runners of n8n end with it.
		this.child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			this.stdout += text;
			this.output += text;
		});
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
		running.add(this);
		this.ended = new Promise((done, fail) => {
			this.child.once('close', done).once('error', fail);
		});
		void this.ended.catch(() => undefined).finally(() => running.delete(this));
	}

	get hasEnded(): boolean {
		return !running.has(this);
	}

	/** @returns the exit code; null when a signal ended it */
	async end(): Promise<number | null> {
		return await this.ended;
	}

	/** Asks it to end, and makes it end when it does not. */
	async stop(): Promise<void> {
		if (this.hasEnded) return;
		const killing = setTimeout(() => this.kill(), STOP_MS);
		this.child.kill('SIGTERM');
		await this.ended.catch(() => undefined);
		clearTimeout(killing);
		this.kill();
	}

	/** Ends it and all that it started with SIGKILL, as a crash or the kernel would. */
	kill(): void {
		try {
			if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
		} catch {
			// All of them have ended.
		}
	}
}

/**
 * Waits until something is so, looking every tenth of a second.
 * @param look what gives the value that is waited for, or undefined when it is not there yet
 * @throws Error with `what`, and what `look` threw last, when it is not so within `timeoutMs`
 */
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
			throw new Error(`It did not come to this in ${timeoutMs / 1000} s: ${what}`, { cause: last });
		}
		await new Promise((again) => setTimeout(again, 100));
	}
}
