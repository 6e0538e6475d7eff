import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** Writes a new certificate authority, `ca.pem` and `ca.key`, into a folder. */
export async function writeTestCa(folder) {
	const { cert, private: key } = await generate([{ name: 'commonName', value: 'Test CA' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
		],
	});
	writeFileSync(join(folder, 'ca.pem'), cert);
	writeFileSync(join(folder, 'ca.key'), key, { mode: 0o600 });
}
