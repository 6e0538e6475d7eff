import { describe, expect, jest, test } from '@jest/globals';

import { Redaction } from '../../huawei-cloud/call/redaction';
import { parseResponse } from '../../huawei-cloud/http/response';

/** A secret that each way of quoting spells differently. */
const SECRET = 'pass "word"+1';

const responseWith = (error_msg: string, rest: object = {}) =>
	parseResponse({ status: 400, headers: {}, body: JSON.stringify({ error_msg, ...rest }) });

const cleaned = (text: string, ...secrets: string[]) =>
	new Redaction().redacted(responseWith(text), secrets).errorMsg;

describe('a secret that the service quotes', () => {
	test.each([
		['as it is', SECRET],
		['in a URL', 'pass%20%22word%22%2B1'],
		['in JSON', 'pass \\"word\\"+1'],
		['in Base64', 'cGFzcyAid29yZCIrMQ=='],
		['in Base64 without padding', 'cGFzcyAid29yZCIrMQ'],
	])('is not passed on %s', (_how, spelling) => {
		expect(cleaned(`<${spelling}> and <${spelling}>`, 'other', SECRET)).toBe('<***> and <***>');
	});

	test('is not passed on with another that is a part of it', () => {
		expect(cleaned('longer-secret', 'secret', 'longer-secret')).toBe('***');
		expect(cleaned('longer-secret', 'longer-secret', 'secret')).toBe('***');
	});

	test('is not passed on when controls are in between', () => {
		expect(cleaned('it is se\u0000cr\u202eet', 'secret')).toBe('it is ***');
	});

	test('is not passed on as a code or an ID either', () => {
		const response = responseWith('no', { error_code: 'X.secret', request_id: 'r-secret' });
		expect(new Redaction().redacted(response, ['secret'])).toEqual({
			statusCode: 400,
			errorCode: 'X.***',
			errorMsg: 'no',
			requestId: 'r-***',
		});
	});

	test.each<[string, string[], string[]]>([
		['replaced', ['password', 'old-token'], ['password', 'new-token']],
		['added', ['password'], ['password', 'new-token']],
		['put before another', ['password'], ['new-token', 'password']],
		['the only one left', ['password', 'new-token'], ['new-token']],
	])('is not passed on when it was %s since', (_how, before, after) => {
		const redaction = new Redaction();
		redaction.redacted(responseWith('no'), before);
		expect(redaction.redacted(responseWith('it is new-token'), after).errorMsg).toBe('it is ***');
	});
});

test('secrets are spelt once, however many responses there are: that costs more than looking for them', () => {
	const redaction = new Redaction();
	const secrets = () => ['password', 'token'];
	redaction.redacted(responseWith('no'), secrets());
	const spelling = jest.spyOn(Buffer, 'from');
	const { errorMsg } = redaction.redacted(responseWith('it is token'), secrets());
	const calls = spelling.mock.calls.length;
	spelling.mockRestore();
	expect([errorMsg, calls]).toEqual(['it is ***', 0]);
});

describe('what a service says', () => {
	test('stays as it is', () => {
		expect(cleaned('Größe: 5 < 6', 'secret')).toBe('Größe: 5 < 6');
	});

	test('may be nothing', () => {
		const response = parseResponse({ status: 200, headers: {}, body: '{}' });
		const nothing = { statusCode: 200, errorCode: null, errorMsg: null, requestId: undefined };
		expect(new Redaction().redacted(response, ['secret'])).toEqual(nothing);
	});

	test('has nothing in it that acts on a terminal or turns the direction of text', () => {
		expect(cleaned('a\u001b[31mb\u0007c\u009bd\u202ee\u2066f')).toBe('a[31mbcdef');
	});

	test('is one line', () => {
		expect(cleaned('first\r\n\tsecond\nthird')).toBe('first second third');
	});
});
