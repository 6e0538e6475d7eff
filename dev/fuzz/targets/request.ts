import { CredentialError } from '../../../huawei-cloud/identity/credential';
import { authenticateRequest } from '../../../n8n/httpRequest/authenticateRequest';
import { isObject } from '../../../huawei-cloud/http/response';
import { jsonOf, must, textOf, withoutGrowth } from '../oracle';

/** Whatever n8n's HTTP Request node asks for: the secret goes to an API, or nowhere. */

const SECRET = 'MIIsecretToken';
const COMMON = { projectId: 'p', region: 'cn-north-4', liveEndpoint: 'https://gateway.example.com' };
const CREDENTIALS = [
	{ ...COMMON, authentication: 'iamToken', iamToken: SECRET },
	{ ...COMMON, authentication: 'accessKey', accessKeyId: 'AK', secretAccessKey: 'SK', securityToken: SECRET },
];
const ALLOWED =
	/^https:\/\/(gateway\.example\.com|[a-z0-9-]+(\.[a-z]{2}-[a-z]+-\d+)?\.myhuaweicloud\.(com|eu))$/;

export const fuzz = withoutGrowth(async (data) => {
	const given = jsonOf(textOf(data));
	if (!isObject(given)) return;
	const { url, headers, qs } = given;
	// What n8n's node makes by itself, whatever its author enters.
	if (
		typeof url !== 'string' ||
		typeof (given.method ?? 'GET') !== 'string' ||
		!isObject(headers ?? {}) ||
		!isObject(qs ?? {})
	)
		return;
	for (const credential of CREDENTIALS) {
		try {
			const sent = await authenticateRequest(credential, Object.assign({ url }, given));
			must(ALLOWED.test(new URL(sent.url).origin), 'only an API gets the credential');
			must(sent.disableFollowRedirect === true, 'it follows no redirect');
			must(new URL(sent.url).href === sent.url, 'the URL is the one that was checked');
			const hosts = Object.entries(sent.headers ?? {}).filter(
				([name]) => name.trim().toLowerCase() === 'host',
			);
			must(hosts.length === 1 && hosts[0]?.[1] === new URL(sent.url).host, 'the Host is that of the URL');
		} catch (error) {
			if (!(error instanceof CredentialError)) throw error;
			must(!error.message.includes(SECRET), 'an error does not tell a secret');
		}
	}
});

export const seeds = [
	'{"url":"https://live.cn-north-4.myhuaweicloud.com/v1/p?a=b","method":"GET","qs":{"a":["b",{"c":null}]},"headers":{"host":"evil","X-A":1}}',
	'{"url":"https://gateway.example.com/","method":"POST","body":{"a":1},"json":true,"arrayFormat":"comma","rejectUnauthorized":false}',
	'{"uri":"/v1","baseURL":"https://ecs.eu-west-101.myhuaweicloud.eu","form":{"a":["1","2"]},"useQuerystring":true}',
	'{"url":"https://live.cn-north-4.myhuaweicloud.com@evil/","proxy":{"host":"p"},"agentOptions":{"ca":"x"}}',
	'{"url":"https://live.cn-north-4.myhuaweicloud.com/","qs":{"a":"\\ud800"},"useStream":true}',
];
