import type { HttpRequest } from '../../huawei-cloud/http/http';
import type { Masking } from './masking';
import type { Seen } from './response';

/** Headers whose values say nothing of the caller. The values of all others are left out. */
const HARMLESS = /^(allow|content-length|content-type|date|retry-after|server|x-request-id|x-sdk-date)$/i;

/** All requests and responses, as they may be passed on. */
export class Transcript {
	private readonly entries: string[] = [];
	/** Each question with its requests, one a line, and nothing of the responses. */
	readonly requests: string[] = [];

	constructor(private readonly masking: Masking) {}

	/** The purpose of the exchanges that follow. */
	heading(title: string): void {
		this.entries.push(`## ${title}`);
		this.requests.push(`## ${title}`);
	}

	add({ method, path, headers, body }: HttpRequest, seen: Seen): void {
		const first = `> ${method} ${this.masking.text(path)}`;
		const payload = body === undefined ? [] : [`> ${this.masking.text(body)}`];
		const request = [first, ...payload].join('\n');
		if (this.requests.at(-1) !== request) this.requests.push(request);
		const lines = [first, ...this.linesOf(headers, '>'), ...payload];
		if (seen.noResponse !== undefined) lines.push(`< no response: ${seen.noResponse}`);
		else {
			const requestId = seen.headers['x-request-id'];
			lines.push(`< ${seen.status}`, ...this.linesOf(seen.headers, '<', requestId));
			if (seen.text !== '') lines.push(`< ${this.masking.body(seen.text, requestId)}`);
		}
		this.entries.push(lines.join('\n'));
	}

	toString(): string {
		return `${this.entries.join('\n\n')}\n`;
	}

	private linesOf(headers: Readonly<Record<string, string>>, mark: string, requestId?: string): string[] {
		return Object.entries(headers).map(
			([name, value]) =>
				`${mark} ${name}: ${HARMLESS.test(name) ? this.masking.text(value, requestId) : '<left out>'}`,
		);
	}
}
