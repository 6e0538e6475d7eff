import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

export const NOBODY_TO_ASK = 'There is no terminal to ask for confirmation: add --yes to skip it.';

/**
 * Asks the user at the terminal.
 * @param yes what has to be typed to go on
 */
export async function isConfirmed(question: string, yes: RegExp): Promise<boolean> {
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	// Ctrl-D and Ctrl-C close it: Node.js then returns no answer, or an error.
	const answering = terminal.question(question).catch(() => '');
	const answer = await Promise.race([answering, once(terminal, 'close').then(() => '')]);
	terminal.close();
	return yes.test(answer.trim());
}
