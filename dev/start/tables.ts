import Table from 'cli-table3';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

const TERMINAL_WIDTH = 80;
/** As long as a UUID. Longer IDs are wrapped. */
const MAX_ID_WIDTH = 36;

/** Widths of columns by their heads: fields of an item. */
type Widths = Readonly<Record<string, number>>;

const EXPLANATION = 'what happened and what to do';

/** The outputs, in their order, with the columns for their tasks. */
const OUTPUTS: ReadonlyArray<{ name: string; outcome: string; columns: (idWidth: number) => Widths }> = [
	{ name: 'Success', outcome: 'deleted', columns: () => ({ attempts: 8, confirmed_by: 24 }) },
	{ name: 'Not Found', outcome: 'not found', columns: () => ({ status_code: 11, error_code: 18 }) },
	{
		name: 'Error',
		outcome: 'could not be deleted',
		// Two columns have three lines, and four blanks.
		columns: (idWidth) => ({ [EXPLANATION]: TERMINAL_WIDTH - 7 - idWidth }),
	},
];

/** One table for each output of the node, no wider than 80 columns. */
export function outputTables(outputs: readonly INodeExecutionData[][]): string {
	return OUTPUTS.map(({ name, columns }, index) => {
		const items = outputs[index] ?? [];
		const title = `\n${name} (${items.length})`;
		if (items.length === 0) return title;
		const rows = items.map(({ json }) => ({
			...json,
			task_id: shown(json.task_id),
			[EXPLANATION]: explanation(json),
		}));
		const lengths = rows.map(({ task_id }) => task_id.length);
		const idWidth = Math.min(MAX_ID_WIDTH, Math.max('task_id'.length, ...lengths));
		return `${title}\n${tableOf({ task_id: idWidth, ...columns(idWidth) }, rows)}`;
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
	const rows = steps.flatMap(([step, outputs]) =>
		outputs.flatMap((items, index) =>
			items.map(({ json }) => {
				const item = JSON.stringify(json, null, 1).replace(/\n\s*/g, ' ');
				return { step, output: OUTPUTS[index]?.name, item };
			}),
		),
	);
	return tableOf({ step: 10, output: 9, item: 48 }, rows);
}

/** @param isCompact without lines between the rows */
export function tableOf(widths: Widths, rows: readonly IDataObject[], isCompact = false): string {
	const table = new Table({
		head: Object.keys(widths),
		colWidths: Object.values(widths).map((width) => width + 2),
		wordWrap: true,
		style: { head: [], border: [], compact: isCompact },
	});
	// A word that is longer than a line, such as an ID, would be cut off.
	const broken = (text: string, width: number) =>
		text.replace(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$& ');
	for (const row of rows) {
		table.push(Object.entries(widths).map(([head, width]) => broken(String(row[head] ?? ''), width)));
	}
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

/** Text in lines of up to 80 columns, indented by two. */
export function inLines(text: string): string {
	return text.replace(/(.{1,78})(?:\s+|$)/g, '  $1\n').trimEnd();
}
