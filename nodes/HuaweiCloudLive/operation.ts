import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { RelayTasks } from '../../huawei-cloud/live/relayTasks';
import type { ItemParameters } from './parameters';

/** One complete operation of a resource. To add one, write it in its own file and list it in `operations.ts`. */
export interface Operation {
	/** Its entry in the Operation list. */
	option: INodePropertyOptions & { value: string };
	/** Its parameters, shown when it is chosen. */
	properties: INodeProperties[];
	/** Options that it has in addition to those of every operation. */
	options?: INodeProperties[];
	/** Whether it may safely run again. If not, a tool's error must not look to n8n like one to retry. */
	idempotent: boolean;
	/**
	 * Carries it out for one input item.
	 * @throws InputError when a parameter of the item can't be sent
	 */
	run(parameters: ItemParameters, relayTasks: RelayTasks): Promise<OperationResult>;
	/**
	 * The fields it adds to those that every operation's items have.
	 * @param given the Task ID as the item gave it, null if it could not be read
	 */
	fields?(outcome: OperationResult['outcome'], given: unknown): IDataObject;
}

export interface OperationResult {
	/** With the ID of the task that the call was about, or that it created. */
	outcome: Outcome & { taskId?: string };
	/** On success: the items to return, in place of the one that says what was done. */
	items?: IDataObject[];
	/** What a person looking at the output should know about them. */
	note?: string | undefined;
}
