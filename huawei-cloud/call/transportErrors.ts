import type { TransportErrorCode } from '../http/http';
import { problem, type ErrorClassification } from './classification';

const PROXY = 'the proxy of the n8n instance';

const PROXY_HINT =
	'Check that the proxy is running, and that HTTPS_PROXY and NO_PROXY of the n8n instance are correct.';

/** The meaning of each failed exchange. `mayHaveHappened`: it can fail like this after the request was sent. */
const TRANSPORT_ERRORS: Readonly<Record<TransportErrorCode, ErrorClassification>> = {
	unknownHost: problem(
		'network',
		'The host name of the endpoint could not be resolved.',
		"Check the credential's region and endpoint, and the DNS settings of the n8n server.",
		{ retryable: true },
	),
	unreachable: problem(
		'network',
		'Could not connect to the endpoint.',
		"Check the credential's endpoint, and whether a firewall blocks n8n from reaching it.",
		{ retry: true },
	),
	connectionLost: problem(
		'network',
		'The connection broke before a complete response arrived.',
		'Check the network between n8n and Huawei Cloud, then run this again.',
		{ retry: true, mayHaveHappened: true },
	),
	responseTooLarge: problem(
		'endpoint',
		'The response was larger than any that Huawei Cloud returns, so it was not read.',
		"Check whether a proxy, firewall or login portal sits between n8n and the credential's endpoint.",
		{ mayHaveHappened: true },
	),
	timeout: problem('timeout', 'No complete response arrived within the timeout.', 'Run this again later.', {
		retry: true,
		mayHaveHappened: true,
		hintSource: 'timeout',
	}),
	certificate: problem(
		'endpoint',
		'Could not establish a trusted TLS connection to the endpoint: its certificate is untrusted, expired, or issued for another host.',
		"Check the credential's endpoint. If a company proxy inspects TLS traffic, the n8n server must trust its certificate (NODE_EXTRA_CA_CERTS).",
	),
	headersTooLarge: problem(
		'endpoint',
		'The response headers were larger than 16 kB, so the response was not read.',
		'If this was the request for a token, the token is too long: give the IAM user fewer permissions, or use an access key. Otherwise check whether a proxy or firewall sits between n8n and the endpoint.',
		{ mayHaveHappened: true },
	),
	proxyUnusable: problem(
		'network',
		`The address of ${PROXY} is not valid.`,
		'Set HTTPS_PROXY of the n8n instance to a complete URL, such as http://proxy.example.com:3128, with special characters percent-encoded.',
	),
	proxyUnreachable: problem('network', `Could not connect through ${PROXY}.`, PROXY_HINT, { retry: true }),
	proxyCertificate: problem(
		'network',
		`Could not establish a trusted TLS connection to ${PROXY}.`,
		'If the proxy uses plain HTTP, as most do, set HTTPS_PROXY to a URL that begins with http://. Otherwise add its certificate authority to NODE_EXTRA_CA_CERTS on the n8n server.',
	),
	proxyRejected: problem(
		'network',
		'The proxy of the n8n instance rejected a connection to the endpoint.',
		"Check whether the proxy allows the credential's endpoint and whether it requires a login. Also check HTTPS_PROXY and NO_PROXY of the n8n instance.",
		{ retryable: true },
	),
	egressDenied: problem(
		'endpoint',
		'The security policy of this n8n instance (SSRF protection) does not allow the endpoint.',
		"Check the credential's endpoint, or ask the administrator of the n8n instance to allow its host.",
	),
	cancelled: problem(
		'unknown',
		'The execution was canceled before this finished.',
		'Run this again to continue.',
		{ mayHaveHappened: true, retryable: true },
	),
};

/** The meaning of a failed exchange. If it may have been `sent`, errors that otherwise mean no connection mean that it broke. */
export function classifyTransportError(
	kind: TransportErrorCode,
	sent: boolean,
	proxy?: string,
): ErrorClassification {
	const known = TRANSPORT_ERRORS[kind];
	const error = sent && !known.mayHaveHappened ? TRANSPORT_ERRORS.connectionLost : known;
	const message = proxy === undefined ? error.message : `${error.message.slice(0, -1)} (proxy: ${proxy}).`;
	return { ...error, message, mayHaveHappened: sent };
}
