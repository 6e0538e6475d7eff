import type { Caller, Request, Send } from './caller';
import type { Documented } from './documented';
import type { OwnTasks } from './ownTasks';
import { describe, isNotPermitted, type Seen } from './response';

/** The result of one question. */
export interface Finding {
	group: string;
	asked: string;
	documented: string;
	seen: string;
	verdict: 'same' | 'DIFFERS' | 'open' | 'not asked';
	/** In which respects the response differs. */
	differences: string[];
	requestId: string | undefined;
}

/** A finding to be judged. Without differences, the documentation leaves it open. */
type Noted = Pick<Finding, 'asked' | 'documented' | 'seen'> & {
	differences?: string[] | undefined;
	requestId?: string | undefined;
	verdict?: 'not asked';
};

/** A request, and what the documentation says comes back. */
export type Question = readonly [asked: string, request: Request, documented: Documented];

/** Asks questions, compares the responses with the documentation, and keeps the findings. */
export class Suite {
	readonly findings: Finding[] = [];
	private group = '';

	/** @param signal ends the questions, at once */
	constructor(
		private readonly caller: Caller,
		readonly own: OwnTasks,
		private readonly signal: AbortSignal,
	) {}

	/** Begins a subject. */
	begin(group: string): this {
		this.group = group;
		return this;
	}

	/** Sends a request without a question. */
	readonly send: Send = async (request) => await this.caller.send(request, this.signal);

	/** Sends a request and notes whether the response is as documented. */
	async ask(...[asked, request, documented]: Question): Promise<Seen> {
		this.caller.transcript.heading(`${this.group}: ${asked}`);
		const seen = await this.send(request);
		if (isNotPermitted(seen)) this.skip(asked, `the credential lacks the permission: ${describe(seen)}`);
		else {
			const note = seen.noResponse === undefined ? documented.note?.(seen) : undefined;
			const differences = documented.differences?.(seen);
			const requestId = seen.headers['x-request-id'];
			this.add({ asked, documented: documented.says, seen: note ?? describe(seen), differences, requestId });
		}
		return seen;
	}

	/** Asks one question after the other, whatever the responses. */
	async askEach(questions: readonly Question[]): Promise<void> {
		for (const question of questions) await this.ask(...question);
	}

	/** Notes whether something seen before is as documented. */
	compare(asked: string, documented: string, seen: string): void {
		this.add({ asked, documented, seen, differences: seen === documented ? [] : [`it is ${seen}`] });
	}

	/** Notes something that was not asked, and why. */
	skip(asked: string, why: string): void {
		this.add({ asked, documented: '', seen: why, verdict: 'not asked' });
	}

	/** Notes an observation that the documentation leaves open. */
	remark(asked: string, seen: string): void {
		this.add({ asked, documented: 'open', seen });
	}

	private add({ seen, differences, ...noted }: Noted): void {
		const verdict = !differences ? 'open' : differences.length > 0 ? 'DIFFERS' : 'same';
		const masked = (text: string) => this.caller.masking.text(text);
		this.findings.push({
			...{ group: this.group, verdict, requestId: undefined, ...noted },
			seen: masked(seen),
			differences: (differences ?? []).map(masked),
		});
	}
}
