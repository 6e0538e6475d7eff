import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import type { Outcome } from '../../../huawei-cloud/call/outcome';
import type { CALLS } from '../../../huawei-cloud/live/calls';
import type { LiveApi } from '../../../huawei-cloud/live/liveApi';
import type { FormField } from '../../shared/field';
import type { ItemParameters } from '../../shared/parameters';
import type { Options } from '../input/options';

/** A kind of object that operations work on: relay tasks or streams. */
export interface Resource {
	option: INodePropertyOptions & { value: string };
	/** In the order of the Operation list. */
	operations: readonly Operation[];
	defaultOperation: string;
	/** The default operation as an AI tool: one that does no harm if a model runs it by accident. Default: the node's. */
	defaultToolOperation?: string;
	/** The fields that identify it on an item, each with the parameter that it comes from. */
	identity: Readonly<Record<string, string>>;
}

/** One complete operation of a resource. To add one, write it in its own file and list it in `index.ts`. */
export interface Operation {
	option: INodePropertyOptions & { value: string };
	form: readonly FormField[];
	/** The API call that it makes. If that isn't idempotent, a tool's error must not look to n8n like one to retry. */
	call: keyof typeof CALLS;
	/** Runs the operation for one input item. Throws an InputError when a parameter of the item can't be sent. */
	run(parameters: ItemParameters, live: LiveApi, options: Options): Promise<OperationResult>;
	/** The fields it adds to those that every operation's items have. */
	fields?(outcome: Outcome, parameters: ItemParameters): IDataObject;
}

export interface OperationResult {
	outcome: Outcome;
	/** The identity of the resource that the call was about, as it was sent, or that it created, redacted. */
	sent?: IDataObject;
	/** Fields of the task that a look-up found. */
	found?: IDataObject | undefined;
	/** On success: the items to return instead of the one that reports the result. */
	items?: IDataObject[];
	/** A hint to show beside the output. */
	note?: string | undefined;
}
