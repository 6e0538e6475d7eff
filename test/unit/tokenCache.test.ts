import { describe, expect, test } from '@jest/globals';

import { Canceller, NEVER_CANCELLED, type Cancellation } from '../../huawei-cloud/http/abort';
import { Secret } from '../../huawei-cloud/identity/secret';
import { TokenCache, type FetchedToken } from '../../huawei-cloud/identity/tokenCache';
import { FakeClock } from '../support/fakeClock';
import { VirtualClock } from '../support/virtualClock';

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 60 * 60_000;

/** How one fetch goes: what it gives, or an error of that name, and after how many milliseconds. */
interface Fetching {
	gives?: string;
	fails?: string;
	after?: number;
	/** How long the token is good for, from the start of the test. */
	life?: number;
}

/** A cache, and an IAM that goes as a test says, in virtual time. All times are milliseconds from the start. */
function cacheOver(...fetches: Fetching[]) {
	const clock = new VirtualClock(START);
	const cache = new TokenCache();
	const starts: number[] = [];
	const now = () => clock.now() - START;
	const fetch = async (): Promise<FetchedToken> => {
		const { gives, fails, after = 0, life = DAY } = fetches[starts.length] ?? { fails: 'nothing more' };
		starts.push(now());
		await clock.sleep(after);
		if (gives === undefined) throw new Error(fails);
		return { value: new Secret(gives), renewAt: START + life };
	};
	/** The token for a request at a time, and when it is there. */
	const get = async (at = 0, until: Cancellation = NEVER_CANCELLED) => {
		await clock.sleep(at - now());
		const got = await cache.get(fetch, clock, until).then(
			({ value }) => value.reveal(),
			(error: unknown) => error,
		);
		return { got, at: now() };
	};
	const givenUpAt = (at: number) => {
		const canceller = new Canceller();
		void clock.sleep(at).then(() => canceller.abort());
		return canceller;
	};
	const run = async <Result>(...work: Array<Promise<Result>>) => await clock.run(Promise.all(work));
	return { cache, starts, get, givenUpAt, run };
}

describe('a token', () => {
	test('is fetched once for all who need it meanwhile, and for those who come later', async () => {
		const { starts, get, run } = cacheOver({ gives: 'one', after: 100 });
		expect(await run(get(), get(), get(99), get(5000))).toEqual([
			{ got: 'one', at: 100 },
			{ got: 'one', at: 100 },
			{ got: 'one', at: 100 },
			{ got: 'one', at: 5000 },
		]);
		expect(starts).toEqual([0]);
	});

	test('is used until it is to be renewed, and not from then on', async () => {
		const { starts, get, run } = cacheOver({ gives: 'one', life: 1000 }, { gives: 'two' });
		expect(await run(get(), get(999), get(1000))).toMatchObject([
			{ got: 'one' },
			{ got: 'one' },
			{ got: 'two' },
		]);
		expect(starts).toEqual([0, 1000]);
	});

	test('that was rejected is fetched anew; what had replaced it by then stays', async () => {
		const { cache, starts, get, run } = cacheOver({ gives: 'one' }, { gives: 'two' });
		cache.invalidate('one');
		await run(get());
		cache.invalidate('one');
		expect(await run(get())).toMatchObject([{ got: 'two' }]);
		cache.invalidate('one');
		cache.invalidate(undefined);
		expect(await run(get())).toMatchObject([{ got: 'two' }]);
		expect(starts).toHaveLength(2);
	});
});

describe('while IAM does not answer', () => {
	test('it is asked once more every three seconds, whoever is waiting', async () => {
		const slow = { gives: 'late', after: 60_000 };
		const { starts, get, run } = cacheOver(slow, slow, { gives: 'three', after: 100 });
		expect(await run(get(), get(2999), get(3001), get(6050))).toEqual(
			Array.from({ length: 4 }, () => ({ got: 'three', at: 6100 })),
		);
		expect(starts).toEqual([0, 3000, 6000]);
	});

	test('the first answer counts, even that to the first question', async () => {
		const { get, run } = cacheOver({ gives: 'one', after: 3500 }, { gives: 'two', after: 60_000 });
		expect(await run(get(), get(3200))).toEqual([
			{ got: 'one', at: 3500 },
			{ got: 'one', at: 3500 },
		]);
	});

	test('a question that fails leaves the other one to be waited for, without a pause or a third', async () => {
		const { starts, get, run } = cacheOver({ fails: 'one', after: 3500 }, { gives: 'two', after: 600 });
		expect(await run(get(), get(3550))).toEqual([
			{ got: 'two', at: 3600 },
			{ got: 'two', at: 3600 },
		]);
		expect(starts).toEqual([0, 3000]);
	});
});

describe('after a fetch that failed', () => {
	const failure = { fails: 'away' };

	test('the next ones wait, and longer each time', async () => {
		const { starts, get, run } = cacheOver(failure, failure, failure, failure);
		await run(get());
		await run(get(), get());
		await run(get());
		await run(get());
		expect(starts).toEqual([0, 500, 1500, 3500]);
	});

	test('a token makes up for it', async () => {
		const { cache, starts, get, run } = cacheOver(failure, failure, { gives: 'one' }, failure, {
			gives: 'two',
		});
		await run(get());
		await run(get());
		await run(get());
		cache.invalidate('one');
		await run(get());
		await run(get());
		expect(starts).toEqual([0, 500, 1500, 1500, 2000]);
	});

	test('nobody waits for longer because the clock was set back', async () => {
		const clock = new FakeClock();
		const cache = new TokenCache();
		const fail = async () => await Promise.reject(new Error('away'));
		await expect(cache.get(fail, clock, NEVER_CANCELLED)).rejects.toThrow('away');
		clock.advance(-60 * 60_000);
		await expect(cache.get(fail, clock, NEVER_CANCELLED)).rejects.toThrow('away');
		expect(Math.max(0, ...clock.sleeps)).toBeLessThanOrEqual(2000);
	});
});

describe('who gives up', () => {
	const cancelled = expect.objectContaining({ code: 'cancelled', sent: false });

	test('waits no longer; the fetch goes on for the others, and its token is kept', async () => {
		const { starts, get, givenUpAt, run } = cacheOver({ gives: 'one', after: 2000 });
		expect(await run(get(0, givenUpAt(1000)), get(), get(2500))).toEqual([
			{ got: cancelled, at: 1000 },
			{ got: 'one', at: 2000 },
			{ got: 'one', at: 2500 },
		]);
		expect(starts).toEqual([0]);
	});

	test('during a pause asks for nothing more', async () => {
		const { starts, get, givenUpAt, run } = cacheOver({ fails: 'away' }, { gives: 'one' });
		await run(get());
		expect(await run(get(0, givenUpAt(100)))).toEqual([{ got: cancelled, at: 100 }]);
		expect(starts).toEqual([0]);
	});
});
