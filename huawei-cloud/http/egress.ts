import { errorCode, transportCodeOf } from './errorCodes';
import { TransportError } from './http';

/** A DNS lookup as Node's `net.connect` calls it. */
type Lookup = (
	hostname: string,
	options: { all?: boolean | undefined },
	callback: (
		error: NodeJS.ErrnoException | null,
		address: string | Array<{ address: string; family: number }>,
		family?: number,
	) => void,
) => void;

/** The host application's policy for connections (n8n's SSRF protection). */
export interface EgressFilter {
	/** Resolves to `ok: false` when the URL is not allowed; rejects when its host can't be resolved. */
	validateUrl(url: string): Promise<{ ok: boolean }>;
	/** A DNS lookup that fails for addresses that are not allowed. */
	createSecureLookup(): Lookup;
}

/** @throws TransportError when the policy does not allow the URL, or can't resolve its host */
export async function checkEgress(origin: string, egress: EgressFilter): Promise<void> {
	const { ok } = await egress.validateUrl(origin).catch((error: unknown) => {
		throw toTransportError(error);
	});
	if (!ok) throw new TransportError('egressDenied', false);
}

/** The policy's lookup, with errors that tell a rejection from a name that does not resolve. */
export function guardedLookup(egress: EgressFilter): Lookup {
	const lookup = egress.createSecureLookup();
	return (hostname, options, callback) =>
		lookup(hostname, options, (error, address, family) =>
			callback(error && toTransportError(error), address, family),
		);
}

/** A rejection by policy carries no code. */
function toTransportError(error: unknown): TransportError {
	const code = errorCode(error) === undefined ? 'egressDenied' : transportCodeOf(error);
	return new TransportError(code, false, undefined, error);
}
