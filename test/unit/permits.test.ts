import { describe, expect, test } from '@jest/globals';

import { RateLimiter, type Acquired, type RateLimiterShare } from '../../huawei-cloud/call/rateLimiter';
import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import type { Clock } from '../../huawei-cloud/http/clock';
import { START } from '../support/simulatedGateway';
import { VirtualClock } from '../support/virtualClock';

/** Who gets permission to send, and when. How fast the limiter learns is in `rateLimiter.test.ts`. */

const SECOND = 1000;
const MINUTE = 60_000;

/** A limiter in virtual time, whose clock can be set, and what became of those who asked it. */
function office() {
	const time = new VirtualClock(START);
	let ahead = 0;
	const sleeps: number[] = [];
	const clock: Clock = {
		now: () => time.now() + ahead,
		sleep: async (ms) => {
			sleeps.push(ms);
			await time.sleep(ms);
		},
		deadline: (ms) => time.deadline(ms),
		random: () => time.random(),
	};
	const limiter = new RateLimiter();
	const log: string[] = [];
	const share = (load?: number, maxPerMinute?: number) => limiter.share(clock, load, maxPerMinute);
	const at = () => (time.now() - START) / SECOND;
	/** Asks, sends, and is let through at once. */
	const ask = async (of: RateLimiterShare, name: string, until?: number, cancelled = new Canceller()) => {
		const acquired = await of.acquire(cancelled, until);
		log.push(`${name} ${acquired.permit ? 'sent' : JSON.stringify(acquired.refusal)}`);
		acquired.permit?.end('accepted');
		return acquired;
	};
	return {
		limiter,
		clock,
		share,
		log,
		sleeps,
		ask,
		at,
		pass: async (ms: number) => await time.run(time.sleep(ms)),
		run: async <Result>(work: Promise<Result>) => await time.run(work),
		setClock: (ms: number) => {
			ahead += ms;
		},
		/** The service refuses a call, and asks to wait. */
		refuse: async (pause?: number) => granted(await time.run(acquire(share()))).end('throttled', pause),
	};
}

async function acquire(share: RateLimiterShare): Promise<Acquired> {
	return await share.acquire(NEVER_CANCELLED);
}

/** The permit of one who got it. */
function granted(acquired: Acquired | Promise<Acquired>) {
	if (acquired instanceof Promise || !acquired.permit) throw new Error('There is no permission now');
	return acquired.permit;
}

const isGranted = (acquired: Acquired | Promise<Acquired>) =>
	!(acquired instanceof Promise) && 'permit' in acquired;

describe('while nothing was refused', () => {
	test('six may go at once, without a promise, and the next when one is over', async () => {
		const { share, ask, log, run, sleeps } = office();
		const one = share();
		const permits = Array.from({ length: 6 }, () => granted(one.acquire(NEVER_CANCELLED)));
		const next = ask(one, 'next');
		await Promise.resolve();
		expect(log).toEqual([]);
		permits[0]?.end('accepted');
		await run(next);
		expect(log).toEqual(['next sent']);
		expect(one.slowdown()).toBeUndefined();
		// No timer keeps the process from ending.
		expect(sleeps).toEqual([]);
	});

	test('a thirty-third of a large load may go at once', () => {
		const one = office().share(660);
		for (let count = 0; count < 20; count++) granted(one.acquire(NEVER_CANCELLED));
		expect(isGranted(one.acquire(NEVER_CANCELLED))).toBe(false);
	});

	test('a call ends once, whatever is said of it afterwards', async () => {
		const { share, run, at } = office();
		const one = share();
		const permit = granted(one.acquire(NEVER_CANCELLED));
		permit.end('accepted');
		permit.end('throttled', 30 * SECOND);
		granted(await run(acquire(one)));
		expect(at()).toBe(0);
	});
});

