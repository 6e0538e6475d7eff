import { tableOf } from '../start/tables';
import type { Report } from './conformance';
import type { Remains } from './ownTasks';
import type { Finding } from './suite';

/** The documentation beside the responses, a table for each group, 98 columns wide. */
export function findingsTable(findings: readonly Finding[]): string {
	const groups = [...new Set(findings.map(({ group }) => group))];
	return groups
		.map((group) => {
			const rows = findings
				.filter((finding) => finding.group === group)
				.map(({ asked, documented, seen, verdict }) => ({ [group]: asked, documented, seen, '': verdict }));
			return tableOf({ [group]: 24, documented: 24, seen: 28, '': 9 }, rows, true);
		})
		.join('\n');
}

/** How the questions were answered, and everything that is not as it should be. */
export function summary(report: Report, marker: string): string {
	const count = (verdict: Finding['verdict']) =>
		report.findings.filter((one) => one.verdict === verdict).length;
	return [
		`${count('same')} as documented, ${count('DIFFERS')} different, ${count('open')} left open by the documentation, ${count('not asked')} not asked.`,
		...faults(report, marker),
	].join('\n');
}

/** True if every answer is as documented, nothing ended early, and nothing is left behind. */
export const isAllWell = (report: Report) => faults(report, '').length === 0;

/** Every difference in full, and everything that may be left. */
function faults({ findings, ended, remains, stillForbidden }: Report, marker: string): string[] {
	const differing = findings.filter(({ verdict }) => verdict === 'DIFFERS');
	const lines = differing.map(
		({ group, asked, documented, seen, differences, requestId }, index) =>
			`\nDifference ${index + 1}: ${group}, ${asked}\n  documented  ${documented}\n  seen        ${seen}\n  difference  ${differences.join('; ')}\n  request ID  ${requestId ?? 'none'}`,
	);
	if (ended !== undefined) lines.push(`\nStopped early: ${ended}.`);
	lines.push(...warnings(remains, marker));
	if (stillForbidden) {
		lines.push(
			'\n!!! THE STREAM MAY STILL BE FORBIDDEN: the one given with --forbid. Resume it in the Live console of its domain.',
		);
	}
	return lines;
}

/** Anything that was left behind, and what to do about it; also after an interrupted clean-up. */
export function warnings({ left, mayBeMore, claimed }: Remains, marker: string): string[] {
	const lines = left.map(
		({ id, region, startTime }) =>
			`\n!!! NOT DELETED: a relay task of this suite is still listed\n  task ID  ${id}\n  region   ${region ?? 'none is listed'}\n  start    ${startTime}\n  Open the Live console in this region, find the relay task by its ID, and delete it before it starts.`,
	);
	if (mayBeMore) {
		lines.push(
			`\n!!! THERE MAY BE A RELAY TASK whose stream name begins with ${marker}: a creation was not rejected, and no complete list showed its task. Look for it in the Live console, in every region, and delete it. It starts in six days.`,
		);
	}
	for (const id of claimed) {
		lines.push(
			`  The response to the creation has the task ID ${id}. No list showed that this task is the suite's, so it was not deleted: delete it only if its stream name begins with ${marker}.`,
		);
	}
	return lines;
}
