import { Redaction } from '../../../huawei-cloud/call/redaction';
import { createAuthenticator } from '../../../huawei-cloud/identity/authentication';
import {
	assertMayReceiveCredential,
	CredentialError,
	isLoopback,
	readCredential,
	type Credential,
} from '../../../huawei-cloud/identity/credential';
import { sharedState } from '../../../huawei-cloud/identity/credentialState';
import { tokenCall } from '../../../huawei-cloud/identity/iam';
import { readStoredToken } from '../../../n8n/httpRequest/storedToken';
import { unusedTransport } from '../../../n8n/transports';
import { FakeClock } from '../../../test/support/fakeClock';
import { linesOf, must, orRefused, withoutGrowth } from '../oracle';

/** The fields of a credential, and the URLs that may receive it. */

const METHODS = ['iamToken', 'iamUser', 'accessKey'];
const API_HOST = /^[a-z0-9-]+(\.[a-z]{2}-[a-z]+-\d+)?\.myhuaweicloud\.(com|eu)$/;

export const fuzz = withoutGrowth((data) => {
	const { lines, rest: url } = linesOf(data, 8);
	const [method = '', region, projectId, liveEndpoint, iamEndpoint, given = '', name, sessionToken] = lines;
	// What no other field holds, and no message.
	const secret = given === '' ? '' : `${given}/QZsecretZQ`;
	const fields = {
		authentication: METHODS[Number(method)] ?? method,
		...{ region, projectId, liveEndpoint, iamEndpoint, sessionToken },
		...{ iamToken: secret, password: secret, secretAccessKey: secret, securityToken: name },
		...{ accountName: name, userName: name, accessKeyId: name },
	};
	try {
		checkCredential(readCredential(fields), fields, url);
	} catch (error) {
		if (!(error instanceof CredentialError)) throw error;
		must(!`${error.message} ${error.hint}`.includes('QZsecretZQ'), 'an error does not tell a secret');
	}
});

function checkCredential(
	credential: Credential,
	fields: Record<string, string | undefined>,
	url: string,
): void {
	must(/^[\w-]{1,64}$/.test(credential.projectId), 'a project ID is a part of a path');
	for (const endpoint of [credential.liveEndpoint, credential.iamEndpoint]) {
		const { origin, protocol, hostname } = new URL(endpoint);
		must(origin === endpoint, 'an endpoint is an origin');
		must(protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)), 'an endpoint is safe');
	}

	sharedState(credential);
	const clock = new FakeClock();
	const { secrets } = createAuthenticator(credential, { transport: unusedTransport, clock });
	must(secrets.length > 0 && secrets.every((one) => one !== ''), 'there is a secret');
	const said = {
		status: 400,
		headers: {},
		json: undefined,
		isPage: false,
		errorCode: null,
		errorDetail: undefined,
		requestId: undefined,
		characters: 0,
	};
	new Redaction().redacted({ ...said, errorMsg: secrets.join(' ') }, secrets);
	const { method } = credential;
	if (method.name === 'iamUser') JSON.parse(tokenCall(credential, method, () => clock.now()).body ?? '');
	readStoredToken({ sessionToken: fields.sessionToken ?? '' }, credential);

	if (!URL.canParse(url)) return;
	const target = new URL(url);
	if (orRefused(CredentialError, () => assertMayReceiveCredential(target, credential) ?? true) !== true)
		return;
	if (target.origin === credential.liveEndpoint) return;
	must(
		target.protocol === 'https:' && target.port === '' && API_HOST.test(target.hostname),
		'it goes to an API',
	);
	must(!/^(obs|iam|sts|infer)/.test(target.hostname), 'it goes to no host of customers');
}

export const seeds = [
	'0\ncn-north-4\np\n\n\nMIIsecretToken\nn\n\nhttps://live.cn-north-4.myhuaweicloud.com/v1',
	'1\neu-west-101\np_1\nhttps://gateway.example.com\nhttp://127.0.0.1:8080\npass wörd\nuser\n{"token":"t","renewAt":99999999999999,"of":"x"}\nhttps://gateway.example.com/',
	'2\n cn-north-1 \np-1\nhttp://localhost\nhttp://[::1]:1\nsecretAccessKey\nAKID\n\nhttps://bucket.obs.cn-north-4.myhuaweicloud.com',
	'1\ncn-north-4\np\n\n\npass\ud800word\nuser\n\nhttps://iam.myhuaweicloud.com',
];