describe('when a pause is over', () => {
	test('executions take turns, whoever has more waiting', async () => {
		const { share, ask, log, run, refuse } = office();
		await refuse(10 * SECOND);
		const [a, b] = [share(), share()];
		const waiting = [ask(a, 'a'), ask(a, 'a'), ask(a, 'a'), ask(b, 'b'), ask(b, 'b')];
		await run(Promise.all(waiting));
		expect(log.join(', ')).toBe('a sent, b sent, a sent, b sent, a sent');
	});

	test('what was refused before goes first, whoever asks, and in the order in which it came', async () => {
		const { share, ask, log, run, refuse } = office();
		await refuse(10 * SECOND);
		const [a, b] = [share(), share()];
		const soon = START + MINUTE;
		const waiting = [
			ask(a, 'a'),
			ask(b, 'b'),
			ask(b, 'b again', soon),
			ask(b, 'b again 2', soon),
			ask(a, 'a 2'),
		];
		await run(Promise.all(waiting));
		expect(log.join(', ')).toBe('b again sent, b again 2 sent, a sent, b sent, a 2 sent');
	});

	test('who waited for it knows', async () => {
		const { share, ask, run, refuse, at } = office();
		await refuse(10 * SECOND);
		const [a, b] = [share(), share()];
		await run(ask(a, 'a'));
		expect(at()).toBe(10);
		expect(a.slowdown()).toEqual({ perMinute: undefined });
		expect(b.slowdown()).toBeUndefined();
	});

	test('it was slept through a second at a time, whoever waits', async () => {
		const { share, ask, run, refuse, sleeps } = office();
		await refuse(2500);
		const many = Array.from({ length: 50 }, async (_, index) => await ask(share(), `${index}`));
		await run(Promise.all(many));
		expect(sleeps.slice(0, 3)).toEqual([1000, 1000, 500]);
		expect(sleeps.length).toBeLessThan(10);
	});

	test('a timer that fails ends a sleep, too', async () => {
		const { limiter, clock, pass, at, run, refuse, ask } = office();
		await refuse(1500);
		const failing: Clock = {
			...clock,
			sleep: async (ms) => {
				await clock.sleep(ms);
				throw new Error('The timer failed');
			},
		};
		await run(ask(limiter.share(failing), 'a'));
		expect(at()).toBe(1.5);
		await pass(1);
	});
});

describe('a pause that the service asks for', () => {
	test('of a minute is waited for, to the millisecond', async () => {
		const { refuse, share, ask, pass, run, log } = office();
		await refuse(MINUTE);
		const waiting = ask(share(), 'a');
		await pass(MINUTE - 1);
		expect(log).toEqual([]);
		await pass(1);
		await run(waiting);
		expect(log).toEqual(['a sent']);
	});

	test('of more than a minute is told to all', async () => {
		const { refuse, share } = office();
		await refuse(MINUTE + 1);
		for (const until of [undefined, START + 10 * MINUTE]) {
			expect(await share().acquire(NEVER_CANCELLED, until)).toEqual({ refusal: { pause: MINUTE + 1 } });
		}
	});

	test('is over a little later, and then short enough to be waited for', async () => {
		const { refuse, share, pass, run, ask, at } = office();
		await refuse(100 * SECOND);
		await pass(39 * SECOND);
		expect(await share().acquire(NEVER_CANCELLED)).toEqual({ refusal: { pause: 61 * SECOND } });
		await pass(SECOND);
		await run(ask(share(), 'a'));
		expect(at()).toBe(100);
	});

	test('ends the waiting of those that wait already', async () => {
		const { share, run, ask, log } = office();
		const one = share();
		const permits = Array.from({ length: 6 }, () => granted(one.acquire(NEVER_CANCELLED)));
		const waiting = [ask(one, 'new'), ask(share(), 'again', START + 10 * MINUTE)];
		permits[0]?.end('throttled', 2 * MINUTE);
		await run(Promise.all(waiting));
		expect(log).toEqual(['new {"pause":120000}', 'again {"pause":120000}']);
	});

	test('holds though a later refusal asks for none', async () => {
		const { share, pass } = office();
		const one = share();
		const [first, second] = [granted(one.acquire(NEVER_CANCELLED)), granted(one.acquire(NEVER_CANCELLED))];
		first.end('throttled', 60 * MINUTE);
		await pass(1);
		second.end('throttled');
		expect(await one.acquire(NEVER_CANCELLED)).toEqual({ refusal: { pause: 60 * MINUTE - 1 } });
	});

	test('of an hour is not believed for longer than five minutes, and then forgotten', async () => {
		const { refuse, share, pass, run } = office();
		await refuse(60 * MINUTE);
		await pass(5 * MINUTE);
		const permit = granted(await run(acquire(share())));
		permit.end('throttled', 90 * SECOND);
		expect(await share().acquire(NEVER_CANCELLED)).toEqual({ refusal: { pause: 90 * SECOND } });
	});
});

