import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** The certificate authority that `test/runJest.mjs` made, and that this process trusts. */
const folder = process.env.TEST_CA ?? '';

const DAY_MS = 24 * 60 * 60 * 1000;

export type Certificate = Awaited<ReturnType<typeof issueCertificate>>;

export interface CertificateOptions {
	/** Default: the trusted one of the tests. */
	issuer?: 'trusted' | 'itself';
	/** Default: from yesterday until tomorrow. */
	validity?: 'current' | 'expired';
	/** Default: localhost and 127.0.0.1. */
	host?: string;
}

/** Certificates that a client must not trust, for a server on loopback: what is wrong with each, and how to issue it. */
export const FAULTY_CERTIFICATES: ReadonlyArray<[fault: string, options: CertificateOptions]> = [
	['is not trusted', { issuer: 'itself' }],
	['has expired', { validity: 'expired' }],
	['is of another host', { host: 'live.example.com' }],
];

/** Key and certificate for a server on loopback. */
export async function issueCertificate({
	issuer = 'trusted',
	validity = 'current',
	host,
}: CertificateOptions = {}): Promise<{ key: string; cert: string }> {
	const end = validity === 'expired' ? Date.now() - DAY_MS : Date.now() + DAY_MS;
	const loopback = [
		{ type: 2, value: 'localhost' },
		{ type: 7, ip: '127.0.0.1' },
	] as const;
	const altNames = host === undefined ? [...loopback] : [{ type: 2, value: host } as const];
	const { cert, private: key } = await generate([{ name: 'commonName', value: host ?? 'localhost' }], {
		// Far faster to make than RSA keys.
		keyType: 'ec',
		algorithm: 'sha256',
		notBeforeDate: new Date(end - 2 * DAY_MS),
		notAfterDate: new Date(end),
		extensions: [
			{ name: 'basicConstraints', cA: false },
			{ name: 'subjectAltName', altNames },
		],
		...(issuer === 'trusted' && {
			ca: {
				key: readFileSync(join(folder, 'ca.key'), 'utf8'),
				cert: readFileSync(join(folder, 'ca.pem'), 'utf8'),
			},
		}),
	});
	return { key, cert };
}
