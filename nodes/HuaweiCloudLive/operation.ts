import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { RelayTasks } from '../../huawei-cloud/live/relayTasks';
import type { ItemParameters } from './parameters';

/** One operation of a resource: all there is to it. To add one, write it in a file and name it in `operations.ts`. */
export interface Operation {
	/** How it stands in the Operation list. */
	option: INodePropertyOptions & { value: string };
	/** Its parameters, shown when it is chosen. */
	properties: INodeProperties[];
	/** Options that it has beside those of every operation. */
	options?: INodeProperties[];
	/** What was done to a task, for "2 of 40 tasks could not be …". */
	pastParticiple: string;
	/** Whether it does no harm to run it again. If it may, a tool's error must not look to n8n like one that is worth it. */
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
	/** With the ID of the task that was called about, or created. */
	outcome: Outcome & { taskId?: string };
	/** On success: the items to give, in place of the one that says what was done. */
	items?: IDataObject[];
	/** What a person should know of them who looks at the output. */
	note?: string | undefined;
}
