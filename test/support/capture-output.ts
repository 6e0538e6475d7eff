/**
 * Keeps all that is written to the console. To be imported before n8n, whose logger takes hold of the console when it
 * is loaded.
 */
export const written: string[] = [];

for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
	console[method] = (...args: unknown[]) => {
		written.push(args.map(String).join(' '));
	};
}
