import type { Clock } from '../../huawei-cloud/http/clock';

interface Timer {
	at: number;
	id: number;
	ring: () => void;
}

/** Limits of one run: code that waits forever, or keeps waiting for no time, fails instead. */
const MAX_VIRTUAL_MS = 30 * 24 * 60 * 60_000;
const MAX_TIMERS = 2_000_000;

/** A clock whose time moves only when all work waits for it, and then at once to when the next sleep ends. */
export class VirtualClock implements Clock {
	/** The earliest last. */
	private readonly timers: Timer[] = [];
	private lastId = 0;
	private seed: number;

	constructor(
		private time = Date.parse('2026-01-01T00:00:00Z'),
		seed = 1,
	) {
		this.seed = seed;
	}

	now(): number {
		return this.time;
	}

	elapsed(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.at(this.time + Math.max(0, ms), resolve));
	}

	deadline(ms: number): AbortSignal {
		const controller = new AbortController();
		this.at(this.time + ms, () => controller.abort());
		return controller.signal;
	}

	/** The same numbers for the same seed (mulberry32). */
	random(): number {
		this.seed = (this.seed + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/**
	 * Lets time pass until the work is done.
	 * @throws Error when that takes more than thirty days or two million timers
	 */
	async run<Result>(work: Promise<Result>): Promise<Result> {
		let isDone = false;
		const done = () => (isDone = true);
		void work.then(done, done);
		const end = this.time + MAX_VIRTUAL_MS;
		for (let rung = 0; rung < MAX_TIMERS && this.time <= end; rung++) {
			await allWorkWaits();
			if (isDone) return await work;
			const timer = this.timers.pop();
			if (!timer) throw new Error('Everything waits, and nothing for the time');
			this.time = timer.at;
			timer.ring();
		}
		throw new Error(`Not done at ${new Date(this.time).toISOString()}, in virtual time`);
	}

	private at(at: number, ring: () => void): void {
		const timer = { at, id: (this.lastId += 1), ring };
		let [low, high] = [0, this.timers.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const other = this.timers[middle];
			if (other && isBefore(timer, other)) low = middle + 1;
			else high = middle;
		}
		this.timers.splice(low, 0, timer);
	}
}

function isBefore(one: Timer, other: Timer): boolean {
	return one.at < other.at || (one.at === other.at && one.id < other.id);
}

/** Node settles all promises before what is queued for the next tick. What else takes a turn of the event loop is not waited for. */
async function allWorkWaits(): Promise<void> {
	await new Promise<void>((resolve) => process.nextTick(resolve));
}
