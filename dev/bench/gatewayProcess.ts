import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { Forked } from '../forked';
import type { Answer, Question, Traffic } from './gateway';

/** A gateway in a process of its own. */
export class GatewayProcess {
	private constructor(
		private readonly program: Forked<Question, Answer>,
		private readonly port: number,
	) {}

	static async start(): Promise<GatewayProcess> {
		const program = new Forked<Question, Answer>(join(__dirname, 'gateway.ts'));
		const answer = await program.ask({ start: true });
		if (!('port' in answer)) throw new Error('The gateway did not start');
		return new GatewayProcess(program, answer.port);
	}

	get url(): string {
		return `https://127.0.0.1:${this.port}`;
	}

	async traffic(project: string): Promise<Traffic> {
		const answer = await this.program.ask({ project });
		if (!('traffic' in answer)) throw new Error('The gateway said something else');
		return answer.traffic;
	}

	async close(): Promise<void> {
		await this.program.close();
	}
}

/** A project that no limiter and no gateway knows anything of yet. */
export function newProject(): string {
	return randomBytes(16).toString('hex');
}
