import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	NodeConnectionTypes,
	type IHttpRequestOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { outputsOf } from '../../dev/n8n/engine';
import { PROJECT_ID } from '../support/clients';
import { runOther, withOtherIamHost } from '../support/credentialUse';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { node } from '../support/nodeRun';

/** Other nodes may use the credential through either of n8n's helpers: the newer one takes `url`, the older one `uri`. */

eachOnCloud();

type Options = Partial<Omit<IHttpRequestOptions, 'body'>> & Record<string, unknown>;

const HELPERS = ['httpRequestWithAuthentication', 'requestWithAuthentication'] as const;
let helper: (typeof HELPERS)[number] = HELPERS[0];
let sent: IHttpRequestOptions;

const description: INodeTypeDescription = {
	displayName: 'Caller',
	name: 'caller',
	group: ['input'],
	version: 1,
	description: '',
	defaults: { name: 'Caller' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	credentials: [{ name: 'huaweiCloudApi', required: true }],
	properties: [],
};

const caller: INodeType = {
	description,
	async execute() {
		const answer: unknown = await this.helpers[helper].call(this, 'huaweiCloudApi', sent);
		return [[{ json: { answer: JSON.stringify(answer) } }]];
	},
};

beforeEach(() => {
	engine.extraTypes.set('test.caller', caller);
});

async function call(fields: Record<string, string>, options: Options, name: typeof helper = HELPERS[0]) {
	helper = name;
	const { url = `${cloud.emulator.url}/echo/x`, ...more } = options;
	sent = { url, ...more };
	if (name === 'requestWithAuthentication') Object.assign(sent, { uri: url, url: undefined });
	const run = await runOther(engine, node('Caller', 'test.caller'), {
		credentials: { 'Huawei Cloud API': withOtherIamHost(fields) },
	});
	expect(run.data.resultData.error?.message).toBeUndefined();
	return String(outputsOf(run, 'Caller')[0]?.[0]?.json.answer);
}

const FORM = 'application/x-www-form-urlencoded';
const typed = (type: string, body: unknown) => ({ body, headers: { 'content-type': type } });
const parts = new FormData();
parts.append('a', new Blob(['1']), 'a.txt');

const bodies: Array<[string, Options, string | RegExp]> = [
	['a query', { method: 'GET', qs: { b: [2, 1], a: "it's *", c: { d: true }, e: null } }, ''],
	['a query with repeated names', { method: 'GET', qs: { b: [2, 1] }, arrayFormat: 'repeat' }, ''],
	['an object', { body: { a: 'ä', b: [1] } }, '{"a":"ä","b":[1]}'],
	['a list', { body: [1, { a: 2 }] }, '[1,{"a":2}]'],
	['a number', { body: 5 }, '5'],
	['a number as a form', typed(FORM, 5), '5'],
	['a boolean', { body: false }, 'false'],
	['text', { body: 'plain text' }, 'plain text'],
	['text of type JSON', typed('application/json', ' {"a":1} '), ' {"a":1} '],
	['bytes', { method: 'PUT', body: Buffer.from('bytes') }, 'bytes'],
	['bytes of a form', typed(FORM, Buffer.from('a=1%202')), 'a=1%202'],
	['a form', { body: new URLSearchParams({ a: '1 2', b: "~*'" }) }, 'a=1+2&b=%7E*%27'],
	['a form as text', typed(FORM, "a=1%202&b=~*'"), "a=1%202&b=~*'"],
	['a form with a charset, as text', typed(`${FORM}; charset=utf-8`, 'a=1%202'), 'a=1%202'],
	['a form as an object', typed(FORM, { a: '1 2' }), 'a=1+2'],
	['a form with a charset', typed(`${FORM}; charset=utf-8`, { a: '1 2' }), 'a=1+2'],
	['a form in capitals', typed('Application/X-WWW-Form-Urlencoded;x=y', { a: '1 2' }), 'a=1+2'],
	['native form data', { body: parts }, /^$|form-data; name="a"|{"a":/],
	['a multipart form', typed('multipart/form-data', { a: '1' }), /form-data; name="a"/],
	['a blob', { body: new Blob(['x']) }, /^(x|{})?$/],
	['a file', typed('text/plain', new File(['x'], 'x.txt')), /^x?$/],
	['an array buffer', typed('text/plain', new TextEncoder().encode('x').buffer), 'x'],
	['a date', { body: new Date(0) }, /^$|1970/],
];

/** Without the call that tests the key. */
const echoed = () => cloud.emulator.calls.filter(({ url }) => url.startsWith('/echo'));

describe.each(HELPERS)('an access key signs, for %s,', (name) => {
	test.each(bodies)('%s', async (_name, options, body) => {
		await call(cloud.keyFields(), { method: 'POST', ...options }, name);
		expect(echoed()).toHaveLength(1);
		expect(echoed()[0]?.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
	});
});

test('an access key signs a path below a base URL', async () => {
	await call(cloud.keyFields(), { url: '/echo/y?x=1', baseURL: cloud.emulator.url });
	expect(echoed()).toMatchObject([{ url: '/echo/y?x=1' }]);
});

test('an IAM user gets a token, and a new one when it was ended', async () => {
	const fields = { ...cloud.userFields };
	const url = `${cloud.emulator.url}/v1/${PROJECT_ID}/pull/stream/task`;
	expect(await call(fields, { url })).toContain('"total":0');
	for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
	expect(await call(fields, { url })).toContain('"total":0');
	expect(cloud.emulator.calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
});
