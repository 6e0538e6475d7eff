import { describe, expect, test } from '@jest/globals';

import { readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { Runtime, SharedEntries } from '../../huawei-cloud/identity/runtime';
import { CREDENTIAL_FIELDS, KEY_FIELDS, TOKEN, USER_FIELDS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';

const HOUR = 60 * 60_000;

const read = (fields: Record<string, string> = {}): Credential =>
	readCredential({ ...CREDENTIAL_FIELDS, ...fields });

describe('the state of a credential', () => {
	test('is shared by all who have read the same fields', () => {
		const runtime = new Runtime(new FakeClock());
		expect(runtime.stateOf(read())).toBe(runtime.stateOf(read()));
	});

	test.each([
		[{}, { iamToken: `${TOKEN}x` }],
		[{}, { projectId: 'another' }],
		[{}, { liveEndpoint: 'https://live.example.com' }],
		[{}, { iamEndpoint: 'https://iam.example.com' }],
		[USER_FIELDS, { accountName: 'b' }],
		[USER_FIELDS, { userName: 'v' }],
		[USER_FIELDS, { password: 'q' }],
		[USER_FIELDS, { accountName: 'user', userName: 'account' }],
		[KEY_FIELDS, { accessKeyId: 'l' }],
		[KEY_FIELDS, { secretAccessKey: 't' }],
		[KEY_FIELDS, { securityToken: 'x' }],
	])('is not shared by %j and the same with %j', (one, changed) => {
		const runtime = new Runtime(new FakeClock());
		expect(runtime.stateOf(read(one))).not.toBe(runtime.stateOf(read({ ...one, ...changed })));
	});
});

test('there is one rate limiter for each project at each host', () => {
	const runtime = new Runtime(new FakeClock());
	const limiterOf = (fields: Record<string, string>) => runtime.limiterOf(read(fields));
	expect(limiterOf({ iamToken: 'another' })).toBe(limiterOf({}));
	expect(limiterOf({ projectId: 'another' })).not.toBe(limiterOf({}));
	expect(limiterOf({ liveEndpoint: 'https://live.example.com' })).not.toBe(limiterOf({}));
});

describe('shared entries', () => {
	/** Entries that are numbered as they are created. */
	function start(isBlank?: () => boolean) {
		const clock = new FakeClock();
		let created = 0;
		const entries = new SharedEntries(clock, () => (created += 1), 500, isBlank);
		return { clock, get: (key: string) => entries.getOrCreate(key) };
	}

	test.each([undefined, () => false])('are bounded: the least recently used is forgotten', (isBlank) => {
		const { get } = start(isBlank);
		for (let key = 0; key < 500; key += 1) get(`key-${key}`);
		get('key-0');
		get('one more');
		expect(get('key-0')).toBe(1);
		expect(get('key-1')).toBe(502);
	});

	test.each([
		['that sent nothing', {}, false],
		["that the author's own server rejected", { liveEndpoint: 'https://live.example.com' }, true],
	])('are not pushed out by others %s, which could cause a lockout', (_which, fields, isRejected) => {
		const clock = new FakeClock();
		const runtime = new Runtime(clock);
		const own = read({ iamEndpoint: 'https://iam.myhuaweicloud.com' });
		const { guard } = runtime.stateOf(own);
		guard.probeFailed(clock.now());
		for (let at = 0; at < 6000; at += 1) {
			const other = runtime.stateOf(read({ ...fields, projectId: `p${at}` })).guard;
			if (isRejected) other.probeFailed(clock.now());
		}
		expect(runtime.stateOf(own).guard).toBe(guard);
	});

	test('are forgotten a day after they were last used', () => {
		const { clock, get } = start();
		expect(['a', 'b'].map(get)).toEqual([1, 2]);
		clock.advance(24 * HOUR);
		expect(get('a')).toBe(1);
		clock.advance(1);
		expect(['a', 'b'].map(get)).toEqual([1, 3]);
		clock.advance(24 * HOUR + 1);
		expect(['a', 'b'].map(get)).toEqual([4, 5]);
	});
});
