import type { HttpRequest, HttpResponse } from '../../huawei-cloud/http/http';
import type { Masking } from './masking';
import type { NoResponse } from './response';

/** Headers whose values say nothing of the caller. The values of all others are left out. */
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

/** All requests and responses, as they may be passed on. */
export class Transcript {
	private readonly entries: string[] = [];

	constructor(private readonly masking: Masking) {}

	/** The purpose of the exchanges that follow. */
	heading(title: string): void {
		this.entries.push(`## ${title}`);
	}

	add(request: HttpRequest, response: HttpResponse | NoResponse): void {
		const { method, path, headers, body } = request;
		const lines = [`> ${method} ${this.masking.text(path)}`, ...this.headersOf(headers, '>')];
		if (body !== undefined) lines.push('>', `> ${this.masking.text(body)}`);
		if ('noResponse' in response) {
			lines.push(`< no response: ${response.noResponse}`);
		} else {
			const requestId = response.headers['x-request-id'];
			lines.push(`< ${response.status}`, ...this.headersOf(response.headers, '<', requestId));
			if (response.body !== '') lines.push('<', `< ${this.masking.body(response.body, requestId)}`);
		}
		this.entries.push(lines.join('\n'));
	}

	/** Each question with its requests, one a line, and nothing of the responses. */
	requests(): string {
		const lines = this.entries.flatMap((entry) => entry.split('\n')).filter((line) => /^(##|> .)/.test(line));
		const shown = lines.filter((line) => !/^> [\w-]+: /.test(line));
		const isRepeated = (line: string, index: number) => line.startsWith('>') && line === shown[index - 1];
		return shown.filter((line, index) => !isRepeated(line, index)).join('\n');
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
