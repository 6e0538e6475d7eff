import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/**
 * Writes a certificate for loopback into a folder of its own. Node reads NODE_EXTRA_CA_CERTS once, when a process
 * starts, so the processes that measure start with this environment.
 */
export async function environmentOfCertificate(): Promise<{
	NODE_EXTRA_CA_CERTS: string;
	BENCH_KEY: string;
}> {
	const folder = mkdtempSync(join(tmpdir(), 'huawei-cloud-live-bench-'));
	const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
		algorithm: 'sha256',
		extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
	});
	const environment = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'), BENCH_KEY: join(folder, 'key.pem') };
	writeFileSync(environment.NODE_EXTRA_CA_CERTS, cert);
	writeFileSync(environment.BENCH_KEY, key, { mode: 0o600 });
	return environment;
}

/** The certificate that this process trusts, and its key. */
export function certificate(): { key: string; cert: string } {
	const { NODE_EXTRA_CA_CERTS = '', BENCH_KEY = '' } = process.env;
	return { key: readFileSync(BENCH_KEY, 'utf8'), cert: readFileSync(NODE_EXTRA_CA_CERTS, 'utf8') };
}
