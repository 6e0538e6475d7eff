import type { ApiResponse } from '../http/response';
import type { ResponseSummary } from './outcome';

/** Removes the secrets of one credential from what the service says. */
export class Redaction {
	private secrets: readonly string[] = [];
	private spellings: readonly string[] = [];

	/** What the service said, with any secret that it quoted back removed. */
	redacted(
		{ status, errorCode, errorMsg, requestId }: ApiResponse,
		secrets: readonly string[],
	): Omit<ResponseSummary, 'attempts'> {
		this.know(secrets);
		return {
			statusCode: status,
			errorCode: this.clean(errorCode),
			errorMsg: this.clean(errorMsg),
			requestId: this.clean(requestId),
		};
	}

	/** Spelling secrets costs more than looking for them, and they seldom change: tokens are renewed once a day. */
	private know(secrets: readonly string[]): void {
		const { secrets: known } = this;
		if (secrets.length === known.length && secrets.every((secret, index) => secret === known[index])) return;
		this.secrets = [...secrets];
		// The longest first: one secret may be part of another.
		this.spellings = secrets.flatMap(spellingsOf).sort((a, b) => b.length - a.length);
	}

	private clean<Text extends string | null | undefined>(text: Text) {
		return typeof text === 'string'
			? this.spellings.reduce((cleaner, secret) => cleaner.replaceAll(secret, '***'), String(text))
			: text;
	}
}

/** The ways a secret may be quoted: as is, in a URL, in JSON, in Base64. */
function spellingsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64');
	const json = JSON.stringify(secret).slice(1, -1);
	return [secret, encodeURIComponent(secret), json, base64, base64.replace(/=+$/, '')];
}
