import { PATIENCE_MS } from '../call/probes';
import { firstOf, settledOrAborted } from '../http/abort';
import type { Clock } from '../http/clock';
import { TransportError } from '../http/http';
import type { Secret } from './secret';

export interface FetchedToken {
	value: Secret;
	/** From then on a new one is fetched, shortly before this one ends. Milliseconds since the epoch. */
	renewAt: number;
}

/** A token that is being fetched, for all who need it meanwhile. */
interface Fetch {
	/** When it was begun. Milliseconds since the epoch. */
	since: number;
	token: Promise<FetchedToken>;
}

/** The token of a credential, fetched once for all who need it at the same time (single-flight), and kept until it ends. */
export class TokenCache {
	private token: FetchedToken | undefined;
	private fetch: Fetch | undefined;

	/** The token that is kept, even if it has ended. */
	get current(): FetchedToken | undefined {
		return this.token;
	}

	/** Lets go of a token that was refused, unless another one has taken its place already. */
	invalidate(value: string | undefined): void {
		if (this.token?.value.reveal() === value) this.token = undefined;
	}

	/**
	 * The token, fetched if there is none that lasts.
	 * @param fetch asks for a token, once
	 * @param signal ends the waiting. The fetch goes on, since others may wait for it too.
	 * @throws what `fetch` throws; TransportError when the signal aborts first
	 */
	async get(fetch: () => Promise<FetchedToken>, clock: Clock, signal: AbortSignal): Promise<FetchedToken> {
		while (!signal.aborted) {
			if (this.token && clock.now() < this.token.renewAt) return this.token;
			const current = this.fetchBeside(this.fetch, fetch, clock.now());
			const slow = firstOf(clock.deadline(Math.max(0, current.since + PATIENCE_MS - clock.now())), signal);
			await settledOrAborted(current.token, slow.signal);
			slow.release();
			if (!slow.signal.aborted) return await current.token;
		}
		throw new TransportError('cancelled', false);
	}

	/** What is being fetched already, or, when that has taken a few seconds, another try beside it. */
	private fetchBeside(earlier: Fetch | undefined, fetch: () => Promise<FetchedToken>, now: number): Fetch {
		if (earlier && now < earlier.since + PATIENCE_MS) return earlier;
		const fresh = fetch();
		// The first to succeed; when all fail, what the last one says.
		const token = earlier ? Promise.any([earlier.token, fresh]).catch(async () => await fresh) : fresh;
		const current = { since: now, token };
		this.fetch = current;
		const end = () => {
			if (this.fetch === current) this.fetch = undefined;
		};
		token.then((fetched) => {
			this.token = fetched;
			end();
		}, end);
		return current;
	}
}
