import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Order, Report } from './cloud';

/** The emulated cloud, seen from the process that is measured. */
export class CloudProcess {
	private constructor(private readonly child: ChildProcess) {}

	static start(projectId: string, token: string): CloudProcess {
		return new CloudProcess(
			fork(join(__dirname, 'cloud.ts'), [projectId, token], { execArgv: ['--import', 'tsx'] }),
		);
	}

	/** Has these tasks and no others. */
	async fill(taskIds: string[]): Promise<Report> {
		return await this.ask({ add: taskIds });
	}

	async report(): Promise<Report> {
		return await this.ask({ report: true });
	}

	async close(): Promise<void> {
		this.child.disconnect();
		await once(this.child, 'exit');
	}

	private async ask(order: Order): Promise<Report> {
		const answered = once(this.child, 'message');
		this.child.send(order);
		const [report]: Report[] = await answered;
		if (!report) throw new Error('The cloud said nothing');
		return report;
	}
}
