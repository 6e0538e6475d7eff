import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { once } from 'node:events';

/** One of our programs in its own process, which answers one question at a time over Node's channel. */
export class Forked<Question extends Serializable, Answer> {
	private readonly child: ChildProcess;

	constructor(program: string, args: readonly string[] = []) {
		this.child = fork(program, args, { execArgv: ['--import', 'tsx'] });
	}

	async ask(question: Question): Promise<Answer> {
		const answered = once(this.child, 'message');
		this.child.send(question);
		const [answer]: Answer[] = await answered;
		if (answer === undefined) throw new Error('The program sent no message');
		return answer;
	}

	/** Ends the program: it exits when the channel closes. */
	async close(): Promise<void> {
		this.child.disconnect();
		await once(this.child, 'exit');
	}
}
