import { expect, test } from '@jest/globals';

import { acquireSlot } from '../../huawei-cloud/pace/hostSlots';
import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';

const MOST = 100;
let hosts = 0;

/** A host that nobody else asks, with so many requests under way. */
function hostWith(underWay: number) {
	const origin = `https://host-${(hosts += 1)}.example.com`;
	const releases = Array.from({ length: underWay }, () => now(acquireSlot(origin, NEVER_CANCELLED)));
	return { origin, releases };
}

/** A slot that was free. */
function now(slot: ReturnType<typeof acquireSlot>): () => void {
	if (slot instanceof Promise) throw new Error('It has to wait');
	return slot;
}

const hasToWait = (origin: string) => acquireSlot(origin, NEVER_CANCELLED) instanceof Promise;

/** Waits for a slot, and writes down who got one. */
function line(origin: string) {
	const got: string[] = [];
	const wait = async (name: string, cancelled = new Canceller()) => {
		const release = await acquireSlot(origin, cancelled);
		got.push(release ? name : `not ${name}`);
		return release;
	};
	return { got, wait };
}

test('a host has a hundred requests at once, and no other host suffers', () => {
	const { origin } = hostWith(MOST);
	expect(hasToWait(origin)).toBe(true);
	expect(hasToWait(hostWith(1).origin)).toBe(false);
});

test('a request that ends makes room for one', () => {
	const { origin, releases } = hostWith(MOST);
	releases[0]?.();
	expect(hasToWait(origin)).toBe(false);
	expect(hasToWait(origin)).toBe(true);
});

test('a host of which all requests have ended has room for a hundred again', () => {
	const { origin, releases } = hostWith(MOST);
	for (const release of releases) release();
	for (let count = 0; count < MOST; count++) expect(hasToWait(origin)).toBe(false);
	expect(hasToWait(origin)).toBe(true);
});

test('those that wait take turns, and nobody gets in between', async () => {
	const { origin, releases } = hostWith(MOST);
	const { got, wait } = line(origin);
	const [first, second] = [wait('first'), wait('second')];
	releases[0]?.();
	expect(hasToWait(origin)).toBe(true);
	const release = await first;
	expect(got).toEqual(['first']);
	release?.();
	await second;
	expect(got).toEqual(['first', 'second']);
});

test('a slot that was waited for makes room when it is over', async () => {
	const { origin, releases } = hostWith(MOST);
	const { wait } = line(origin);
	const waiting = wait('one');
	releases[0]?.();
	(await waiting)?.();
	expect(hasToWait(origin)).toBe(false);
	expect(hasToWait(origin)).toBe(true);
});

test('one that is cancelled leaves the line, and takes nothing', async () => {
	const { origin, releases } = hostWith(MOST);
	const { got, wait } = line(origin);
	const cancel = new Canceller();
	const cancelled = wait('cancelled', cancel);
	const next = wait('next');
	cancel.abort();
	expect(await cancelled).toBeUndefined();
	releases[0]?.();
	await next;
	expect(got).toEqual(['not cancelled', 'next']);
});

test('one that is cancelled before it has to wait gets nothing', async () => {
	const { origin, releases } = hostWith(MOST);
	const cancel = new Canceller();
	cancel.abort();
	expect(await acquireSlot(origin, cancel)).toBeUndefined();
	releases[0]?.();
	expect(hasToWait(origin)).toBe(false);
});

test('one that is cancelled as it gets a slot has it, and has to give it back', async () => {
	const { origin, releases } = hostWith(MOST);
	const { wait } = line(origin);
	const cancel = new Canceller();
	const waiting = wait('one', cancel);
	releases[0]?.();
	cancel.abort();
	const release = await waiting;
	expect(release).toBeDefined();
	release?.();
	expect(hasToWait(origin)).toBe(false);
});
