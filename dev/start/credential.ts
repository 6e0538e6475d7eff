import { readCredential } from '../../huawei-cloud/identity/credential';
import { UsageError } from '../program';

/** The credential that `npm start` uses for the real service. */
export type CredentialFields = Record<string, string>;

/** The variables of each way to sign in. */
const METHODS = {
	iamToken: { iamToken: 'HUAWEI_CLOUD_TOKEN' },
	accessKey: {
		accessKeyId: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
		secretAccessKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
		securityToken: 'HUAWEI_CLOUD_SECURITY_TOKEN',
	},
	iamUser: {
		accountName: 'HUAWEI_CLOUD_ACCOUNT_NAME',
		userName: 'HUAWEI_CLOUD_USER_NAME',
		password: 'HUAWEI_CLOUD_PASSWORD',
	},
};

const COMMON = {
	projectId: 'HUAWEI_CLOUD_PROJECT_ID',
	region: 'HUAWEI_CLOUD_REGION',
	liveEndpoint: 'HUAWEI_CLOUD_LIVE_ENDPOINT',
	iamEndpoint: 'HUAWEI_CLOUD_IAM_ENDPOINT',
};

/** Only temporary access keys have a security token. */
const required = (names: Record<string, string>) =>
	Object.values(names).filter((name) => name !== METHODS.accessKey.securityToken);

const WAYS = Object.values(METHODS).map((names) => new Intl.ListFormat('en').format(required(names)));

/** The variables to set, in words. */
export const VARIABLES = `${COMMON.projectId} and the variables of one way to sign in: ${WAYS.join('; or ')}`;

/**
 * Reads the credential from environment variables. Undefined when none of them is set.
 * @throws UsageError when some are missing, or those of two methods are set; CredentialError when some are invalid
 */
export function credentialFrom(env: NodeJS.ProcessEnv): CredentialFields | undefined {
	const isSet = (name: string) => Boolean(env[name]?.trim());
	const set = [COMMON, ...Object.values(METHODS)].flatMap((names) => Object.values(names)).filter(isSet);
	if (set.length === 0) return undefined;
	const methods = Object.entries(METHODS).filter(([, names]) => Object.values(names).some(isSet));
	const [[authentication, names] = ['', {}], ...others] = methods;
	const isComplete = authentication !== '' && [COMMON.projectId, ...required(names)].every(isSet);
	if (!isComplete || others.length > 0) {
		throw new UsageError(`Set ${VARIABLES}. Now set: ${set.join(', ')}.`);
	}
	const fields = Object.entries({ ...COMMON, ...names }).filter(([, name]) => isSet(name));
	const given = Object.fromEntries(fields.map(([field, name]) => [field, env[name] ?? '']));
	const credential = { authentication, region: 'cn-north-4', ...given };
	readCredential(credential);
	return credential;
}
