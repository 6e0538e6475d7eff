import Table from 'cli-table3';
import type { INodeExecutionData } from 'n8n-workflow';

interface Column {
	field: string;
	width: number;
}

const OUTPUTS: ReadonlyArray<{ name: string; columns: Column[] }> = [
	{
		name: 'Success',
		columns: [
			{ field: 'task_id', width: 24 },
			{ field: 'deleted', width: 9 },
			{ field: 'attempts', width: 10 },
			{ field: 'confirmed_by', width: 26 },
			{ field: 'request_id', width: 36 },
		],
	},
	{
		name: 'Not Found',
		columns: [
			{ field: 'task_id', width: 24 },
			{ field: 'deleted', width: 9 },
			{ field: 'attempts', width: 10 },
			{ field: 'status_code', width: 13 },
			{ field: 'error_code', width: 18 },
		],
	},
	{
		name: 'Error',
		columns: [
			{ field: 'task_id', width: 22 },
			{ field: 'attempts', width: 10 },
			{ field: 'category', width: 12 },
			{ field: 'error', width: 40 },
			{ field: 'hint', width: 46 },
		],
	},
];

/** Prints one table for each output of the node. */
export function printOutputs(outputs: readonly INodeExecutionData[][]): void {
	OUTPUTS.forEach(({ name, columns }, index) => {
		const items = outputs[index] ?? [];
		console.log(`\n${name} (${items.length})`);
		if (items.length === 0) return;
		const table = new Table({
			head: columns.map(({ field }) => field),
			colWidths: columns.map(({ width }) => width),
			wordWrap: true,
			style: { head: [], border: [] },
		});
		for (const { json } of items) {
			table.push(
				columns.map(({ field }) =>
					json[field] === undefined ? '' : JSON.stringify(json[field]).replace(/^"(.*)"$/, '$1'),
				),
			);
		}
		console.log(table.toString());
	});
}

/** Prints what each step of a workflow gave out of which output. */
export function printSteps(
	steps: ReadonlyArray<readonly [name: string, outputs: readonly INodeExecutionData[][]]>,
): void {
	const table = new Table({
		head: ['step', 'output', 'item'],
		colWidths: [14, 12, 100],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const [step, outputs] of steps) {
		outputs.forEach((items, index) => {
			for (const { json } of items)
				table.push([step, OUTPUTS[index]?.name ?? '', JSON.stringify(json, null, 1).replace(/\n\s*/g, ' ')]);
		});
	}
	console.log(table.toString());
}
