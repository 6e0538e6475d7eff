// For the credential's form, which imports this folder only.
export { KNOWN_REGIONS_TEXT } from '../huawei-cloud/identity/regions';

/** The message of an error that n8n threw. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** Text to be shown where n8n renders HTML, between tags. Elsewhere, such as in an error workflow, quotes stay readable. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
