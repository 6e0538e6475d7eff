import type { Clock } from '../../huawei-cloud/http/clock';

/** Far beyond any test: code that would wait forever fails instead. */
const MAX_SLEEPS = 100_000;

/** A clock that doesn't wait: a sleep takes no time, but advances the clock and is recorded. */
export class FakeClock implements Clock {
	readonly sleeps: number[] = [];
	private setForwardMs = 0;
	readonly deadlines: Array<{ ms: number; expire: () => void }> = [];

	constructor(
		private time = Date.parse('2026-01-01T00:00:00Z'),
		private readonly chance = 0.5,
	) {}

	now(): number {
		return this.time;
	}

	elapsed(): number {
		return this.time - this.setForwardMs;
	}

	async sleep(ms: number): Promise<void> {
		if (this.sleeps.length >= MAX_SLEEPS) throw new Error(`More than ${MAX_SLEEPS} sleeps`);
		this.sleeps.push(ms);
		this.advance(ms);
	}

	/** Never expires by itself: the test says when. */
	deadline(ms: number): AbortSignal {
		const controller = new AbortController();
		this.deadlines.push({ ms, expire: () => controller.abort() });
		return controller.signal;
	}

	random(): number {
		return this.chance;
	}

	advance(ms: number): void {
		this.time += ms;
	}

	/** As a person sets it, while no time passes. */
	setForward(ms: number): void {
		this.time += ms;
		this.setForwardMs += ms;
	}
}
