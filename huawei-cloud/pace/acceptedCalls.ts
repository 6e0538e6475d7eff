/** More calls than a window of two minutes is known to allow. Older ones are forgotten. */
const MAX_REMEMBERED = 20_000;

/** When accepted calls were sent, in milliseconds since the epoch, roughly in order. */
export class AcceptedCalls {
	private readonly sentAt: number[] = [];

	get count(): number {
		return this.sentAt.length;
	}

	add(at: number): void {
		this.sentAt.push(at);
		if (this.sentAt.length > MAX_REMEMBERED) this.sentAt.splice(0, MAX_REMEMBERED / 2);
	}

	/** @returns when the nth call from the end was sent; undefined if there were fewer */
	nthLast(n: number): number | undefined {
		return this.sentAt[this.sentAt.length - n];
	}

	/** How many calls were sent after `from`, up to `to`. */
	countBetween(from: number, to: number): number {
		let count = 0;
		for (let index = this.sentAt.length - 1; index >= 0; index -= 1) {
			const at = this.sentAt[index] ?? 0;
			if (at <= from) break;
			if (at <= to) count += 1;
		}
		return count;
	}
}
