import { raceAbort, type Cancellation } from '../http/abort';

/** How many requests may be under way to one host, whatever runs in this process: as many as one execution may send. */
const MOST_PER_HOST = 100;

/** Requests under way to one host, and those that wait for one of them to end. */
interface Host {
	underWay: number;
	/** The first is next. */
	readonly waiting: Set<() => void>;
}

const hosts = new Map<string, Host>();

/**
 * Waits until the host has room for one more request, if it has none now.
 * @param origin scheme, host and port
 * @returns what to call when the request is over; undefined when the wait is aborted
 */
export function acquireSlot(
	origin: string,
	cancelled: Cancellation,
): (() => void) | Promise<(() => void) | undefined> {
	const host = hosts.get(origin) ?? { underWay: 0, waiting: new Set() };
	hosts.set(origin, host);
	const release = () => {
		const [next] = host.waiting;
		// Handed on, so that nobody gets in between.
		if (next) return next();
		host.underWay -= 1;
		if (host.underWay === 0) hosts.delete(origin);
	};
	if (host.underWay < MOST_PER_HOST) {
		host.underWay += 1;
		return release;
	}
	return waitForSlot(host, release, cancelled);
}

async function waitForSlot(
	host: Host,
	release: () => void,
	cancelled: Cancellation,
): Promise<(() => void) | undefined> {
	let isMine = false;
	let take: () => void = () => undefined;
	const taken = new Promise<void>((resolve) => {
		take = () => {
			host.waiting.delete(take);
			isMine = true;
			resolve();
		};
	});
	host.waiting.add(take);
	await raceAbort(taken, cancelled, () => undefined);
	host.waiting.delete(take);
	return isMine ? release : undefined;
}
