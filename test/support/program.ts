import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const root = resolve(__dirname, '../..');

/**
 * Runs a program of the project to its end, without a terminal.
 * @param env what it gets beside PATH
 */
export async function runProgram(
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>>,
): Promise<{ code: unknown; output: string }> {
	const running = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
		cwd: root,
		env: { PATH: process.env.PATH ?? '', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [output, errors, [code]] = await Promise.all([
		text(running.stdout),
		text(running.stderr),
		once(running, 'exit'),
	]);
	return { code, output: output + errors };
}
