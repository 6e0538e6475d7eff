import { NEXT_PROBE_AFTER_MS } from '../policies/probes';
import { withTimeout, raceAbort, sleepUnlessAborted, type Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { TransportError } from '../http/http';
import type { Secret } from './secret';

export interface FetchedToken {
	value: Secret;
	/** When to fetch a new one, shortly before this one expires. Milliseconds since the epoch. */
	renewAt: number;
}

/** How long to wait after the first, second, third failed fetch: IAM may be briefly unavailable. */
const PAUSES_MS = [500, 1000, 2000];
const MAX_PAUSE_MS = Math.max(...PAUSES_MS);

/** Bounds the tokens of a run that keeps fetching new ones. */
const MAX_ISSUED = 5;

/** A token that is being fetched, for everyone who needs it meanwhile. */
interface Fetch {
	/** When it started. Milliseconds since the epoch. */
	since: number;
	token: Promise<FetchedToken>;
}

/** The token of a credential: fetched once for all who need it at the same time (single-flight), cached until it expires. */
export class TokenCache {
	private token: FetchedToken | undefined;
	private fetch: Fetch | undefined;
	/** The newest tokens, which stay secret even after they are replaced. */
	private issued: readonly Secret[] = [];
	private failures = 0;
	/** No fetch begins before this time. Milliseconds since the epoch. */
	private pausedUntil = 0;

	/** The cached token, even if it has expired. */
	get current(): FetchedToken | undefined {
		return this.token;
	}

	/** The newest tokens, valid or not. */
	get secrets(): readonly Secret[] {
		return this.issued;
	}

	private keep(token: FetchedToken): void {
		this.token = token;
		this.issued = [token.value, ...this.issued].slice(0, MAX_ISSUED);
	}

	/** Discards a token that was rejected, unless another one has already replaced it. */
	invalidate(value: string | undefined): void {
		if (this.token?.value.reveal() === value) this.token = undefined;
	}

	/** The cached token, if it has not expired. */
	validAt(now: number): FetchedToken | undefined {
		return this.token && now < this.token.renewAt ? this.token : undefined;
	}

	/**
	 * The token, fetched if no valid one is cached.
	 * @param fetch fetches a token, without retries
	 * @param until ends the wait. The fetch continues, since others may be waiting for it too.
	 * @throws what `fetch` throws; TransportError when the wait is aborted
	 */
	async get(fetch: () => Promise<FetchedToken>, clock: Clock, until: Cancellation): Promise<FetchedToken> {
		while (!until.aborted) {
			const now = clock.now();
			const token = this.validAt(now);
			if (token) return token;
			const pause = this.fetch ? 0 : this.pauseAt(now);
			if (pause > 0) {
				await sleepUnlessAborted(pause, clock, until);
				continue;
			}
			const current = this.fetchBeside(this.fetch, fetch, clock, now);
			const slow = withTimeout(current.since + NEXT_PROBE_AFTER_MS - now, clock, until);
			const fetched = await raceAbort(current.token, slow, () => undefined);
			if (fetched) return fetched;
		}
		throw new TransportError('cancelled', false);
	}

	/** How long no fetch may begin. Ends when the clock is set back, since it would last too long otherwise. */
	private pauseAt(now: number): number {
		const left = this.pausedUntil - now;
		return left <= MAX_PAUSE_MS ? left : 0;
	}

	/** The fetch that is already running or, after a few seconds, another one alongside it. */
	private fetchBeside(
		earlier: Fetch | undefined,
		fetch: () => Promise<FetchedToken>,
		clock: Clock,
		now: number,
	): Fetch {
		if (earlier && now < earlier.since + NEXT_PROBE_AFTER_MS) return earlier;
		const fresh = fetch();
		// The first to succeed; if all fail, the error of the last one.
		const token = earlier ? Promise.any([earlier.token, fresh]).catch(async () => await fresh) : fresh;
		const current = { since: now, token };
		this.fetch = current;
		const end = (fetched: FetchedToken | undefined) => {
			if (this.fetch === current) this.fetch = undefined;
			if (fetched) this.keep(fetched);
			this.failures = fetched ? 0 : this.failures + 1;
			this.pausedUntil = clock.now() + (PAUSES_MS[this.failures - 1] ?? 0);
		};
		token.then(end, () => end(undefined));
		return current;
	}
}
