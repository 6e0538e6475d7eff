import { isObject } from './response';
import type { TransportErrorCode } from './http';

const TRANSPORT_CODE_BY_ERRNO: ReadonlyMap<string, TransportErrorCode> = new Map<string, TransportErrorCode>([
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
	['UND_ERR_HEADERS_OVERFLOW', 'headersTooLarge'],
	['HPE_HEADER_OVERFLOW', 'headersTooLarge'],
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
export function transportCodeOf(error: unknown): TransportErrorCode {
	const code = errorCode(error) ?? '';
	if (CERTIFICATE_CODE.test(code)) return 'certificate';
	return TRANSPORT_CODE_BY_ERRNO.get(code) ?? 'connectionLost';
}

const MAX_CAUSES = 3;

/** The names and codes of an error and its causes, for a log: messages may hold more than a log should. */
export function nameCause(error: unknown): string | undefined {
	const names = causesOf(error, MAX_CAUSES).map((cause) => `${cause.name} ${errorCode(cause) ?? ''}`.trim());
	return names.length === 0 ? undefined : names.join(' < ');
}

/** An error and its causes, from the outermost one, but at most `max`. */
export function causesOf(error: unknown, max: number): Error[] {
	const causes: Error[] = [];
	for (let cause = error; cause instanceof Error && causes.length < max; cause = cause.cause)
		causes.push(cause);
	return causes;
}

/** The code of a system error (`ENOTFOUND`, `CERT_HAS_EXPIRED`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
	return isObject(error) && typeof error.code === 'string' ? error.code : undefined;
}
