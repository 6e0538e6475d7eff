/**
 * Runs jest with a certificate authority of the tests' own. Node reads NODE_EXTRA_CA_CERTS once, when a process starts,
 * so it has to be set before jest begins.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { generate } from 'selfsigned';

const folder = join(import.meta.dirname, '../.cache/test-ca');
const { cert, private: key } = await generate([{ name: 'commonName', value: 'Test CA' }], {
	algorithm: 'sha256',
	extensions: [
		{ name: 'basicConstraints', cA: true, critical: true },
		{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
	],
});
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'ca.pem'), cert);
writeFileSync(join(folder, 'ca.key'), key, { mode: 0o600 });

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], {
	stdio: 'inherit',
	env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
});
process.exitCode = status ?? 1;
