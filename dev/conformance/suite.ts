import { describe, isNotPermitted, isSilence, type Seen } from './answer';
import type { Caller, Request } from './caller';
import type { Send } from './ownTasks';
import type { Documented } from './documented';

/** What one question brought to light. */
export interface Finding {
	group: string;
	/** What was asked. */
	asked: string;
	documented: string;
	seen: string;
	verdict: 'same' | 'differs' | 'open' | 'notAsked';
	/** In which respects the answer differs. */
	differences: string[];
	requestId: string | undefined;
}

/** Asks questions, holds the answers against the documentation, and keeps what it found. */
export class Suite {
	readonly findings: Finding[] = [];
	private group = '';

	/** @param signal ends the questions, at once */
	constructor(
		private readonly caller: Caller,
		private readonly signal: AbortSignal,
	) {}

	/** What the following questions are about. */
	begin(group: string): void {
		this.group = group;
	}

	/** Sends a request without a question. */
	readonly send: Send = async (request) => await this.caller.send(request, this.signal);

	/** Sends a request and notes whether the answer is as documented. */
	async ask(asked: string, request: Request, documented: Documented): Promise<Seen> {
		this.caller.transcript.heading(`${this.group}: ${asked}`);
		const seen = await this.send(request);
		this.note(asked, documented, seen);
		return seen;
	}

	/** Notes an answer that is there already. */
	note(asked: string, documented: Documented, seen: Seen): void {
		if (isNotPermitted(seen)) {
			this.skip(asked, `the credential may not: ${describe(seen)}`);
			return;
		}
		const differences = documented.differences?.(seen) ?? [];
		const remark = isSilence(seen) ? undefined : documented.note?.(seen);
		this.findings.push({
			group: this.group,
			asked,
			documented: documented.says,
			seen: this.clean(remark ?? describe(seen), seen),
			verdict: !documented.differences ? 'open' : differences.length > 0 ? 'differs' : 'same',
			differences: differences.map((difference) => this.clean(difference, seen)),
			requestId: isSilence(seen) ? undefined : seen.headers['x-request-id'],
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

	private clean(text: string, seen: Seen): string {
		return this.caller.masking.text(text, isSilence(seen) ? undefined : seen.headers['x-request-id']);
	}
}