describe('a request that has to be sent until some time', () => {
	test('may be sent then', () => {
		expect(isGranted(office().share().acquire(NEVER_CANCELLED, START))).toBe(true);
	});

	test('is late afterwards', async () => {
		expect(
			await office()
				.share()
				.acquire(NEVER_CANCELLED, START - 1),
		).toEqual({ refusal: 'late' });
	});

	test('is late when a pause takes longer, and that is noticed within a second', async () => {
		const { refuse, share, ask, run, log, at } = office();
		await refuse(10 * SECOND);
		const one = share();
		const other = ask(one, 'new');
		await run(ask(one, 'again', START + 2500));
		expect(log).toEqual(['again "late"']);
		expect(at()).toBe(3);
		await run(other);
		expect(at()).toBe(10);
	});

	test('is sent when a pause ends just then', async () => {
		const { refuse, share, ask, run, log } = office();
		await refuse(10 * SECOND);
		await run(ask(share(), 'again', START + 10 * SECOND));
		expect(log).toEqual(['again sent']);
	});
});

describe('a request that is cancelled', () => {
	test('before it asks gets nothing', async () => {
		const cancel = new Canceller();
		cancel.abort();
		expect(await office().share().acquire(cancel)).toEqual({ refusal: 'cancelled' });
	});

	test('while it waits leaves the line at once, and the others do not lose their turn', async () => {
		const { share, ask, run, refuse, log, at } = office();
		await refuse(10 * SECOND);
		const [a, b] = [share(), share()];
		const cancel = new Canceller();
		const cancelled = ask(a, 'cancelled', undefined, cancel);
		const others = [ask(b, 'b'), ask(a, 'a')];
		cancel.abort();
		await run(cancelled);
		expect(log).toEqual(['cancelled "cancelled"']);
		expect(at()).toBe(0);
		await run(Promise.all(others));
		expect(log.slice(1)).toEqual(['a sent', 'b sent']);
	});

	test('as the only one leaves nobody waiting', async () => {
		const { share, ask, run, pass, refuse, log } = office();
		await refuse(10 * SECOND);
		const cancel = new Canceller();
		const cancelled = ask(share(), 'cancelled', undefined, cancel);
		cancel.abort();
		await run(cancelled);
		await pass(20 * SECOND);
		expect(isGranted(share().acquire(NEVER_CANCELLED))).toBe(true);
		cancel.abort();
		expect(log).toHaveLength(1);
	});
});

