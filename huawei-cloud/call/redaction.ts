import type { ApiResponse } from '../http/response';
import type { ResponseSummary } from './outcome';

/** What the service said, with any secret that it quoted back removed. */
export function redacted(
	{ status, errorCode, errorMsg, requestId }: ApiResponse,
	secrets: readonly string[],
): Omit<ResponseSummary, 'attempts'> {
	// The longest first: one secret may be part of another.
	const spellings = secrets.flatMap(spellingsOf).sort((a, b) => b.length - a.length);
	const clean = <T extends string | null | undefined>(text: T) =>
		typeof text === 'string'
			? spellings.reduce((cleaner, secret) => cleaner.replaceAll(secret, '***'), String(text))
			: text;
	return {
		statusCode: status,
		errorCode: clean(errorCode),
		errorMsg: clean(errorMsg),
		requestId: clean(requestId),
	};
}

/** The ways a secret may be quoted: as is, in a URL, in JSON, in Base64. */
function spellingsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64');
	const json = JSON.stringify(secret).slice(1, -1);
	return [secret, encodeURIComponent(secret), json, base64, base64.replace(/=+$/, '')];
}
