import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { RateLimiterHandle } from '../../huawei-cloud/pace/rateLimiter';
import { authenticatedClient, type ClientParts } from '../../huawei-cloud/identity/authentication';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { FakeClock } from './fakeClock';
import { ScriptedTransport, type Step } from './scriptedTransport';

export const TOKEN = 'MIIexampleTokenThatNobodyMaySee';
export const PROJECT_ID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

export const CREDENTIAL_FIELDS = {
	authentication: 'iamToken',
	iamToken: TOKEN,
	projectId: PROJECT_ID,
	region: 'cn-north-4',
	liveEndpoint: '',
	iamEndpoint: '',
};

/** An IAM user and an access key, instead of the token. */
export const USER_FIELDS = {
	authentication: 'iamUser',
	accountName: 'account',
	userName: 'user',
	password: 'the-password',
};
export const KEY_FIELDS = {
	authentication: 'accessKey',
	accessKeyId: 'AK',
	secretAccessKey: 'the-secret-key',
};

export const SETTINGS: CallSettings = {
	maxRetries: 3,
	timeout: 30_000,
	advice: { throttled: 'Send less.', timeout: 'Wait longer.' },
};

export interface ClientOptions {
	state?: CredentialState;
	/** Fields of the credential instead of those with the token. */
	fields?: Record<string, string>;
	cancelSignal?: AbortSignal;
	rateLimit?: RateLimiterHandle;
}

/** A client, and the API that it calls. */
export function clientOf(
	parts: ClientParts,
	{ state = new CredentialState(), fields = {}, cancelSignal, rateLimit }: ClientOptions = {},
) {
	const credential = readCredential({ ...CREDENTIAL_FIELDS, ...fields });
	const client = authenticatedClient(credential, parts, state, cancelSignal, rateLimit);
	const live = new LiveApi(client, credential);
	const { relayTasks, streams } = live;
	return { state, credential, client, live, relayTasks, streams };
}

/** A client over a scripted transport and a fake clock, and what went through it. */
export function scriptedClient(
	script: readonly Step[],
	{ clock = new FakeClock(), ...options }: ClientOptions & { clock?: FakeClock } = {},
) {
	const transport = new ScriptedTransport(script);
	const given = clientOf({ transport, clock }, options);
	const deleteTask = async (settings: Partial<CallSettings> = {}, taskId = 'task-1'): Promise<Outcome> =>
		await given.relayTasks.delete({ taskId, region: undefined }, { ...SETTINGS, ...settings });
	return { transport, clock, ...given, deleteTask };
}
