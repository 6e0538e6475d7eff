import { PollContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { CredentialsByName, Engine } from '../../dev/n8n/engine';
import { CREDENTIALS, node, workflowOf } from './nodeRun';

export const TRIGGER_TYPE = 'n8n-nodes-huawei-cloud-live.huaweiCloudLiveTrigger';

/** A published workflow with our trigger. Each poll begins with what n8n has stored, as after a restart. */
export class Poller {
	/** The static data that n8n stores for the workflow. */
	stored = '{}';
	readonly node: INode;

	constructor(
		private readonly engine: Engine,
		parameters: INodeParameters,
		public credentials: CredentialsByName,
	) {
		this.node = node('Trigger', TRIGGER_TYPE, parameters, { credentials: CREDENTIALS });
	}

	/**
	 * @param workflow as n8n holds it in memory, for polls that overlap; default: loaded anew
	 * @returns the JSON of the items; null when nothing starts
	 */
	async poll(
		mode: WorkflowExecuteMode = 'trigger',
		workflow: Workflow = this.load(),
	): Promise<IDataObject[] | null> {
		const { poll } = this.engine.getByNameAndVersion(TRIGGER_TYPE);
		if (!poll) throw new Error('The node does not poll');
		const additionalData = this.engine.additionalData(this.credentials);
		const context = new PollContext(workflow, this.node, additionalData, mode, 'activate');
		try {
			const outputs: INodeExecutionData[][] | null = await Reflect.apply(poll, context, []);
			return outputs === null ? null : outputs.flat().map(({ json }) => json);
		} finally {
			this.stored = JSON.stringify(workflow.staticData);
		}
	}

	load(): Workflow {
		const more = { id: 'workflow', active: true, staticData: JSON.parse(this.stored) };
		return workflowOf(this.engine, this.node, more);
	}
}
