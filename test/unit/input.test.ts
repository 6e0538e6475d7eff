import { describe, expect, test } from '@jest/globals';
import { tryToParseDateTime } from 'n8n-workflow';

import { InputError } from '../../nodes/shared/inputError';
import { readTime } from '../../nodes/shared/readers';
import { readOptions } from '../../nodes/HuaweiCloudLive/input/options';
import { readNewTask } from '../../nodes/HuaweiCloudLive/operations/relayTask/create';
import { readTaskChanges } from '../../nodes/HuaweiCloudLive/operations/relayTask/update';
import { LIVE_TASK, parametersOf } from '../support/parameters';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const inBerlin = (text: string) => tryToParseDateTime(text, 'Europe/Berlin').toMillis();

const VOD = {
	...LIVE_TASK,
	sourceType: 'PullVodPushLive',
	sourceUrls: 'https://vod.example.com/1.mp4\nhttps://vod.example.com/2.mp4',
};
const PARTS = { destination: 'domain', domain: 'push.example.com', appName: 'live', streamName: 'a' };

function create(input: object) {
	const parameters = parametersOf({ ...LIVE_TASK, ...input });
	return readNewTask(parameters, readOptions(parameters).region, NOW);
}
const vod = (additionalFields: Record<string, unknown>) => create({ ...VOD, additionalFields });

/** The message of the error that this ends in; it has to come with advice. */
function messageOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		expect(error.hint).toMatch(/^[A-Z].+[.}]$/);
		return error.message;
	}
	throw new Error('It was accepted');
}

/** A Start Time and an End Time. */
const days = (start: string, end: string, time = '00:00:00') => ({
	...{ startTime: `2026-${start}T00:00:00Z`, endTime: `2026-${end}T${time}Z` },
});

