import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	Icon,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateRequest, appendHint } from '../n8n/httpRequest/authenticateRequest';
import { preAuthenticate, STORED_TOKEN } from '../n8n/httpRequest/storedToken';
import { KNOWN_REGIONS_TEXT } from '../n8n/messages';

const TEXT = { type: 'string', default: '' } as const;

const shownFor = (authentication: string) => ({
	displayOptions: { show: { authentication: [authentication] } },
});

/** A text field that one authentication method takes. Names and `password` stay where n8n's linter looks for them. */
const requiredFor = (authentication: string) => ({ ...TEXT, required: true, ...shownFor(authentication) });

export class HuaweiCloudApi implements ICredentialType {
	name = 'huaweiCloudApi';

	displayName = 'Huawei Cloud API';

	icon: Icon = { light: 'file:../icons/huaweiCloudLive.svg', dark: 'file:../icons/huaweiCloudLive.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-huawei-cloud-live/n8n-nodes-huawei-cloud-live#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Access Key',
					value: 'accessKey',
					description: 'A permanent or temporary key that signs every request. Recommended by Huawei Cloud.',
				},
				{
					name: 'IAM Token',
					value: 'iamToken',
					description: 'A token that you obtained yourself. It expires after 24 hours.',
				},
				{
					name: 'IAM User',
					value: 'iamUser',
					description: 'An IAM user whose tokens are fetched and renewed as needed',
				},
			],
			default: 'iamToken',
		},
		{
			displayName: 'IAM Token',
			name: 'iamToken',
			typeOptions: { password: true },
			...requiredFor('iamToken'),
			description:
				'A token for the project, from the X-Subject-Token header of the IAM response (POST /v3/auth/tokens)',
		},
		{
			displayName:
				'Tokens expire after 24 hours. For schedules and webhooks, choose Access Key, or IAM User, which renews its tokens.',
			name: 'expiryNotice',
			type: 'notice',
			default: '',
			...shownFor('iamToken'),
		},
		{
			displayName: 'Account Name',
			name: 'accountName',
			...requiredFor('iamUser'),
			description: 'In the console: My Credentials > API Credentials > Account Name',
		},
		{
			displayName: 'User Name',
			name: 'userName',
			...requiredFor('iamUser'),
			description:
				'In the console: My Credentials > API Credentials > IAM User Name. The user needs programmatic access.',
		},
		{
			displayName: 'Password',
			name: 'password',
			typeOptions: { password: true },
			...requiredFor('iamUser'),
			description: 'The password of the IAM user. It is set in the console under IAM > Users.',
		},
		{
			displayName: 'Access Key ID',
			name: 'accessKeyId',
			...requiredFor('accessKey'),
			description: 'In the console: My Credentials > Access Keys > Create Access Key',
		},
		{
			displayName: 'Secret Access Key',
			name: 'secretAccessKey',
			typeOptions: { password: true },
			...requiredFor('accessKey'),
			description: 'From the file downloaded when the access key was created',
		},
		{
			displayName: 'Security Token',
			name: 'securityToken',
			typeOptions: { password: true },
			...TEXT,
			...shownFor('accessKey'),
			description:
				'Only for a temporary access key: the security token that came with it. Otherwise leave empty.',
		},
		{
			displayName: 'Project ID',
			name: 'projectId',
			...TEXT,
			required: true,
			placeholder: 'e.g. 0a1b2c3d4e5f60718293a4b5c6d7e8f9',
			description:
				'In the console: My Credentials > API Credentials > Projects, the ID in the row of the region',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'string',
			default: 'cn-north-4',
			placeholder: 'e.g. ap-southeast-3',
			hint: 'e.g. cn-north-4, ap-southeast-3 or sa-brazil-1',
			description: `The code of the project's region, which determines the hosts of Live and IAM. Known regions: ${KNOWN_REGIONS_TEXT}.`,
		},
		{
			displayName: 'Live Endpoint',
			name: 'liveEndpoint',
			...TEXT,
			placeholder: 'e.g. https://live.cn-north-4.myhuaweicloud.com',
			description: 'Only needed if it is not https://live.{region}.myhuaweicloud.com',
		},
		{
			displayName: 'IAM Endpoint',
			name: 'iamEndpoint',
			...TEXT,
			placeholder: 'e.g. https://iam.cn-north-4.myhuaweicloud.com',
			description: 'Only needed if it is not https://iam.{region}.myhuaweicloud.com',
		},
		{
			// The token that `preAuthentication` returns: n8n stores it for its HTTP Request node.
			displayName: 'Session Token',
			name: STORED_TOKEN,
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	/** n8n's request helpers call this when there is no token, and after any failure. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		return await preAuthenticate(this.helpers, credentials).catch(appendHint);
	}

	/** n8n's HTTP Request node calls this, for a URL that the workflow's author typed. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await authenticateRequest(credentials, requestOptions).catch(appendHint);
	}
}
