import { beforeEach, expect, test } from '@jest/globals';
import {
	NodeConnectionTypes,
	type IHttpRequestOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { outputsOf } from '../../dev/n8n/engine';
import { PROJECT_ID } from '../support/clients';
import { runOther } from '../support/credentialUse';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { node } from '../support/nodeRun';

/** Other nodes may use the credential through n8n's newer helper, which takes `url` instead of `uri`. */

eachOnCloud();

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
		const answer: unknown = await this.helpers.httpRequestWithAuthentication.call(
			this,
			'huaweiCloudApi',
			sent,
		);
		return [[{ json: { answer: JSON.stringify(answer) } }]];
	},
};

beforeEach(() => {
	engine.extraTypes.set('test.caller', caller);
});

async function call(fields: Record<string, string>, options: Partial<IHttpRequestOptions>) {
	sent = { url: `${cloud.emulator.url}/echo/x`, ...options };
	const run = await runOther(engine, node('Caller', 'test.caller'), {
		credentials: { 'Huawei Cloud API': fields },
	});
	expect(run.data.resultData.error?.message).toBeUndefined();
	return String(outputsOf(run, 'Caller')[0]?.[0]?.json.answer);
}

const FORM = 'application/x-www-form-urlencoded';
const typed = (headers: Record<string, string>, body: string) => ({ method: 'POST', body, headers }) as const;
const bodies: Array<[string, Partial<IHttpRequestOptions>, string | RegExp]> = [
	['a query', { qs: { b: [2, 1], a: "it's *", c: { d: true }, e: null } }, ''],
	['a query with repeated names', { qs: { b: [2, 1] }, arrayFormat: 'repeat' }, ''],
	['a query with indices', { qs: { b: [2, 1] }, arrayFormat: 'indices' }, ''],
	['an object', { method: 'POST', body: { a: 'ä', b: [1] } }, '{"a":"ä","b":[1]}'],
	['text', { method: 'POST', body: 'plain text' }, 'plain text'],
	['text of type JSON', typed({ 'content-type': 'application/json' }, ' {"a":1} '), ' {"a":1} '],
	['bytes', { method: 'PUT', body: Buffer.from('bytes') }, 'bytes'],
	['a form', { method: 'POST', body: new URLSearchParams({ a: '1 2', b: "~*'" }) }, /^a=1\+2&b=/],
	['a form as text', typed({ 'Content-Type': FORM }, "a=1%202&b=~*'"), /^a=1\+2&b=/],
];

/** Without the call that tests the key. */
const echoed = () => cloud.emulator.calls.filter(({ url }) => url.startsWith('/echo'));

test.each(bodies)('an access key signs %s', async (_name, options, body) => {
	await call(cloud.keyFields(), options);
	expect(echoed()).toHaveLength(1);
	expect(echoed()[0]?.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
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
