import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import {
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	LazyPackageDirectoryLoader,
	PackageDirectoryLoader,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	ICredentialsHelper,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type IConnections,
	type ICredentialType,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	type IPinData,
	type IRun,
	type IVersionedNodeType,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { packageFolder, projectRoot } from '../projectFiles';

/** The part of a workflow file that running it takes. */
export interface WorkflowFile {
	id?: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
}

/** Credentials by the name that nodes refer to them by. */
export type CredentialsByName = Record<string, ICredentialDataDecryptedObject>;

export interface RunOptions {
	credentials?: CredentialsByName;
	/** Output of nodes that is given instead of run, by node name. */
	pinData?: IPinData;
	/** The node to start from; default: the trigger that runs by hand. */
	startNode?: string;
	/** Called once with a function that cancels the execution, as the Stop button does. */
	onStart?: (cancel: () => void) => void;
}

const BASE_URL = 'http://localhost:5678/';
const PACKAGE = 'n8n-nodes-huawei-cloud-live';

/**
 * n8n's own engine, with n8n's own nodes and the *built* package in it. What n8n's server adds around the engine is done here as
 * it does it: loading packages, naming node types, making tool clones, and decrypting credentials.
 */
export class Engine implements INodeTypes {
	/** Node types of a test, by name, beside those of the packages. */
	readonly extraTypes = new Map<string, INodeType>();

	private constructor(private readonly loaders: ReadonlyMap<string, PackageDirectoryLoader>) {}

	static async load(): Promise<Engine> {
		// Otherwise n8n-core makes itself a key and a settings folder in the home of whoever runs this.
		process.env.N8N_ENCRYPTION_KEY ??= 'nothing is encrypted here';
		process.env.N8N_USER_FOLDER ??= join(projectRoot, '.cache/n8n-core');
		process.env.N8N_LOG_LEVEL ??= 'silent';
		const base = dirname(createRequire(__filename).resolve('n8n-nodes-base/package.json'));
		const loaders = new Map([
			[PACKAGE, new PackageDirectoryLoader(packageFolder)],
			['n8n-nodes-base', new LazyPackageDirectoryLoader(base)],
		]);
		for (const loader of loaders.values()) await loader.loadAll();
		return new Engine(loaders);
	}

	getByName(nodeType: string): INodeType | IVersionedNodeType {
		const extra = this.extraTypes.get(nodeType);
		if (extra) return extra;
		const [packageName = '', name = ''] = nodeType.split('.');
		const loader = this.loaders.get(packageName);
		if (!loader) throw new Error(`No package has the node type ${nodeType}`);
		return loader.getNode(packageName === PACKAGE ? name.replace(/Tool$/, '') : name).type;
	}

	getByNameAndVersion(nodeType: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(nodeType), version);
	}

	getKnownTypes() {
		return {};
	}

	credentialType(name: string): ICredentialType {
		for (const loader of this.loaders.values()) {
			if (name in loader.known.credentials) return loader.getCredential(name).type;
		}
		throw new Error(`No package has the credential type ${name}`);
	}

	/** Runs a workflow from its trigger, and returns everything the execution leaves behind. */
	async run(file: WorkflowFile, options: RunOptions = {}): Promise<IRun> {
		const workflow = new Workflow({
			id: file.id ?? 'workflow',
			name: file.name,
			nodes: file.nodes,
			connections: file.connections,
			active: false,
			nodeTypes: this,
			settings: { executionOrder: 'v1' },
		});
		const hooks = new ExecutionLifecycleHooks('manual', '1', {
			...file,
			id: workflow.id,
			active: false,
			isArchived: false,
			activeVersionId: null,
			createdAt: new Date(0),
			updatedAt: new Date(0),
		});
		const additionalData = this.additionalData(options.credentials ?? {}, hooks);
		const execution = new WorkflowExecute(additionalData, 'manual', createRunExecutionData({}));
		const startNode = options.startNode === undefined ? undefined : workflow.getNode(options.startNode);
		const running = execution.run({
			workflow,
			...(options.pinData && { pinData: options.pinData }),
			...(startNode && { startNode }),
		});
		options.onStart?.(() => running.cancel());
		return await running;
	}

	additionalData(
		credentials: CredentialsByName,
		hooks?: ExecutionLifecycleHooks,
	): IWorkflowExecuteAdditionalData {
		const unsupported = async () => await Promise.reject(new Error('Not part of this engine'));
		return {
			credentialsHelper: new PlainCredentials(this, credentials),
			executeWorkflow: unsupported,
			getRunExecutionData: unsupported,
			getRuntimeCredential: unsupported,
			startRunnerTask: unsupported,
			logAiEvent: () => undefined,
			currentNodeExecutionIndex: 0,
			executionId: '1',
			externalSecretsProxy: new ExternalSecretsProxy(),
			variables: {},
			restApiUrl: BASE_URL,
			instanceBaseUrl: BASE_URL,
			formBaseUrl: BASE_URL,
			formWaitingBaseUrl: BASE_URL,
			formTestBaseUrl: BASE_URL,
			webhookBaseUrl: BASE_URL,
			webhookWaitingBaseUrl: BASE_URL,
			webhookTestBaseUrl: BASE_URL,
			mcpBaseUrl: BASE_URL,
			mcpTestBaseUrl: BASE_URL,
			...(hooks && { hooks }),
		};
	}
}

/** Credentials that are not encrypted, used as n8n uses decrypted ones. */
class PlainCredentials extends ICredentialsHelper {
	constructor(
		private readonly engine: Engine,
		private readonly credentials: CredentialsByName,
	) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		{ name }: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.credentials[name];
		if (!data) throw new Error(`Credential "${name}" does not exist`);
		// n8n fills in the defaults of properties that are not stored.
		const defaults = this.getCredentialsProperties(type).map((property) => [property.name, property.default]);
		return { ...Object.fromEntries(defaults), ...data };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.engine.credentialType(typeName);
		if (typeof authenticate !== 'function') throw new Error('The credential has no authenticate function');
		return await authenticate(credentials, requestOptions);
	}

	/** As n8n's server does it: for an expirable property that is empty, or after a failure; what comes is stored. */
	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { properties, preAuthentication } = this.engine.credentialType(typeName);
		const expirable = properties.find(({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable);
		if (!expirable || !preAuthentication) return undefined;
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;
		const output = await preAuthentication.call(helpers, credentials);
		if (output[expirable.name] === undefined) return undefined;
		const stored = this.credentials[node.credentials?.[typeName]?.name ?? ''];
		return Object.assign(credentials, stored && Object.assign(stored, output), output);
	}

	async runPreAuthentication(): Promise<ICredentialDataDecryptedObject | undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Not part of this engine');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.engine.credentialType(type).properties;
	}
}

/** The items that a node sent out of each of its outputs in its last run. */
export function outputsOf(run: Pick<IRun, 'data'>, nodeName: string): INodeExecutionData[][] {
	const main = run.data.resultData.runData[nodeName]?.at(-1)?.data?.main ?? [];
	return main.map((items) => items ?? []);
}
