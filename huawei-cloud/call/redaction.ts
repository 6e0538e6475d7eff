import type { ApiResponse } from '../http/response';
import type { ResponseSummary } from './outcome';

/** What a response says that outcomes report, without secrets. */
export type Said = Omit<ResponseSummary, 'attempts'>;

/** What acts on a terminal or a log, or turns the direction of text. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const CONTROLS_EACH = new RegExp(CONTROLS, 'gu');
const LINE_BREAKS = /[\t\r\n]+/g;

/** Removes the secrets of one credential from what the service says. */
export class Redaction {
	private secrets: readonly string[] = [];
	private spellings: readonly string[] = [];

	/** What the service said, with control characters and any secret that it quoted back removed. */
	redacted(
		{ status, errorCode, errorMsg, errorDetail, requestId }: ApiResponse,
		secrets: readonly string[],
	): Said {
		this.know(secrets);
		return {
			statusCode: status,
			errorCode: this.clean(errorCode),
			errorMsg: this.clean(errorMsg),
			errorDetail: this.clean(errorDetail),
			requestId: this.clean(requestId),
		};
	}

	/** Spelling secrets costs more than looking for them, and they seldom change: tokens are renewed once a day. */
	private know(secrets: readonly string[]): void {
		// One that is no longer used may stay known: nobody should see that either.
		if (secrets.every((secret, index) => secret === this.secrets[index])) return;
		this.secrets = [...secrets];
		// The longest first: one secret may be part of another.
		this.spellings = [...new Set(secrets.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
	}

	private clean<Nothing extends null | undefined>(text: string | Nothing): string | Nothing {
		if (typeof text !== 'string') return text;
		const cleaner = this.withoutSecrets(text);
		if (!CONTROLS.test(cleaner)) return cleaner;
		// Once more: a secret may be there only without the controls.
		return this.withoutSecrets(cleaner.replace(LINE_BREAKS, ' ').replaceAll(CONTROLS_EACH, ''));
	}

	private withoutSecrets(text: string): string {
		return this.spellings.reduce((cleaner, secret) => cleaner.replaceAll(secret, '***'), text);
	}
}

/** The ways a secret may be quoted: as is, in a URL, in JSON, in Base64. */
function spellingsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64');
	const json = JSON.stringify(secret).slice(1, -1);
	return [secret, encodeURIComponent(secret), json, base64, base64.replaceAll('=', '')];
}
