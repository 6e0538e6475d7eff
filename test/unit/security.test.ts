import { expect, test } from '@jest/globals';

import { readProjectFile } from '../support/markdown';

/** Attacks, and the tests that hold them off: file, then title. */
const THREATS: Record<string, Array<readonly [file: string, title: string]>> = {
	'A hostile endpoint redirects': [
		['engine/hostileEndpoint.test.ts', 'a redirect (%i) is not followed, and the credential stays'],
	],
	'A hostile endpoint sends giant headers': [
		['engine/hostileEndpoint.test.ts', 'giant headers end the exchange, and nothing else'],
	],
	'A hostile endpoint sends a body without end': [
		[
			'engine/hostileEndpoint.test.ts',
			'a body without end is given up: by its size, or by the time it takes',
		],
		['engine/bodies.test.ts', 'that drips, twenty times, leaves no connection'],
	],
	'A hostile endpoint answers with __proto__ and the like': [
		[
			'engine/hostileEndpoint.test.ts',
			'keys that mean something to JavaScript change no object, neither ours nor that of others',
		],
	],
	'A hostile endpoint writes escapes for terminals, or HTML': [
		[
			'engine/hostileEndpoint.test.ts',
			'what acts on a terminal or a browser, or on memory, does nothing in messages, codes and hints',
		],
	],
	'A hostile endpoint or a portal, in between, says 200': [
		[
			'engine/hostileEndpoint.test.ts',
			'a page, a list or a number in place of an answer reads as nothing: neither deleted nor gone',
		],
	],
	'A hostile endpoint quotes the secret back': [
		['engine/secrets.test.ts', 'with %s, no failure leaves a secret behind: in items, errors, hints or logs'],
		['engine/authentication.test.ts', 'that quotes the password back does not get it out'],
	],
	'Logs and errors that others read': [
		['engine/secrets.test.ts', 'with %s, no failure leaves a secret behind: in items, errors, hints or logs'],
	],
	"A workflow's author points the HTTP Request node elsewhere": [
		['engine/credential.test.ts', 'it is sent to no other host'],
		['engine/credential.test.ts', 'it does not follow a redirect, even when the author wants to'],
		[
			'engine/credential.test.ts',
			'whatever Host the author writes, certificates are checked against the host of the URL',
		],
	],
	"A workflow's author switches off certificates, or chooses a proxy": [
		['engine/credential.test.ts', 'it is not sent over a connection that is not checked'],
		[
			'engine/credential.test.ts',
			'it is sent in plain text to this machine alone, past a proxy that the author chose',
		],
	],
	"A workflow's author asks for the request itself (TRACE), or adds headers that authenticate": [
		[
			'unit/authenticateRequest.test.ts',
			'with the method %j, whose answer would be the request itself, are refused',
		],
		[
			'unit/authenticateRequest.test.ts',
			'hold no header of the author that authenticates or frames the body, with %s',
		],
	],
	'Server-side request forgery: an address inside': [
		['e2e/ssrf.test.ts', 'an address inside is not called'],
		['engine/egress.test.ts', 'an address that is not allowed is not called'],
	],
	'Server-side request forgery a name that resolves to one': [
		['e2e/ssrf.test.ts', 'a name that resolves to an address inside is not called'],
		['unit/transport.test.ts', 'is asked again when a name is resolved for a connection'],
	],
	'Server-side request forgery a name whose answer changes after the check': [
		[
			'e2e/ssrf.test.ts',
			'a name is not called once it resolves to an address inside, though it was called before',
		],
	],
	'Server-side request forgery behind a proxy, which resolves by itself': [
		['engine/egress.test.ts', 'behind a proxy, which resolves names itself, %s is not called either'],
	],
	'A proxy that reads along': [
		[
			'engine/proxy.test.ts',
			'the proxy of the n8n instance sees the calls, as tunnels, and not what is in them',
		],
	],
	"TLS: a certificate that is not trusted, has expired, or is another host's": [
		['unit/transport.test.ts', 'with a certificate that %s sends nothing'],
	],
	'TLS an endpoint without TLS': [
		['unit/transport.test.ts', 'to a port that speaks plain http sends nothing'],
	],
	'A wrong credential sent so often that Huawei Cloud locks the account': [
		[
			'engine/authentication.test.ts',
			'with a wrong password asks once: not again for other items, nor in the next runs',
		],
	],
	'A compromised dependency': [
		['engine/package.test.ts', 'the package has one runtime dependency'],
		['engine/package.test.ts', 'holds what the sources become and nothing else, within 300 kB'],
	],
	'A compromised dependency or a compromised build': [
		['unit/workflows.test.ts', 'names every action by its commit, with the version beside it'],
		[
			'unit/workflows.test.ts',
			'has no token of npm, and one job alone that may publish, which runs no code of the project',
		],
	],
	'A hostile endpoint quotes a secret in a success, in an encoding, or cut': [
		[
			'engine/secrets.test.ts',
			'with %s, no success leaves a secret behind either: in items, lists, the trigger or the Test button',
		],
		['unit/redaction.test.ts', 'no secret is hidden, whole or cut, %s in %s'],
	],
	"A workflow's author calls a service that runs the code of customers": [
		['unit/credential.test.ts', 'not %s'],
	],
	"A workflow's author frames the body with headers": [
		[
			'unit/authenticateRequest.test.ts',
			'hold no header of the author that authenticates or frames the body, with %s',
		],
	],
	'A user pastes a key into the wrong field': [
		['unit/credential.test.ts', 'is not quoted: a key may have been pasted into the wrong field'],
	],
	'A run of items that fail at once keeps n8n from all else': [
		['engine/values.test.ts', 'items that fail before anything is sent let n8n do other things meanwhile'],
	],
};

const promised = Object.entries(THREATS).flatMap(([threat, tests]) =>
	tests.map(([file, title]) => ({ threat, file, title })),
);

test.each(promised)('$threat: there is $file, $title', ({ file, title }) => {
	const named = [
		...readProjectFile(`test/${file}`).matchAll(
			/^\s*(?:test(?:\.each\([\s\S]*?\))?\(\s*|\]\)\(\s*)(['"`])(.+?)\1,/gm,
		),
	];
	expect(named.map(([, , name]) => name)).toContain(title);
});

test('SECURITY.md stays short enough to be read', () => {
	expect(Buffer.byteLength(readProjectFile('SECURITY.md'))).toBeLessThanOrEqual(6 * 1024);
});
