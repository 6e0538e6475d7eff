import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateRequest } from './authenticateRequest';

export class HuaweiCloudApi implements ICredentialType {
	name = 'huaweiCloudApi';

	displayName = 'Huawei Cloud API';

	icon: Icon = {
		light: 'file:../icons/huaweiCloudLive.svg',
		dark: 'file:../icons/huaweiCloudLive.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-huawei-cloud-live/n8n-nodes-huawei-cloud-live#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'IAM Token',
					value: 'iamToken',
					description: 'A token that you fetched yourself. It is valid for 24 hours.',
				},
			],
			default: 'iamToken',
		},
		{
			displayName: 'IAM Token',
			name: 'iamToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['iamToken'] } },
			description:
				'A token of the project, from the header X-Subject-Token of the answer of IAM (POST /v3/auth/tokens)',
		},
		{
			displayName: 'Project ID',
			name: 'projectId',
			type: 'string',
			default: '',
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
			description: 'The region of the project. It picks the hosts of Live and IAM.',
		},
		{
			displayName: 'Live Endpoint',
			name: 'liveEndpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://live.cn-north-4.myhuaweicloud.com',
			description: 'Only if it is not https://live.{region}.myhuaweicloud.com',
		},
		{
			displayName: 'IAM Endpoint',
			name: 'iamEndpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://iam.cn-north-4.myhuaweicloud.com',
			description: 'Only if it is not https://iam.{region}.myhuaweicloud.com',
		},
	];

	/** n8n's HTTP Request node calls this, for a URL that the workflow's author typed. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await authenticateRequest(credentials, requestOptions);
	}
}
