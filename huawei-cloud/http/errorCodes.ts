import { isObject } from './response';
import type { TransportErrorCode } from './http';

const FAILURE_BY_CODE: ReadonlyMap<string, TransportErrorCode> = new Map<string, TransportErrorCode>([
	['ENOTFOUND', 'unknownHost'],
	['EAI_AGAIN', 'unknownHost'],
	['EAI_FAIL', 'unknownHost'],
	['EAI_NODATA', 'unknownHost'],
	['ECONNREFUSED', 'unreachable'],
	['EHOSTUNREACH', 'unreachable'],
	['ENETUNREACH', 'unreachable'],
	['EADDRNOTAVAIL', 'unreachable'],
	['ETIMEDOUT', 'timeout'],
	['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
	// What undici throws when the proxy responds to CONNECT with anything but 200. Our own aborts settle earlier.
	['UND_ERR_ABORTED', 'proxyRefused'],
	['UND_ERR_PRX_TLS', 'certificate'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
	['UNABLE_TO_GET_ISSUER_CERT', 'certificate'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate'],
	['INVALID_CA', 'certificate'],
	['INVALID_PURPOSE', 'certificate'],
	['HOSTNAME_MISMATCH', 'certificate'],
	['EPROTO', 'certificate'],
]);

/** Certificate and handshake errors come under many names; these prefixes cover OpenSSL's and Node's. */
const CERTIFICATE_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_)/;

/** The transport error code for an error of Node, OpenSSL or undici. */
export function codeOf(error: unknown): TransportErrorCode {
	const code = errorCode(error) ?? '';
	if (CERTIFICATE_CODE.test(code)) return 'certificate';
	return FAILURE_BY_CODE.get(code) ?? 'connectionLost';
}

/** The code of a system error (`ENOTFOUND`, `CERT_HAS_EXPIRED`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
	return isObject(error) && typeof error.code === 'string' ? error.code : undefined;
}
