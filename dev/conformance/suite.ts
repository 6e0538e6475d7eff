import type { Caller, Request } from './caller';
import type { Documented } from './documented';
import type { Send } from './taskLists';
import { describe, isMissing, isNotPermitted, type Seen } from './response';

/** The result of one question. */
export interface Finding {
	group: string;
	asked: string;
	documented: string;
	seen: string;
	verdict: 'same' | 'differs' | 'open' | 'notAsked';
	/** In which respects the response differs. */
	differences: string[];
	requestId: string | undefined;
}

/** Asks questions, compares the responses with the documentation, and keeps the findings. */
export class Suite {
	readonly findings: Finding[] = [];
	private readonly requestIds = new Map<string, number>();
	private group = '';

	/** @param signal ends the questions, at once */
	constructor(
		private readonly caller: Caller,
		private readonly signal: AbortSignal,
	) {}

	/** Begins a subject. */
	begin(group: string): void {
		this.group = group;
	}

	/** Sends a request without a question. */
	readonly send: Send = async (request) => await this.caller.send(request, this.signal);

	/** Sends a request and notes whether the response is as documented. */
	async ask(asked: string, request: Request, documented: Documented): Promise<Seen> {
		this.caller.transcript.heading(`${this.group}: ${asked}`);
		const seen = await this.send(request);
		this.note(asked, documented, seen);
		this.countRequestId(seen);
		return seen;
	}

	/** Notes a response that was received before. */
	note(asked: string, documented: Documented, seen: Seen): void {
		if (isNotPermitted(seen)) {
			this.skip(asked, `the credential may not: ${describe(seen)}`);
			return;
		}
		const differences = documented.differences?.(seen) ?? [];
		const remark = isMissing(seen) ? undefined : documented.note?.(seen);
		this.findings.push({
			group: this.group,
			asked,
			documented: documented.says,
			seen: this.clean(remark ?? describe(seen), seen),
			verdict: !documented.differences ? 'open' : differences.length > 0 ? 'differs' : 'same',
			differences: differences.map((difference) => this.clean(difference, seen)),
			requestId: isMissing(seen) ? undefined : seen.headers['x-request-id'],
		});
	}

	/** Notes something that was not asked, and why. */
	skip(asked: string, why: string): void {
		this.findings.push({
			group: this.group,
			asked,
			documented: '',
			seen: this.caller.masking.text(why),
			verdict: 'notAsked',
			differences: [],
			requestId: undefined,
		});
	}

	/** The same for all questions of a subject. */
	skipGroup(group: string, why: string): void {
		this.begin(group);
		this.skip('all of it', why);
	}

	/** How the header X-Request-Id and the body's request_id go together is documented for other pages of the API only. */
	noteRequestIds(): void {
		this.begin('Request IDs');
		const seen = [...this.requestIds].map(([relation, count]) => `${relation}: ${count}`).join('; ');
		this.remark('X-Request-Id beside request_id', seen || 'no JSON object came');
	}

	private countRequestId(seen: Seen): void {
		if (isMissing(seen) || !seen.json) return;
		const header = seen.headers['x-request-id'];
		const relation = relationOf(header, seen.json.request_id);
		this.requestIds.set(relation, (this.requestIds.get(relation) ?? 0) + 1);
	}

	/** Notes an observation that the documentation leaves open. */
	remark(asked: string, seen: string): void {
		this.findings.push({
			group: this.group,
			asked,
			documented: 'open',
			seen: this.caller.masking.text(seen),
			verdict: 'open',
			differences: [],
			requestId: undefined,
		});
	}

	private clean(text: string, seen: Seen): string {
		return this.caller.masking.text(text, isMissing(seen) ? undefined : seen.headers['x-request-id']);
	}
}

function relationOf(header: string | undefined, inBody: unknown): string {
	if (typeof inBody !== 'string') return header === undefined ? 'neither' : 'header only';
	if (header === undefined) return 'body only';
	if (header === inBody) return 'equal';
	return header.startsWith(inBody) ? 'the header begins with it' : 'different';
}
