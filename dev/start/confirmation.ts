import { createInterface } from 'node:readline';

import { UsageError } from '../program';

/**
 * Asks the user at the terminal.
 * @param yes what has to be typed to go on
 * @throws UsageError when there is none
 */
export async function isConfirmed(question: string, yes: RegExp): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new UsageError('There is no terminal to ask for confirmation: add --yes to skip it.');
	}
	process.stdout.write(question);
	for await (const answer of createInterface({ input: process.stdin })) return yes.test(answer.trim());
	// Ctrl-D.
	return false;
}