describe('requests a minute that an execution asks for', () => {
	const sixty = (limiter: ReturnType<typeof office>) => limiter.share(10, 60);

	test('keep their rhythm when one is a little late, and begin anew when it is later', async () => {
		const it = office();
		const one = sixty(it);
		const times: number[] = [];
		const call = async () => {
			granted(await one.acquire(NEVER_CANCELLED)).end('accepted');
			times.push(it.at());
		};
		await call();
		await it.pass(1300);
		await call();
		await it.run(call());
		await it.pass(2000);
		await call();
		await it.run(call());
		expect(times).toEqual([0, 1.3, 2, 4, 5]);
		expect(one.slowdown()).toBeUndefined();
	});

	test('need not be waited for when their time has come', async () => {
		const it = office();
		const one = sixty(it);
		granted(one.acquire(NEVER_CANCELLED));
		await it.pass(1000);
		expect(isGranted(one.acquire(NEVER_CANCELLED))).toBe(true);
	});

	test('are sent at the time of each execution', async () => {
		const it = office();
		const [slow, fast] = [sixty(it), it.share(10, 120)];
		granted(slow.acquire(NEVER_CANCELLED)).end('accepted');
		granted(fast.acquire(NEVER_CANCELLED)).end('accepted');
		const waiting = it.ask(slow, 'slow');
		await it.run(it.ask(fast, 'fast'));
		expect(it.at()).toBe(0.5);
		await it.run(waiting);
		expect(it.at()).toBe(1);
	});

	test('do not hold up another execution that waits behind', async () => {
		const it = office();
		const [slow, other] = [sixty(it), it.share()];
		granted(slow.acquire(NEVER_CANCELLED)).end('accepted');
		await it.refuse(100);
		const waiting = [it.ask(slow, 'slow'), it.ask(other, 'other'), it.ask(slow, 'again', START + MINUTE)];
		await it.run(Promise.all(waiting));
		expect(it.log.join(', ')).toBe('other sent, again sent, slow sent');
		expect(it.at()).toBe(2);
	});

	test('are no slowdown by the service, though it once refused', async () => {
		const it = office();
		const slow = sixty(it);
		granted(slow.acquire(NEVER_CANCELLED)).end('accepted');
		await it.refuse(100);
		await it.run(it.ask(slow, 'slow'));
		expect(it.at()).toBe(1);
		expect(slow.slowdown()).toBeUndefined();
	});
});

describe('what was learned', () => {
	/** Whether the limiter knows that the service refused: then single calls find out more. */
	const isRemembered = (it: ReturnType<typeof office>) => {
		granted(it.share().acquire(NEVER_CANCELLED));
		return !isGranted(it.share().acquire(NEVER_CANCELLED));
	};

	test('is forgotten after five minutes without a request', async () => {
		const early = office();
		await early.refuse();
		await early.pass(5 * MINUTE);
		expect(isRemembered(early)).toBe(true);
		const later = office();
		await later.refuse();
		await later.pass(5 * MINUTE + 1);
		expect(isRemembered(later)).toBe(false);
	});

	test('is counted from when the last request was over', async () => {
		const it = office();
		const permit = granted(it.share().acquire(NEVER_CANCELLED));
		await it.pass(4 * MINUTE);
		permit.end('throttled');
		await it.pass(5 * MINUTE);
		expect(isRemembered(it)).toBe(true);
	});

	test('is forgotten when the clock is set back, by more than clocks are corrected', async () => {
		const corrected = office();
		await corrected.refuse(10 * SECOND);
		corrected.setClock(-100);
		expect(isGranted(corrected.share().acquire(NEVER_CANCELLED))).toBe(false);
		const set = office();
		await set.refuse(10 * SECOND);
		set.setClock(-101);
		expect(isRemembered(set)).toBe(false);
	});

	test('is forgotten for those that wait, too, when the clock is set back', async () => {
		const it = office();
		const slow = it.share(10, 1);
		granted(slow.acquire(NEVER_CANCELLED)).end('accepted');
		await it.refuse(30 * SECOND);
		const waiting = [it.ask(slow, 'slow'), it.ask(it.share(), 'other')];
		it.setClock(-60 * MINUTE);
		await it.run(Promise.all(waiting));
		expect(it.at()).toBe(1);
	});
});