describe('a new task', () => {
	test('needs no more than a source and a target', () => {
		expect(create({})).toEqual({
			source_type: 'PullLivePushLive',
			source_urls: ['rtmp://pull.example.com/live/a'],
			destination_url: 'rtmp://push.example.com/live/a',
		});
	});

	test('has a URL or parts as its target, never both', () => {
		const parts = { domain: 'push.example.com', app_name: 'live', stream_name: 'a' };
		expect(create({ ...PARTS })).toMatchObject(parts);
		expect(create({ ...PARTS })).not.toHaveProperty('destination_url');
		expect(create({ ...PARTS, destination: 'url' })).not.toHaveProperty('domain');
	});

	test('takes one URL a line, without blank ones and white space, and a comma as part of one', () => {
		const urlsOf = (sourceUrls: unknown) => create({ ...VOD, sourceUrls }).source_urls;
		const text = ' https://a/1,2.mp4 \r\n\n https://b/3.mp4\n';
		expect(urlsOf(text)).toEqual(['https://a/1,2.mp4', 'https://b/3.mp4']);
		expect(urlsOf(['https://a/1', 'https://b/2'])).toEqual(['https://a/1', 'https://b/2']);
	});

	test.each<[RegExp, object]>([
		[/^The Source Type must be one of/, { sourceType: '' }],
		[/^The Source Type must be one of: PullLivePushLive/, { sourceType: 'Pull' }],
		[/^The Source URLs are empty/, { sourceUrls: ' \n ' }],
		[/^There are 2 Source URLs, but a live stream needs exactly one/, { sourceUrls: 'rtmp://a\nrtmp://b' }],
		[/^There are 31 Source URLs, but at most 30/, { ...VOD, sourceUrls: new Array(31).fill('https://a') }],
		[/^The URL in Source URLs is longer than 2048/, { sourceUrls: 'x'.repeat(2049) }],
		[/^The URL in Source URLs is not text/, { sourceUrls: [42] }],
		[/^The URL in Source URLs is empty/, { ...VOD, sourceUrls: new Array(2) }],
		// Split into lines, it would block for seconds.
		[/^The Source URLs is longer than/, { ...VOD, sourceUrls: `rtmp://a${'\n'.repeat(1 << 18)}rtmp://b` }],
		[/^The Destination URL is empty/, { destinationUrl: ' ' }],
		[/^The Destination URL is longer than 2048/, { destinationUrl: 'x'.repeat(2049) }],
		[/^The Domain is empty/, { ...PARTS, domain: '' }],
		...['rtmp://a.com/live', 'a.com/live', 'a.com:1935', 'a.com,b.com', 'a b'].map(
			(domain): [RegExp, object] => [/^The Domain is not a domain name\.$/, { ...PARTS, domain }],
		),
		[/^The URL in Source URLs is empty/, { ...VOD, sourceUrls: ['https://a', null] }],
		[
			/^The callback event VodSourceFileStart/,
			{ additionalFields: { callbackEvents: ['VodSourceFileStart'] } },
		],
		[/^The Domain is longer than 255/, { ...PARTS, domain: 'x'.repeat(256) }],
		[/^The App Name is longer than 128/, { ...PARTS, appName: 'x'.repeat(129) }],
		[/^The Stream Name is longer than 512/, { ...PARTS, streamName: 'x'.repeat(513) }],
		[/^The Destination must be one of/, { destination: 'moon' }],
		[/^The Task Region is longer than 64/, { options: { region: 'x'.repeat(65) } }],
	])('is rejected: %s', (message, input) => {
		expect(messageOf(() => create(input))).toMatch(message);
	});

	test.each<[RegExp, Record<string, unknown>]>([
		[/^The End Time is not in the future/, days('01-29', '01-30')],
		[/to 2147483647/, { vodStartVideoTime: 2_147_483_648 }],
		[/^The value in Callback Events must be/, { callbackEvents: ['TaskExit', ''] }],
		[/^The End Time is not after the Start Time/, days('02-02', '02-01')],
		[/^The End Time is not after/, days('02-02', '02-02')],
		[/^The End Time is not in the future/, { endTime: '2026-01-31T11:59:59Z' }],
		[/^The End Time is more than 7 days/, days('02-01', '02-08', '00:01:01')],
		[/^The End Time is more than 7 days/, { endTime: '2026-02-07T12:01:01Z' }],
		[/^The Start Time is not a date/, { startTime: 'soon' }],
		[/^The End Time is not a date/, { endTime: 42 }],
		[/^The VOD Loop Time must be a whole number of 1 or more, or -1/, { vodLoopTime: '0' }],
		[/^The VOD Loop Time is longer than 10/, { vodLoopTime: '12345678901' }],
		[/^The VOD Refresh Type must be one of: immediate_new_source/, { vodRefreshType: 'never' }],
		[/^The VOD Start Video Index is beyond the end/, { vodStartVideoIndex: 2 }],
		[/^The VOD Start Video Index must be a whole number/, { vodStartVideoIndex: -1 }],
		[/^The VOD Start Video Time must be a whole number/, { vodStartVideoTime: 1.5 }],
		[/^There are 31 Backup Source URLs/, { backupSourceUrls: new Array(31).fill('rtmp://a') }],
		[/^The value in Callback Events must be one of: TaskStart/, { callbackEvents: ['TaskNap'] }],
		[/^The Callback Events are not a list/, { callbackEvents: 'TaskStart' }],
		[/^The Callback Events are not a list of at most 6/, { callbackEvents: new Array(7).fill('TaskStart') }],
		[/^The value in Callback Events must be/, { callbackEvents: new Array(1) }],
		[/^The Callback URL is longer/, { callbackUrl: 'x'.repeat(2049) }],
		[/^The Push Arguments is longer/, { pushArgs: 'x'.repeat(2049) }],
	])('of files is rejected: %s', (message, additionalFields) => {
		expect(messageOf(() => vod(additionalFields))).toMatch(message);
	});

	test.each([
		['VOD Loop Time', { vodLoopTime: '3' }],
		['VOD Refresh Type', { vodRefreshType: 'immediate_new_source' }],
		['VOD Start Video Index', { vodStartVideoIndex: 0 }],
		['VOD Start Video Time', { vodStartVideoTime: 0 }],
		['Backup Source URLs', { backupSourceUrls: 'rtmp://a' }],
	])('of a live stream is rejected with %s', (label, additionalFields) => {
		const message = `The ${label} is only for tasks with the Source Type Video Files`;
		expect(messageOf(() => create({ additionalFields }))).toContain(message);
	});

	test('of 7 days or a little more, which are sent as 7, and with 30 files, is accepted', () => {
		for (const time of ['00:00:00', '00:00:59']) {
			expect(vod(days('02-01', '02-08', time))).toMatchObject({ end_time: '2026-02-08T00:00:00Z' });
		}
		expect(create({ ...VOD, sourceUrls: new Array(30).fill('https://a') })).toMatchObject({
			source_urls: expect.arrayContaining(['https://a']),
		});
	});

	const where = {
		'Source URLs': (url: unknown) => ({ ...VOD, sourceUrls: url }),
		'Backup Source URLs': (url: unknown) => ({ ...VOD, additionalFields: { backupSourceUrls: url } }),
		'Destination URL': (url: unknown) => ({ destinationUrl: url }),
		'Callback URL': (url: unknown) => ({ additionalFields: { callbackUrl: url } }),
	};
	test.each([
		['pull.example.com/live/x1', 'scheme'],
		['push.example.com', 'scheme'],
		['//push.example.com/live', 'scheme'],
		['://push.example.com/live', 'scheme'],
		['rtmp:/push.example.com/live', 'scheme'],
		['rtmp://', 'no host'],
		['rtmp:///live/a', 'no host'],
		['rtmp://:1935/live/a', 'no host'],
		['rtmp://user:password@/live/a', 'no host'],
		['https://?a=b', 'no host'],
		['rtmp://push.example.com/live/a b', 'white space'],
		['rtmp://a.example.com/1 rtmp://b.example.com/2', 'white space'],
		['https://a.example.com/1.mp4,https://b.example.com/2.mp4', 'second URL'],
		['https://a.example.com/1.mp4?x=1,https://b.example.com/2.mp4', 'second URL'],
		['https://a.example.com/1.mp4;rtmp://b.example.com/2', 'second URL'],
		['http://http://a.example.com/1.mp4', 'second URL'],
	])('has no %s for a URL, in any field', (url, problem) => {
		for (const [label, input] of Object.entries(where)) {
			const message = messageOf(() => create(input(url)));
			expect(message).toContain(label);
			expect(message).toContain(problem);
			expect(message).not.toContain('example');
		}
	});

	test.each([
		'rtmp://push.example.com/live/a,b',
		'srt://192.0.2.7:9000?streamid=#!::r=live/a,m=publish',
		'rtmps://user:p@ss@push.example.com:443/live/a?auth_key=1-0-0-ab,cd',
		'https://vod.example.com/1.mp4?from=https://cdn.example.com/1.mp4',
		'RTMP://[2001:db8::1]/live/摄像机',
		'http://localhost/a|b',
	])('may have %s for a URL', (url) => {
		for (const input of Object.values(where)) expect(JSON.stringify(create(input(url)))).toContain(url);
	});
});

