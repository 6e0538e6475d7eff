import fc from 'fast-check';

import { weighted } from '../support/properties';

/** Hosts to make URLs of, with their ports. */
export interface Hosts {
	/** Hosts that may get a credential. */
	allowed: readonly string[];
	/** Hosts that belong to somebody else. */
	hostile: readonly string[];
}

/** Ways to write a host that parsers may read differently. */
const disguises: ReadonlyArray<(host: string) => string> = [
	(host) => host,
	(host) => host.toUpperCase().replaceAll('MYHUAWEICLOUD', 'MyHuaweiCloud'),
	(host) => host.replace(/(:|$)/, '.$1'),
	(host) => host.replace(/(:|$)/, '..$1'),
	(host) => host.replaceAll('.', '%2e'),
	(host) => host.replaceAll('.', '\u3002'),
	(host) => host.replace(/e/, '%65'),
	(host) => host.replace(/e/, '\uff45'),
	(host) => host.replace(/e/, '\u0435'),
	(host) => host.replace('127.0.0.1', '2130706433'),
	(host) => host.replace('127.0.0.1', '0x7f.1'),
	(host) => host.replace('127.0.0.1', '0177.0.0.01'),
	(host) => host.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
	(host) => host.replace('127.0.0.1', 'localhost'),
	(host) => host.replace('127.0.0.1', '127.1'),
	(host) => `${host.slice(0, 3)}\t${host.slice(3)}`,
	(host) => `${host.slice(0, 3)}\n${host.slice(3)}`,
	(host) => `${host.slice(0, 3)}\u00ad${host.slice(3)}`,
	(host) => `xn--${host}`,
	(host) => `${host}:443`,
	(host) => `${host}:`,
	(host) => `${host}\u0000`,
	(host) => ` ${host}`,
];

/** A host that contains another, so that a careless check of the text passes. */
const combinations: ReadonlyArray<(allowed: string, hostile: string) => string> = [
	(allowed) => allowed,
	(_allowed, hostile) => hostile,
	(allowed, hostile) => `${allowed}@${hostile}`,
	(allowed, hostile) => `${hostile}@${allowed}`,
	(allowed, hostile) => `user:${allowed}@${hostile}`,
	(allowed, hostile) => `${allowed}:443@${hostile}`,
	(allowed, hostile) => `${hostile}\\@${allowed}`,
	(allowed, hostile) => `${allowed}\\@${hostile}`,
	(allowed, hostile) => `${hostile}#@${allowed}`,
	(allowed, hostile) => `${hostile}?@${allowed}`,
	(allowed, hostile) => `${hostile}/@${allowed}`,
	(allowed, hostile) => `${hostile}/.${allowed}`,
	(allowed, hostile) => `${allowed}@@${hostile}`,
	(allowed, hostile) => `[${allowed}]@${hostile}`,
	(allowed, hostile) => `${allowed}.${hostile}`,
	(allowed) => `bucket.obs.cn-north-4.myhuaweicloud.com/${allowed}`,
	(allowed) => `iam.cn-north-4.myhuaweicloud.com/${allowed}`,
	(allowed) => `evil-${allowed}`,
	(allowed) => `${allowed}.evil.example.com`,
	() => 'myhuaweicloud.com',
	() => 'a.b.cn-north-4.myhuaweicloud.com',
	() => 'livexcn-north-4.myhuaweicloud.com',
	() => 'live.cn-north-4.myhuaweicloud.com.evil.example.com',
	() => 'live.cn-north-4.myhuaweicloud.co',
	() => '[::1]',
];

const ODD_SCHEMES = [
	...[
		'HTTPS://',
		'https:/',
		'https:',
		'https:\\\\',
		'https:///',
		'https:////',
		'//',
		'https\t://',
		'httpss://',
	],
	...['ftp://', 'ws://', 'http+unix://', 'blob:https://', 'https://https://'],
];
const schemes = weighted(
	[4, fc.constant('https://')],
	[2, fc.constant('http://')],
	[1, fc.constantFrom(...ODD_SCHEMES)],
);

const paths = fc.constantFrom(
	'',
	'/',
	'/v1/x',
	'/..//evil.example.com',
	'/%2e%2e/',
	'?a=b',
	'/?@evil.example.com',
	'#x',
	'\\evil.example.com',
	'/\u0000',
	'//evil.example.com/',
	'/v1/任务',
);

/** URLs as an author may write them, some of them to be misread. */
export function urls({ allowed, hostile }: Hosts): fc.Arbitrary<string> {
	const disguised = (hosts: readonly string[]) =>
		fc
			.tuple(fc.constantFrom(...hosts), fc.constantFrom(...disguises))
			.map(([host, disguise]) => disguise(host));
	return fc
		.tuple(schemes, disguised(allowed), disguised(hostile), fc.constantFrom(...combinations), paths)
		.map(([scheme, one, other, combine, path]) => `${scheme}${combine(one, other)}${path}`);
}
