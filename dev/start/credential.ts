/** The credential that `npm start` uses for the real service. */
export type CredentialFields = Record<string, string>;

/** Invalid arguments of the command. The message is for the caller. */
export class UsageError extends Error {}

const METHODS = {
	iamToken: { iamToken: 'HUAWEI_CLOUD_TOKEN' },
	accessKey: {
		accessKeyId: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
		secretAccessKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
	},
	iamUser: {
		accountName: 'HUAWEI_CLOUD_ACCOUNT_NAME',
		userName: 'HUAWEI_CLOUD_USER_NAME',
		password: 'HUAWEI_CLOUD_PASSWORD',
	},
} as const;

const OPTIONAL = {
	region: 'HUAWEI_CLOUD_REGION',
	liveEndpoint: 'HUAWEI_CLOUD_LIVE_ENDPOINT',
	iamEndpoint: 'HUAWEI_CLOUD_IAM_ENDPOINT',
	securityToken: 'HUAWEI_CLOUD_SECURITY_TOKEN',
} as const;

const PROJECT_ID = 'HUAWEI_CLOUD_PROJECT_ID';

/** The variables of each way to sign in, in words. */
export const SIGN_IN = Object.values(METHODS)
	.map((names) => new Intl.ListFormat('en').format(Object.values(names)))
	.join('; or ');

/**
 * Reads the credential from environment variables.
 * @returns undefined when none of them is set
 * @throws UsageError when some are missing, or those of two methods are set
 */
export function credentialFrom(env: NodeJS.ProcessEnv): CredentialFields | undefined {
	const isSet = (name: string) => Boolean(env[name]?.trim());
	const methods = Object.entries(METHODS).filter(([, names]) => Object.values(names).some(isSet));
	const [method, ...others] = methods;
	if (!method) {
		const set = [PROJECT_ID, ...Object.values(OPTIONAL)].filter(isSet);
		if (set.length === 0) return undefined;
		throw new UsageError(
			`${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set, but ${missing(isSet)}.`,
		);
	}
	if (others.length > 0) {
		throw new UsageError(
			`Variables of ${methods.map(([name]) => name).join(' and ')} are set: leave those of one.`,
		);
	}
	const [authentication, names] = method;
	const needed = { projectId: PROJECT_ID, ...names };
	const unset = Object.values(needed).filter((name) => !isSet(name));
	if (unset.length > 0) throw new UsageError(`${unset.join(' and ')} must be set as well.`);
	if (authentication !== 'accessKey' && isSet(OPTIONAL.securityToken)) {
		throw new UsageError(`${OPTIONAL.securityToken} goes with an access key, and none is set.`);
	}
	const fields = Object.entries({ ...OPTIONAL, ...needed }).map(([field, name]) => [field, env[name] ?? '']);
	return {
		...Object.fromEntries(fields),
		authentication,
		region: env.HUAWEI_CLOUD_REGION || 'cn-north-4',
	};
}

/** The variables to set, when a credential has nothing to sign in with. */
function missing(isSet: (name: string) => boolean): string {
	const project = isSet(PROJECT_ID) ? '' : `no ${PROJECT_ID}, and `;
	return `${project}nothing to sign in with: set ${SIGN_IN}`;
}
