import Table from 'cli-table3';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

const TERMINAL_WIDTH = 80;
/** As long as a UUID. Longer IDs are wrapped. */
const MAX_ID_WIDTH = 36;

/** A column: its head, its width without the blanks around it, and what stands in it. */
interface Column {
	head: string;
	width: number;
	text: (json: IDataObject) => string;
}

const field = (head: string, width: number): Column => ({
	head,
	width,
	text: (json) => (json[head] === undefined ? '' : String(json[head])),
});
const taskId = (width: number): Column => ({
	...field('task_id', width),
	text: ({ task_id }) => wrapped(shown(task_id), width),
});

/** The headings for the tasks of each output, in the order of the outputs. */
const OUTPUTS: ReadonlyArray<{ name: string; outcome: string; columns: (idWidth: number) => Column[] }> = [
	{
		name: 'Success',
		outcome: 'deleted',
		columns: (idWidth) => [taskId(idWidth), field('attempts', 8), field('confirmed_by', 24)],
	},
	{
		name: 'Not Found',
		outcome: 'not found',
		columns: (idWidth) => [taskId(idWidth), field('status_code', 11), field('error_code', 18)],
	},
	{
		name: 'Error',
		outcome: 'could not be deleted',
		columns: (idWidth) => [
			taskId(idWidth),
			// Two columns have three lines, and four blanks.
			{ head: 'what happened and what to do', width: TERMINAL_WIDTH - 7 - idWidth, text: explanation },
		],
	},
];

/** One table for each output of the node, no wider than 80 columns. */
export function outputTables(outputs: readonly INodeExecutionData[][]): string {
	return OUTPUTS.map(({ name, columns }, index) => {
		const items = outputs[index] ?? [];
		const title = `\n${name} (${items.length})`;
		if (items.length === 0) return title;
		const lengths = items.map(({ json }) => shown(json.task_id).length);
		const idWidth = Math.min(MAX_ID_WIDTH, Math.max('task_id'.length, ...lengths));
		return `${title}\n${tableOf(columns(idWidth), items)}`;
	}).join('\n');
}

/** One sentence: how many tasks met which end. */
export function summary(outputs: readonly INodeExecutionData[][]): string {
	const parts = OUTPUTS.flatMap(({ outcome }, index) => {
		const count = outputs[index]?.length ?? 0;
		return count === 0 ? [] : [`${count} ${outcome}`];
	});
	const all = outputs.reduce((sum, { length }) => sum + length, 0);
	return `Of ${all} relay ${all === 1 ? 'task' : 'tasks'}: ${parts.join(', ')}.`;
}

/** The items of each step of a workflow, by output, no wider than 80 columns. */
export function stepTable(
	steps: ReadonlyArray<readonly [name: string, outputs: readonly INodeExecutionData[][]]>,
): string {
	const items = steps.flatMap(([step, outputs]) =>
		outputs.flatMap((each, index) =>
			each.map(({ json }) => ({ json: { step, output: OUTPUTS[index]?.name ?? '', item: json } })),
		),
	);
	const item: Column = {
		head: 'item',
		width: 48,
		text: (json) => JSON.stringify(json.item, null, 1).replace(/\n\s*/g, ' '),
	};
	return tableOf([field('step', 10), field('output', 9), item], items);
}

function tableOf(columns: readonly Column[], items: readonly INodeExecutionData[]): string {
	const table = new Table({
		head: columns.map(({ head }) => head),
		colWidths: columns.map(({ width }) => width + 2),
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const { json } of items) table.push(columns.map(({ text }) => text(json)));
	return table.toString();
}

function explanation({ error, hint, category, attempts, request_id }: IDataObject): string {
	const request = request_id === undefined ? '' : `\nrequest_id: ${String(request_id)}`;
	return `${String(error)}\n${String(hint)}\n(${String(category)}, attempts: ${String(attempts)})${request}`;
}

/** White space would be seen as nothing. */
function shown(value: unknown): string {
	return typeof value === 'string' && value.trim() !== '' ? value : String(JSON.stringify(value));
}

/** A long word in lines, since the table would cut it off. */
function wrapped(text: string, width: number): string {
	return text.replace(new RegExp(`.{${width}}(?=.)`, 'gu'), '$&\n');
}

/** Text in lines of up to 80 columns, indented by two. */
export function inLines(text: string): string {
	return text.replace(/(.{1,78})(?:\s+|$)/g, '  $1\n').trimEnd();
}
