import { isObject } from './response';
import type { TransportErrorCode } from './http';

/** The meanings of the codes of Node, OpenSSL and undici: the first pattern that matches. */
const MEANINGS: ReadonlyArray<readonly [RegExp, TransportErrorCode]> = [
	// A name server that is down, and a handshake that fails as it does while a host restarts, pass.
	[/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EAI_AGAIN|EPROTO|ERR_SSL_.*)$/, 'unreachable'],
	[/^(ENOTFOUND|EAI_[A-Z]+)$/, 'unknownHost'],
	[/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'timeout'],
	[/^(UND_ERR_HEADERS|HPE_HEADER)_OVERFLOW$/, 'headersTooLarge'],
	[/^(CERT_|ERR_TLS_|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH$)/, 'certificate'],
	[/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)_[A-Z_]+)$/, 'certificate'],
];

/** The transport error code for an error of Node, OpenSSL or undici. */
export function transportCodeOf(error: unknown): TransportErrorCode {
	const code = errorCode(error) ?? '';
	return MEANINGS.find(([pattern]) => pattern.test(code))?.[1] ?? 'connectionLost';
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
