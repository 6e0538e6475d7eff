import type { HttpRequest, HttpResponse } from '../../huawei-cloud/http/http';
import type { Silence } from './answer';
import type { Masking } from './masking';

/** Headers whose values say nothing of who called. The values of all others are left out. */
const HARMLESS = new Set([
	'allow',
	'content-length',
	'content-type',
	'date',
	'retry-after',
	'server',
	'x-request-id',
	'x-sdk-date',
]);

/** All requests and answers, as they may be passed on. */
export class Transcript {
	private readonly entries: string[] = [];

	constructor(private readonly masking: Masking) {}

	/** What the following exchanges are for. */
	heading(title: string): void {
		this.entries.push(`## ${title}`);
	}

	add(request: HttpRequest, response: HttpResponse | Silence): void {
		const { method, path, headers, body } = request;
		const lines = [`> ${method} ${this.masking.text(path)}`, ...this.headersOf(headers, '>')];
		if (body !== undefined) lines.push('>', `> ${this.masking.text(body)}`);
		if ('silence' in response) {
			lines.push(`< no answer: ${response.silence}`);
		} else {
			const requestId = response.headers['x-request-id'];
			lines.push(`< ${response.status}`, ...this.headersOf(response.headers, '<', requestId));
			if (response.body !== '') lines.push('<', `< ${this.masking.body(response.body, requestId)}`);
		}
		this.entries.push(lines.join('\n'));
	}

	toString(): string {
		return `${this.entries.join('\n\n')}\n`;
	}

	private headersOf(headers: Readonly<Record<string, string>>, mark: string, requestId?: string): string[] {
		return Object.entries(headers).map(([name, value]) => {
			const isHarmless = HARMLESS.has(name.toLowerCase());
			return `${mark} ${name}: ${isHarmless ? this.masking.text(value, requestId) : '<left out>'}`;
		});
	}
}
