/** More calls than any known window of two minutes allows. Older ones are dropped. */
const MAX_REMEMBERED = 20_000;

/** When accepted calls were sent, in milliseconds, roughly in order. */
export class AcceptedCalls {
	private readonly sentAt: number[] = [];

	get count(): number {
		return this.sentAt.length;
	}

	add(at: number): void {
		this.sentAt.push(at);
		if (this.sentAt.length > MAX_REMEMBERED) this.sentAt.splice(0, MAX_REMEMBERED / 2);
	}

	/** @returns when the nth call from the end was sent; minus infinity if there were fewer */
	nthLast(n: number): number {
		return this.sentAt[this.sentAt.length - n] ?? -Infinity;
	}

	/** How many calls were sent after a time. */
	countAfter(time: number): number {
		let count = 0;
		while (this.nthLast(count + 1) > time) count += 1;
		return count;
	}
}
