import { describe, expect, test } from '@jest/globals';

import type { Attempt } from '../../huawei-cloud/call/apiCall';
import { Canceller, NEVER_CANCELLED, type Cancellation } from '../../huawei-cloud/http/abort';
import { Secret } from '../../huawei-cloud/identity/secret';
import { TokenCache } from '../../huawei-cloud/identity/tokenCache';

const tokenNamed = (name: string, renewAt = 1000) => ({ value: new Secret(name), renewAt });

describe('a token', () => {
	test('is valid until it is to be renewed, or was rejected', () => {
		const cache = new TokenCache();
		expect(cache.isValidAt(0)).toBe(false);
		cache.keep(tokenNamed('one'));
		expect([999, 1000].map((now) => cache.isValidAt(now))).toEqual([true, false]);
		cache.reject('one');
		expect(cache.isValidAt(0)).toBe(false);
	});

	test('that replaced a rejected one stays, though that is rejected again', () => {
		const cache = new TokenCache();
		cache.keep(tokenNamed('one'));
		cache.reject('one');
		cache.keep(tokenNamed('two'));
		cache.reject('one');
		cache.reject(undefined);
		expect(cache.isValidAt(0)).toBe(true);
		expect(cache.current?.value.reveal()).toBe('two');
	});

	test('may be replaced, whoever else had it rejected, but not if it replaced a rejected one and was never accepted', () => {
		const cache = new TokenCache();
		const reject = (name: string) => cache.reject(name);
		cache.keep(tokenNamed('one'));
		expect([reject('one'), reject('one')]).toEqual([true, true]);
		cache.keep(tokenNamed('two'));
		expect([reject('one'), reject('two'), reject('two')]).toEqual([true, false, false]);
		cache.keep(tokenNamed('three'));
		cache.accepted('two');
		expect(reject('three')).toBe(false);
		cache.keep(tokenNamed('four'));
		cache.accepted('four');
		expect([reject('four'), reject('four')]).toEqual([true, true]);
	});

	test('is a secret even after it was replaced', () => {
		const cache = new TokenCache();
		for (let token = 1; token <= 7; token++) cache.keep(tokenNamed(`token ${token}`));
		expect(cache.secrets).toEqual(['token 7', 'token 6', 'token 5', 'token 4', 'token 3']);
	});
});

describe('fetching', () => {
	const FETCHED: Attempt = { classification: { kind: 'success' }, sent: true };

	function start() {
		const cache = new TokenCache();
		const ends: Array<(error?: Error) => void> = [];
		const cancellations: Cancellation[] = [];
		const fetch = async (cancellation: Cancellation) => {
			cancellations.push(cancellation);
			await new Promise<void>((resolve, reject) => {
				ends.push((error) => (error ? reject(error) : resolve()));
			});
			return FETCHED;
		};
		return {
			ends,
			cancellations,
			fetchOnce: async (until = NEVER_CANCELLED) => await cache.fetchOnce(fetch, until),
		};
	}

	test('happens once for all who need it meanwhile, and again for those who come later', async () => {
		const { ends, fetchOnce } = start();
		const both = [fetchOnce(), fetchOnce()];
		ends[0]?.();
		expect(await Promise.all(both)).toEqual([FETCHED, FETCHED]);
		void fetchOnce();
		expect(ends).toHaveLength(2);
	});

	test('that fails does so for all of them, and not for those who come later', async () => {
		const { ends, fetchOnce } = start();
		const both = [fetchOnce(), fetchOnce()];
		ends[0]?.(new RangeError('a defect'));
		for (const one of both) await expect(one).rejects.toThrow(RangeError);
		const later = fetchOnce();
		ends[1]?.();
		expect(await later).toBe(FETCHED);
	});

	test('goes on for the others when one is cancelled', async () => {
		const { ends, cancellations, fetchOnce } = start();
		const canceller = new Canceller();
		const [cancelled, other] = [fetchOnce(canceller), fetchOnce()];
		canceller.abort();
		expect(await cancelled).toMatchObject({ sent: false, classification: { kind: 'error' } });
		expect(cancellations).toMatchObject([{ aborted: false }]);
		ends[0]?.();
		expect(await other).toBe(FETCHED);
		expect(ends).toHaveLength(1);
	});

	test('is given up once nobody waits any more', async () => {
		const { cancellations, fetchOnce } = start();
		const canceller = new Canceller();
		const both = [fetchOnce(canceller), fetchOnce(canceller)];
		canceller.abort();
		await Promise.all(both);
		expect(cancellations).toMatchObject([{ aborted: true }]);
	});
});
