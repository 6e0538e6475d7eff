import type { ICredentialDataDecryptedObject, IExecuteFunctions, INodeType } from 'n8n-workflow';

import type { Engine } from '../../dev/n8n/engine';
import { runNode, tasks, type NodeOfWorkflow } from '../../dev/bench/nodes';

/** Parameters that a node asks n8n for, per item. */
export async function evaluationsPerItem(
	engine: Engine,
	node: NodeOfWorkflow,
	credential: ICredentialDataDecryptedObject,
): Promise<number> {
	const [few, many] = [10, 110];
	const type = `counted.${node.type}`;
	let evaluations = 0;
	engine.extraTypes.set(
		type,
		countedNode(engine.getByNameAndVersion(node.type), () => (evaluations += 1)),
	);
	await runNode(engine, { ...node, type }, credential, tasks(few));
	const first = evaluations;
	await runNode(engine, { ...node, type }, credential, tasks(many));
	return (evaluations - 2 * first) / (many - few);
}

/** A node that counts whenever it asks n8n to evaluate something. */
function countedNode(type: INodeType, count: () => void): INodeType {
	return {
		description: type.description,
		async execute() {
			return (await type.execute?.call(counting(this, count))) ?? [];
		},
	};
}

const EVALUATING: ReadonlySet<unknown> = new Set(['getNodeParameter', 'evaluateExpression']);

function counting(context: IExecuteFunctions, count: () => void): IExecuteFunctions {
	return new Proxy(context, {
		get(target, key) {
			if (EVALUATING.has(key)) count();
			const value: unknown = Reflect.get(target, key);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}
