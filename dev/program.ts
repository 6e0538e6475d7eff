/** Invalid arguments of a command. The message is for the caller. */
export class UsageError extends Error {}

/** Runs a command. An error ends it with its message and those of its causes: exit code 2 for invalid arguments, else 1. */
export async function runCommand(main: () => unknown): Promise<void> {
	try {
		await main();
	} catch (error) {
		for (let cause = error; cause instanceof Error; cause = cause.cause) console.error(cause.message);
		const isUsage = error instanceof UsageError || /^ERR_PARSE_ARGS/.test(String(Object(error).code));
		process.exitCode = isUsage ? 2 : 1;
	}
}
