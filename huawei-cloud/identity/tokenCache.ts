import { notAttempted, type Attempt } from '../call/apiCall';
import { Canceller, raceAbort, type Cancellation } from '../http/abort';
import type { Secret } from './secret';

export interface FetchedToken {
	value: Secret;
	/** When to fetch a new one: shortly before this one expires, or once it is rejected. Milliseconds since the epoch. */
	renewAt: number;
}

/** The token of a credential: fetched once for all who need it at the same time (single-flight), cached until it expires. */
export class TokenCache {
	/** The newest token, even if it has expired or was rejected. */
	current: FetchedToken | undefined;
	/** True if the newest was rejected. */
	private isRejected = false;
	/** True if the newest replaced a rejected one, and was not accepted yet. */
	private isReplacement = false;
	/** The newest first: tokens stay secret even after they are replaced. */
	#secrets: readonly string[] = [];
	private fetching: { attempt: Promise<Attempt>; canceller: Canceller; waiting: number } | undefined;

	/** The newest tokens, valid or not. Another array once there is another token. */
	get secrets(): readonly string[] {
		return this.#secrets;
	}

	/** True if there is a token that is neither rejected nor about to expire. */
	isValidAt(now: number): boolean {
		return this.current !== undefined && now < this.current.renewAt;
	}

	/** Keeps a new token, and four earlier ones. */
	keep(token: FetchedToken): void {
		this.current = token;
		this.isReplacement = this.isRejected;
		this.isRejected = false;
		this.#secrets = [token.value.reveal(), ...this.#secrets].slice(0, 5);
	}

	/** A call was accepted with a token. */
	accepted(value: string | undefined): void {
		if (this.isNewest(value)) this.isReplacement = false;
	}

	/**
	 * A token was rejected, so another one is needed, unless another one has already replaced it.
	 * @returns whether another one may be accepted: not if the rejected one itself replaced a rejected one
	 */
	reject(value: string | undefined): boolean {
		if (!this.isNewest(value)) return true;
		this.isRejected = true;
		this.startOver();
		return !this.isReplacement;
	}

	private isNewest(value: string | undefined): boolean {
		return this.current?.value.reveal() === value;
	}

	startOver(): void {
		if (this.current) this.current.renewAt = -Infinity;
	}

	/** Waits for a `fetch`, which keeps the token. When cancelled, it runs on while others wait: each may count for a lockout. */
	async fetchOnce(
		fetch: (cancelled: Cancellation) => Promise<Attempt>,
		cancelled: Cancellation,
	): Promise<Attempt> {
		const canceller = new Canceller();
		const fetching = (this.fetching ??= { attempt: fetch(canceller), canceller, waiting: 0 });
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
