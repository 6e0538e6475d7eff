import { encodeQuery, encodeRfc3986 } from '../../../huawei-cloud/http/http';
import { canonicalPath, canonicalQuery, sha256, sign } from '../../../huawei-cloud/identity/signature';
import { linesOf, must, withoutGrowth } from '../oracle';

/** How paths and queries are encoded, and what is signed. */

const ENCODED = /^([A-Za-z0-9_.~-]|%[0-9A-F]{2})*$/;
const KEY = { accessKeyId: 'AK', secretAccessKey: 'SK' };

export const fuzz = withoutGrowth((data) => {
	const { lines, rest } = linesOf(data, 3);
	// What is half a character is refused where it comes in.
	const [path = '', name = '', value = '', more = ''] = [...lines, rest].map((text) =>
		text.replaceAll('\ud800', '?'),
	);
	const encoded = encodeRfc3986(value);
	must(ENCODED.test(encoded) && decodeURIComponent(encoded) === value, 'what is encoded can be decoded');

	const canonical = canonicalPath(path);
	must(
		canonical.split('/').every((segment) => ENCODED.test(segment)),
		'a path is encoded whole',
	);
	must(canonical.split('/').length === path.split('/').length, 'a path keeps its segments');

	const pairs = [
		[name, value],
		[value, name],
		[name, more],
	] as const;
	const query = canonicalQuery(pairs);
	must(query === canonicalQuery([...pairs].reverse()), 'the order in which a query is given does not matter');
	const sent = (list: Iterable<readonly [string, string]>) => JSON.stringify([...list].map(String).sort());
	must(sent(new URLSearchParams(query)) === sent(pairs), 'a query says what was given');
	must(
		sent(new URLSearchParams(encodeQuery(pairs))) === sent(pairs.filter(([, one]) => one !== '')),
		'so does any other',
	);

	const input = {
		method: 'get',
		path,
		query: pairs,
		headers: { 'X-Sdk-Date': '20260101T000000Z' },
		payloadHash: sha256(more),
	};
	const signature = sign(input, KEY);
	must(
		/^SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=[0-9a-f]{64}$/.test(signature),
		'a signature has its form',
	);
	const encodedAlready = { ...input, path: canonical, query: [...pairs].reverse() };
	const isStable = canonicalPath(canonical) === canonical;
	must(!isStable || sign(encodedAlready, KEY) === signature, 'the same request has the same signature');
});

export const seeds = ['/v1/a b/100%/%2F\na\nb\nbody', "/v1/!'()*\n%41\n+ &=\n", '/任务/\nä\n\n', '//\n\n\n'];
