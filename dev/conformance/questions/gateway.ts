import type { Credential } from '../../../huawei-cloud/identity/credential';
import { TASKS } from '../caller';
import { isNotCarriedOut, open, rejects } from '../documented';
import type { Suite } from '../suite';
import { list } from './listing';

const FOREIGN_PROJECT = '0'.repeat(32);

/** Questions about the gateway in front of the API: who may call, where, and how. */
export async function askGateway(suite: Suite, credential: Credential): Promise<void> {
	const { liveEndpoint, iamEndpoint, method } = credential;
	suite.begin('Gateway');
	const one = list({ limit: 1 });
	await suite.ask('no authentication', { ...one, authentication: 'none' }, rejects(401, '0301'));
	await suite.ask('a wrong token', { ...one, authentication: 'wrongToken' }, rejects(401, '0301'));
	await suite.ask(
		'a wrong token, no Content-Type',
		{ ...one, authentication: 'wrongToken', contentType: null },
		open(),
	);
	await suite.ask(
		'a project of others',
		{ ...one, projectId: FOREIGN_PROJECT },
		rejects(401, 'LIVE.100011015'),
	);
	await suite.ask('no such path', { method: 'GET', path: `${TASKS}/nothing` }, rejects(404, '0101'));
	// Without the credential, which must not travel in the clear.
	const plain = { ...one, authentication: 'none', origin: liveEndpoint.replace('https:', 'http:') } as const;
	if (plain.origin === liveEndpoint) suite.skip('http://', 'the endpoint given is http:// itself');
	else await suite.ask('http://', plain, isNotCarriedOut);
	if (method.name === 'accessKey') {
		const projects = { method: 'GET', origin: iamEndpoint, path: '/v3/auth/projects' } as const;
		await suite.ask('IAM, signed with X-Project-Id', projects, open());
	} else {
		suite.skip('IAM, signed with X-Project-Id', 'the credential is not an access key');
	}
	suite.skip('a wrong password or signature', 'it could lock the user or the key');
}
