import Table from 'cli-table3';

import type { Report } from './conformance';
import type { Finding } from './suite';

const VERDICTS: Record<Finding['verdict'], string> = {
	same: 'same',
	differs: 'DIFFERS',
	open: 'open',
	notAsked: 'not asked',
};

/** The widths of the columns: 98 characters in all, with the lines between them. */
const WIDTHS = [26, 26, 30, 11];

/** What is documented and what was seen, a table for each group. */
export function findingsTable(findings: readonly Finding[]): string {
	const groups = [...new Set(findings.map(({ group }) => group))];
	return groups
		.map((group) => {
			const table = new Table({
				head: [group, 'documented', 'seen', ''],
				colWidths: WIDTHS,
				wordWrap: true,
				style: { head: [], border: [], compact: true },
			});
			for (const { group: own, asked, documented, seen, verdict } of findings) {
				if (own === group) table.push([asked, documented, seen, VERDICTS[verdict]].map(breakable));
			}
			return table.toString();
		})
		.join('\n');
}

/** With a space in words that no column holds, since they would be cut off. */
const breakable = (text: string) => text.replace(/\S{24}(?=\S)/g, '$& ');

/** Every difference in full, what is open, and what may be left. */
export function summary({ findings, ended, remains, stillForbidden }: Report, marker: string): string {
	const of = (verdict: Finding['verdict']) => findings.filter((finding) => finding.verdict === verdict);
	const differing = of('differs');
	const lines = [
		`${of('same').length} as documented, ${differing.length} different, ${of('open').length} that the documentation leaves open, ${of('notAsked').length} not asked.`,
		...differing.map(
			({ group, asked, documented, seen, differences, requestId }, index) =>
				`\nDifference ${index + 1}: ${group}, ${asked}\n  documented  ${documented}\n  seen        ${seen}\n  that is     ${differences.join('; ')}\n  request ID  ${requestId ?? 'none'}`,
		),
	];
	if (ended !== undefined) lines.push(`\nNot all was asked: ${ended}.`);
	if (remains.left.length > 0) {
		lines.push(
			`\nNOT DELETED: the task ${remains.left.join(', ')}, named ${marker}. Delete it before it starts, in six days.`,
		);
	}
	if (remains.unsure) {
		lines.push(
			`\nTHERE MAY BE A TASK named ${marker}: no usable response came when it was created, and it is not in the list. Look for it in the console; it would start in six days.`,
		);
	}
	if (stillForbidden) lines.push('\nTHE STREAM MAY STILL BE FORBIDDEN: resume it in the console.');
	return lines.join('\n');
}

/** Whether all that was asked is as documented, nothing ended early, and nothing is left. */
export function isAllWell({ findings, ended, remains, stillForbidden }: Report): boolean {
	return (
		ended === undefined &&
		!findings.some(({ verdict }) => verdict === 'differs') &&
		remains.left.length === 0 &&
		!remains.unsure &&
		!stillForbidden
	);
}
