/**
 * Runs a program with a certificate authority of the tests' own. Node reads NODE_EXTRA_CA_CERTS once, when a process
 * starts, so it has to be set before the program begins. Each run has its own, so that one may watch while another runs.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/**
 * Exits as the program does, and passes signals on to it.
 * @param program the path of a JavaScript file
 * @param args its arguments
 * @returns the process
 */
export async function runWithTestCa(program, args) {
	const cache = join(import.meta.dirname, '../.cache');
	mkdirSync(cache, { recursive: true });
	const folder = mkdtempSync(join(cache, 'test-ca-'));
	const { cert, private: key } = await generate([{ name: 'commonName', value: 'Test CA' }], {
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
		],
	});
	writeFileSync(join(folder, 'ca.pem'), cert);
	writeFileSync(join(folder, 'ca.key'), key, { mode: 0o600 });

	const running = spawn(process.execPath, [program, ...args], {
		stdio: 'inherit',
		env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), TEST_CA: folder },
	});
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running.kill(signal));
	running.on('exit', (code) => {
		rmSync(folder, { recursive: true, force: true });
		process.exitCode = code ?? 1;
	});
	return running;
}