test.each([
	['maxConcurrency', 101, /^The Max Concurrency must be a whole number from 1 to 100\.$/],
	['maxRequestsPerMinute', 0, /^The Max Requests per Minute must be .+ from 1 to 100000\.$/],
	['maxRetries', -1, /^The Max Retries must be a whole number from 0 to 10\.$/],
	['timeout', 300_001, /^The Timeout \(Ms\) must be a whole number from 1 to 300000\.$/],
])('the option %s may not be %j', (name, value, message) => {
	const parameters = parametersOf({ options: { [name]: value } });
	expect(messageOf(() => readOptions(parameters))).toMatch(message);
});

describe('changes', () => {
	const change = (fields: Record<string, unknown>) =>
		readTaskChanges(parametersOf({ updateFields: fields }), NOW);

	test.each([
		[{}, /^There is nothing to update/],
		[{ status: 'stop' }, /^The Status must be one of: enable, pause/],
		[{ sourceUrls: 'https://a', vodStartVideoIndex: 1 }, /beyond the end/],
		[days('02-02', '02-01'), /^The End Time is not after the Start Time/],
		[{ endTime: '2026-01-31T12:00:00Z' }, /^The End Time is not in the future/],
		[{ vodStartVideoTime: 2_147_483_648 }, /^The VOD Start Video Time must be a whole number/],
	])('%j are rejected', (fields, message) => {
		expect(messageOf(() => change(fields))).toMatch(message);
	});

	test('may move the index of sources that are not known here, and the end of a task that starts later', () => {
		expect(change({ vodStartVideoIndex: 5, endTime: '2026-06-01T00:00:00Z' })).toEqual({
			vod_start_video_index: 5,
			end_time: '2026-06-01T00:00:00Z',
		});
	});
});

describe('a time', () => {
	test.each([
		['2026-01-31T18:00:00.500+01:00', '2026-01-31T17:00:00.500Z'],
		['2026-01-31T18:00:00', '2026-01-31T17:00:00.000Z'],
		['2026-07-31T18:00', '2026-07-31T16:00:00.000Z'],
		['2026-01-31 18:00', '2026-01-31T17:00:00.000Z'],
		['2026-01-31', '2026-01-30T23:00:00.000Z'],
		// The hours around the changes to and from summer time.
		['2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
		// An hour that the clocks skip: it is that much later, never earlier.
		['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
		['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
		['2026-01-31 18:00+0100', '2026-01-31T17:00:00.000Z'],
		['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
		['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
	])('%s is %s in a workflow in Berlin', (text, iso) => {
		expect(new Date(readTime('Time', text, inBerlin)).toISOString()).toBe(iso);
	});

	test.each([
		'soon',
		'31.01.2026',
		'2026-13-01T00:00:00Z',
		'2026-01-31T18:60:00Z',
		'2026-02-30',
		'2026-02-29T10:00:00+01:00',
		'2026-01-31T18:00+25:00',
		// Beyond the years that the API's format can hold.
		'0000-01-01T00:00+23:59',
		'9999-12-31T23:59:59-10:00',
		new Date(Number.NaN),
		new Date('+010000-01-01T00:00:00Z'),
		1769882400000,
		{},
		true,
	])('%j is none', (value) => {
		expect(() => readTime('Start Time', value, inBerlin)).toThrow(/^The Start Time is not a date and time/);
	});
});
