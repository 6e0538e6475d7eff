import { TransportError } from './http';

/** A forward proxy, as an environment variable names it. */
export interface Proxy {
	origin: string;
	/** Host and port, for messages: without the user name and password. */
	name: string;
	/** Added to CONNECT. */
	headers: Record<string, string>;
}

/**
 * The proxy that n8n's environment names for an endpoint, by the rule of n8n's own nodes (package `proxy-from-env`).
 * Without TLS, there is never a proxy, since it could read the credential: only loopback is called without TLS.
 * @throws TransportError when the proxy is not a URL
 */
export function proxyFor(origin: string): Proxy | undefined {
	const { protocol, hostname, port } = new URL(origin);
	if (protocol !== 'https:') return undefined;
	const names = ['npm_config_https_proxy', 'https_proxy', 'npm_config_proxy', 'all_proxy'];
	const value = names.map(variable).find((each) => each !== '');
	const excluded = (variable('npm_config_no_proxy') || variable('no_proxy')).toLowerCase().split(/[,\s]/);
	if (value === undefined || excluded.some((entry) => matches(entry, hostname, port || '443')))
		return undefined;
	return parseProxy(value.includes('://') ? value : `https://${value}`);
}

/** An entry of `NO_PROXY`: a host, or the end of one after a dot or an asterisk; either with a port or without. */
function matches(entry: string, hostname: string, port: string): boolean {
	const [, host = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
	if (onlyPort !== undefined && Number(onlyPort) !== 0 && Number(onlyPort) !== Number(port)) return false;
	return /^[.*]/.test(host) ? hostname.endsWith(host.replace(/^\*/, '')) : hostname === host;
}

function parseProxy(value: string): Proxy {
	try {
		const { protocol, hostname, port, username, password } = new URL(value);
		const isTls = protocol === 'https:';
		const host = `${hostname}:${port || (isTls ? 443 : 80)}`;
		const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
		return {
			// Like n8n, plain HTTP whatever else the scheme says.
			origin: `${isTls ? 'https' : 'http'}://${host}`,
			name: host,
			headers:
				login === ':' ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` },
		};
	} catch {
		throw new TransportError('proxyUnusable', false);
	}
}

/** The one place that reads the environment. */
function variable(name: string): string {
	return process.env[name] || process.env[name.toUpperCase()] || '';
}
