/**
 * Keeps everything that is written to the console. To be imported before n8n, whose logger takes hold of the console when it
 * is loaded; it writes to the streams below it, too.
 */
export const written: string[] = [];

const keep = (...args: unknown[]): boolean => written.push(args.map(String).join(' ')) > 0;

for (const method of ['log', 'info', 'warn', 'error', 'debug']) Reflect.set(console, method, keep);
for (const stream of ['_stdout', '_stderr']) {
	Object.defineProperty(console, stream, { value: { write: keep }, configurable: true });
}
