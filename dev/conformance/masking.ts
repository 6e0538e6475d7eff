import type { Redactor } from '../../huawei-cloud/call/redaction';
import type { HttpRequest } from '../../huawei-cloud/http/http';
import type { Credential } from '../../huawei-cloud/identity/credential';
import { revealAll } from '../../huawei-cloud/identity/secret';
import { parseJson } from '../program';
import { isJson, type Seen } from './response';

/** The form of request IDs, and of the IDs of projects and accounts, too. */
const HEX_ID = /\b[0-9a-f]{32}\b/gi;
/** It holds who asked for what, and only the account's owner can decode it. */
const AUTHORIZATION_MESSAGE = 'encoded_authorization_message';

/** Takes out of a text what must not be passed on: secrets, IDs of the account, addresses. */
export class Masking {
	/** These stay as they are, though they look like any other ID. */
	readonly requestIds = new Set<string>();

	/**
	 * @param marker what the suite's own tasks hold; others' tasks are reduced to the names of their fields
	 * @param names what else is the account's, by what to call it
	 */
	constructor(
		private readonly credential: Credential,
		private readonly redactor: Redactor,
		private readonly marker: string,
		private readonly names: Readonly<Record<string, string | undefined>>,
	) {}

	/** A text that may be passed on. One that holds a secret, or a piece of one, is replaced as a whole. */
	text(text: string): string {
		if (text.toLowerCase().includes(AUTHORIZATION_MESSAGE)) return '<authorization message>';
		let masked = this.redactor.redact(text);
		for (const [value, name] of this.known()) masked = masked.replaceAll(value, `<${name}>`);
		return masked
			.replace(/[A-Za-z0-9+/=_-]{200,}/g, '<long text>')
			.replace(HEX_ID, (id) => (this.requestIds.has(id) ? id : '<id>'))
			.replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<address>');
	}

	/** The body of a response. Of what belongs to others, the names and types of the fields stay. */
	body(body: string): string {
		const json = parseJson(body);
		// Cut off after masking: half a secret might not be found.
		return json === undefined ? this.text(body).slice(0, 1000) : JSON.stringify(this.masked(json));
	}

	private masked(value: unknown): unknown {
		if (typeof value === 'string') return this.text(value);
		if (Array.isArray(value)) {
			const isOthers = (entry: unknown) => !JSON.stringify(entry).includes(this.marker);
			return value.map((entry) => this.masked(isJson(entry) && isOthers(entry) ? outline(entry) : entry));
		}
		if (!isJson(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([name, inner]) => [
				this.text(name),
				name === AUTHORIZATION_MESSAGE ? '<left out>' : this.masked(inner),
			]),
		);
	}

	/** The account's names, and secrets too short for the redactor; the longest first, since one may be part of another. */
	private known(): Array<[value: string, name: string]> {
		const { projectId, method } = this.credential;
		const { name: _method, ...signIn } = method;
		const named: Array<[name: string, value: unknown]> = [
			...revealAll(method).map((secret): [string, unknown] => ['secret', secret]),
			...Object.entries({ ...this.names, ...signIn, 'project id': projectId }),
		];
		return named
			.flatMap(([name, value]) =>
				(typeof value === 'string' ? encodedForms(value) : []).map((form): [string, string] => [form, name]),
			)
			.sort(([a], [b]) => b.length - a.length);
	}
}

function encodedForms(value: string): string[] {
	return [
		value,
		encodeURIComponent(value),
		JSON.stringify(value).slice(1, -1),
		Buffer.from(value).toString('base64').replace(/=+$/, ''),
	];
}

/** `{"task_id":"text","source_urls":"list"}`. A status is not secret, and is undocumented. */
function outline(entry: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(entry).map(([name, value]) => [
			name,
			name === 'status' ? value : Array.isArray(value) ? 'list' : value === null ? null : typeof value,
		]),
	);
}

/** Headers whose values say nothing of the caller. The values of all others are left out. */
const HARMLESS = /^(allow|content-length|content-type|date|retry-after|server|x-request-id|x-sdk-date)$/i;

/** All requests and responses, as they may be passed on. */
export class Transcript {
	private readonly entries: string[] = [];

	constructor(private readonly masking: Masking) {}

	/** The purpose of the exchanges that follow. */
	heading(title: string): void {
		this.entries.push(`## ${title}`);
	}

	add({ method, path, headers, body }: HttpRequest, seen: Seen): void {
		for (const id of [seen.headers['x-request-id'], seen.json?.request_id]) {
			if (typeof id === 'string') this.masking.requestIds.add(id);
		}
		const lines = [`> ${method} ${this.masking.text(path)}`, ...this.linesOf(headers, '>')];
		if (body !== undefined) lines.push(`> ${this.masking.text(body)}`);
		if (seen.noResponse !== undefined) lines.push(`< no response: ${seen.noResponse}`);
		else lines.push(`< ${seen.status}`, ...this.linesOf(seen.headers, '<'));
		if (seen.text !== '') lines.push(`< ${this.masking.body(seen.text)}`);
		this.entries.push(lines.join('\n'));
	}

	toString(): string {
		return `${this.entries.join('\n\n')}\n`;
	}

	private linesOf(headers: Readonly<Record<string, string>>, mark: string): string[] {
		return Object.entries(headers).map(
			([name, value]) => `${mark} ${name}: ${HARMLESS.test(name) ? this.masking.text(value) : '<left out>'}`,
		);
	}
}
