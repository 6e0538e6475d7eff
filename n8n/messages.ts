/** What n8n says in an error of its own. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
