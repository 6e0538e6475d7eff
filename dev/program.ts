import { createInterface } from 'node:readline';

/** A JSON text's value; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Invalid arguments of a command. The message is for the caller. */
export class UsageError extends Error {}

/** Runs a command. An error ends it with its message and those of its causes: exit code 2 for invalid arguments, else 1. */
export async function runCommand(main: () => unknown): Promise<void> {
	try {
		await main();
	} catch (error) {
		for (let cause = error; cause instanceof Error; cause = cause.cause) {
			console.error('hint' in cause ? `${cause.message} ${String(cause.hint)}` : cause.message);
		}
		const { name, code } = Object(error);
		const isUsage = name === 'CredentialError' || /^ERR_PARSE_ARGS/.test(String(code));
		process.exitCode = isUsage || error instanceof UsageError ? 2 : 1;
	}
}

/** Asks the user at the terminal for what matches `yes`. @throws UsageError when there is no terminal */
export async function isConfirmed(question: string, yes: RegExp): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new UsageError('There is no terminal to ask for confirmation: add --yes to skip it.');
	}
	process.stdout.write(question);
	for await (const answer of createInterface({ input: process.stdin })) return yes.test(answer.trim());
	// Ctrl-D.
	return false;
}
