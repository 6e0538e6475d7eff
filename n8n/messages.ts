/** The message of an error that n8n threw. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
