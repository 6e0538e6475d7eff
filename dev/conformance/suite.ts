import type { Caller, Request, Send } from './caller';
import type { Documented } from './documented';
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

/** A request, and what the documentation says comes back. */
export type Question = readonly [asked: string, request: Request, documented: Documented];

/** Asks questions, compares the responses with the documentation, and keeps the findings. */
export class Suite {
	readonly findings: Finding[] = [];
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
	async ask(...[asked, request, documented]: Question): Promise<Seen> {
		this.caller.transcript.heading(`${this.group}: ${asked}`);
		const seen = await this.send(request);
		this.note(asked, documented, seen);
		return seen;
	}

	/** Asks one question after the other, whatever the responses. */
	async askEach(questions: readonly Question[]): Promise<void> {
		for (const question of questions) await this.ask(...question);
	}

	/** Notes a response that was received before. */
	note(asked: string, documented: Documented, seen: Seen): void {
		if (isNotPermitted(seen)) return this.skip(asked, `the credential may not: ${describe(seen)}`);
		const differences = documented.differences?.(seen) ?? [];
		const remark = isMissing(seen) ? undefined : documented.note?.(seen);
		this.add(asked, {
			documented: documented.says,
			seen: remark ?? describe(seen),
			verdict: !documented.differences ? 'open' : differences.length > 0 ? 'differs' : 'same',
			differences,
			requestId: isMissing(seen) ? undefined : seen.headers['x-request-id'],
		});
	}

	/** Notes something that was not asked, and why. */
	skip(asked: string, why: string): void {
		this.add(asked, { documented: '', seen: why, verdict: 'notAsked' });
	}

	/** The same for all questions of a subject. */
	skipGroup(group: string, why: string): void {
		this.begin(group);
		this.skip('all of it', why);
	}

	/** Notes an observation that the documentation leaves open. */
	remark(asked: string, seen: string): void {
		this.add(asked, { documented: 'open', seen, verdict: 'open' });
	}

	private add(
		asked: string,
		finding: Pick<Finding, 'documented' | 'seen' | 'verdict'> & Partial<Finding>,
	): void {
		const { differences = [], requestId } = finding;
		const masked = (text: string) => this.caller.masking.text(text, requestId);
		this.findings.push({
			...{ group: this.group, asked, requestId, ...finding },
			seen: masked(finding.seen),
			differences: differences.map(masked),
		});
	}
}