describe('a standstill', () => {
	/** The service refuses so many calls, so far apart. */
	async function stand(it: ReturnType<typeof office>, count: number, apart: number) {
		for (let refusal = 0; refusal < count; refusal++) {
			if (refusal > 0) await it.pass(apart);
			await it.refuse();
		}
	}
	const outcome = async (it: ReturnType<typeof office>) => {
		const one = it.share();
		await it.run(it.ask(one, 'new'));
		return it.log.at(-1);
	};

	test('is five refusals in five minutes, and nothing let through', async () => {
		const it = office();
		await stand(it, 5, 75 * SECOND);
		expect(await it.share().acquire(NEVER_CANCELLED)).toEqual({ refusal: 'standstill' });
		expect(await it.share().acquire(NEVER_CANCELLED, START + 60 * MINUTE)).toEqual({ refusal: 'late' });
	});

	test('is not four refusals', async () => {
		const few = office();
		await stand(few, 4, 110 * SECOND);
		expect(await outcome(few)).toBe('new sent');
	});

	test('is not five refusals within a few seconds', async () => {
		const it = office();
		await stand(it, 5, SECOND);
		expect(it.at()).toBeLessThan(20);
		expect(await outcome(it)).toBe('new sent');
	});

	test('is told to all that wait as soon as the five minutes are over', async () => {
		const it = office();
		await it.refuse();
		const one = it.share();
		const tryAgain = async (): Promise<Acquired> => {
			const acquired = await one.acquire(NEVER_CANCELLED, START + 60 * MINUTE);
			if (!acquired.permit) return acquired;
			acquired.permit.end('throttled');
			return await tryAgain();
		};
		const [again] = await it.run(Promise.all([tryAgain(), it.ask(it.share(), 'new')]));
		expect(again).toEqual({ refusal: 'late' });
		expect(it.log).toEqual(['new "standstill"']);
		expect(it.at()).toBe(300);
	});

	test('is not what is refused at about the same time, however often', async () => {
		const it = office();
		const one = it.share();
		const permits = Array.from({ length: 6 }, () => granted(one.acquire(NEVER_CANCELLED)));
		for (const permit of permits) {
			permit.end('throttled');
			await it.pass(199);
		}
		await stand(it, 3, 149 * SECOND);
		await it.pass(2 * SECOND);
		expect(await outcome(it)).toBe('new sent');
	});

	test('is not what ended, nobody knows how', async () => {
		const it = office();
		for (let call = 0; call < 6; call++) {
			granted(it.share().acquire(NEVER_CANCELLED)).end('unknown');
			await it.pass(75 * SECOND);
		}
		const permits = Array.from({ length: 6 }, () => granted(it.share().acquire(NEVER_CANCELLED)));
		const waiting = it.ask(it.share(), 'new');
		await it.pass(1);
		permits[0]?.end('accepted');
		await it.run(waiting);
		expect(it.log).toEqual(['new sent']);
	});

	test('is over with a call that is let through', async () => {
		const it = office();
		await stand(it, 4, 75 * SECOND);
		await it.pass(30 * SECOND);
		await it.run(it.ask(it.share(), 'new'));
		await it.pass(45 * SECOND);
		await it.refuse();
		expect(await outcome(it)).toBe('new sent');
	});
});

test('a service whose refusals follow no window is called at a steady pace', async () => {
	const it = office();
	const one = it.share();
	const early = granted(one.acquire(NEVER_CANCELLED));
	for (let count = 0; count < 2; count++) {
		granted(await it.run(acquire(one))).end('throttled');
		granted(await it.run(acquire(one))).end('accepted');
	}
	const since = it.at();
	const times: number[] = [];
	for (let count = 0; count < 4; count++) {
		granted(await it.run(acquire(one))).end('accepted');
		times.push(Math.round((it.at() - since) * SECOND));
	}
	expect(times).toEqual([0, 0, 10, 20]);
	expect(one.slowdown()).toEqual({ perMinute: undefined });
	// What was sent before says nothing about the pace.
	early.end('accepted');
	expect(isGranted(one.acquire(NEVER_CANCELLED))).toBe(false);
});
