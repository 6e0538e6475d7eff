import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Answer, GatewayOptions, Question, Traffic } from './gateway';

/** A gateway in a process of its own. */
export class GatewayProcess {
	private constructor(
		private readonly child: ChildProcess,
		private readonly port: number,
	) {}

	static async start(options: GatewayOptions = {}): Promise<GatewayProcess> {
		const child = fork(join(__dirname, 'gateway.ts'), { execArgv: ['--import', 'tsx'] });
		const answer = await ask(child, { options });
		if (!('port' in answer)) throw new Error('The gateway did not start');
		return new GatewayProcess(child, answer.port);
	}

	get url(): string {
		return `https://127.0.0.1:${this.port}`;
	}

	async traffic(project: string): Promise<Traffic> {
		const answer = await ask(this.child, { project });
		if (!('traffic' in answer)) throw new Error('The gateway said something else');
		return answer.traffic;
	}

	async close(): Promise<void> {
		this.child.disconnect();
		await once(this.child, 'exit');
	}
}

async function ask(child: ChildProcess, question: Question): Promise<Answer> {
	const answered = once(child, 'message');
	child.send(question);
	const [answer]: Answer[] = await answered;
	if (!answer) throw new Error('The gateway said nothing');
	return answer;
}

/** A project that no limiter and no gateway knows anything of yet. */
export function newProject(): string {
	return randomBytes(16).toString('hex');
}
