import { describe, expect, test } from '@jest/globals';

import { readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { fingerprint, forgetState, sharedState } from '../../huawei-cloud/identity/credentialState';
import { CREDENTIAL_FIELDS, TOKEN } from '../support/clients';

const read = (fields: Record<string, string> = {}): Credential =>
	readCredential({ ...CREDENTIAL_FIELDS, ...fields });
const USER = { authentication: 'iamUser', accountName: 'a', userName: 'u', password: 'p' };
const KEY = { authentication: 'accessKey', accessKeyId: 'k', secretAccessKey: 's' };

describe('what is known of a credential', () => {
	test('is shared by all who have read the same fields, until it is forgotten', () => {
		const state = sharedState(read());
		expect(sharedState(read())).toBe(state);
		forgetState(read({ projectId: 'another' }));
		expect(sharedState(read())).toBe(state);
		forgetState(read());
		expect(sharedState(read())).not.toBe(state);
	});

	test.each([
		[{}, { iamToken: `${TOKEN}x` }],
		[{}, { projectId: 'another' }],
		[{}, { liveEndpoint: 'https://live.example.com' }],
		[{}, { iamEndpoint: 'https://iam.example.com' }],
		[USER, { ...USER, accountName: 'b' }],
		[USER, { ...USER, userName: 'v' }],
		[USER, { ...USER, password: 'q' }],
		[USER, { ...USER, accountName: 'u', userName: 'a' }],
		[KEY, { ...KEY, accessKeyId: 'l' }],
		[KEY, { ...KEY, secretAccessKey: 't' }],
		[KEY, { ...KEY, securityToken: 'x' }],
	])('is not shared by %j and %j', (one, other) => {
		expect(sharedState(read(one))).not.toBe(sharedState(read(other)));
	});
});

describe('the fingerprint of a credential', () => {
	test('is the same for the same fields and key, and cannot be made without the key', () => {
		const key = new Uint8Array(32);
		expect(fingerprint(read(), key)).toBe(fingerprint(read(), key));
		expect(fingerprint(read(), 'another key')).not.toBe(fingerprint(read(), key));
		expect(fingerprint(read(), key)).toMatch(/^[0-9a-f]{64}$/);
	});
});
