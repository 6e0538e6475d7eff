import { notAttempted, type Attempt } from '../call/apiCall';
import { Canceller, raceAbort, type Cancellation } from '../http/abort';
import type { Secret } from './secret';

export interface FetchedToken {
	value: Secret;
	/** When to fetch a new one: shortly before this one expires, or once it is rejected. Milliseconds since the epoch. */
	renewAt: number;
}

/** Bounds the tokens of a run that keeps fetching new ones. */
const MAX_ISSUED = 5;

/** The token of a credential: fetched once for all who need it at the same time (single-flight), cached until it expires. */
export class TokenCache {
	/** The newest first. They stay secret even after they are replaced. */
	private issued: FetchedToken[] = [];
	private fetching: { attempt: Promise<Attempt>; canceller: Canceller; waiting: number } | undefined;

	/** The newest token, even if it has expired or was rejected. */
	get current(): FetchedToken | undefined {
		return this.issued[0];
	}

	/** The newest tokens, valid or not. */
	get secrets(): readonly string[] {
		return this.issued.map(({ value }) => value.reveal());
	}

	/** True if there is a token that is neither rejected nor about to expire. */
	isValidAt(now: number): boolean {
		return this.current !== undefined && now < this.current.renewAt;
	}

	keep(token: FetchedToken): void {
		this.issued = [token, ...this.issued].slice(0, MAX_ISSUED);
	}

	/** A token was rejected, so another one is needed, unless another one has already replaced it. */
	reject(value: string | undefined): void {
		if (this.current?.value.reveal() === value) this.startOver();
	}

	startOver(): void {
		if (this.current) this.current.renewAt = -Infinity;
	}

	/**
	 * Fetches a token with `fetch`, which keeps it, or waits for the running fetch. If this wait is cancelled, the fetch
	 * continues while other calls wait for it, since each request may count towards a lockout.
	 */
	async fetchOnce(
		fetch: (cancelled: Cancellation) => Promise<Attempt>,
		cancelled: Cancellation,
	): Promise<Attempt> {
		if (!this.fetching) {
			const canceller = new Canceller();
			this.fetching = { attempt: fetch(canceller), canceller, waiting: 0 };
		}
		const { fetching } = this;
		fetching.waiting += 1;
		try {
			return await raceAbort(fetching.attempt, cancelled, () => notAttempted('cancelled'));
		} finally {
			fetching.waiting -= 1;
			// The fetch has ended, or is given up.
			if (fetching.waiting === 0) {
				this.fetching = undefined;
				fetching.canceller.abort();
			}
		}
	}
}
