/** The credential that `npm start` uses for the real service. */
export type CredentialFields = Record<string, string>;

/** What is wrong with how the command was called. Its message is for the one who called it. */
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

/**
 * Reads the credential from environment variables.
 * @returns undefined when none of them is set
 * @throws UsageError when some are missing, or those of two methods are set
 */
export function credentialFrom(env: NodeJS.ProcessEnv): CredentialFields | undefined {
	const methods = Object.entries(METHODS).filter(([, names]) =>
		Object.values(names).some((name) => env[name]),
	);
	const projectId = env.HUAWEI_CLOUD_PROJECT_ID;
	const [method, ...others] = methods;
	if (!method) {
		if (!projectId) return undefined;
		throw new UsageError(
			'HUAWEI_CLOUD_PROJECT_ID is set, but nothing to sign in with: set HUAWEI_CLOUD_TOKEN, or an access key, or an IAM user.',
		);
	}
	if (others.length > 0) {
		throw new UsageError(
			`Variables of ${methods.map(([name]) => name).join(' and ')} are set: leave those of one.`,
		);
	}
	const [authentication, names] = method;
	const fields = Object.entries({ projectId: 'HUAWEI_CLOUD_PROJECT_ID', ...names }).map(([field, name]) => {
		const value = env[name];
		if (!value) throw new UsageError(`${name} is not set.`);
		return [field, value];
	});
	const optional = Object.entries(OPTIONAL).map(([field, name]) => [field, env[name] ?? '']);
	return {
		...Object.fromEntries(optional),
		...Object.fromEntries(fields),
		authentication,
		region: env.HUAWEI_CLOUD_REGION || 'cn-north-4',
	};
}
