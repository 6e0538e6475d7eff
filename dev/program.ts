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
