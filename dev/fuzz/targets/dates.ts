import { InputError } from '../../../nodes/HuaweiCloudLive/inputError';
import { apiTime, readTime } from '../../../nodes/HuaweiCloudLive/readers';
import { isBefore } from '../../../nodes/HuaweiCloudLive/relayTask/filters';
import { readResumeTime } from '../../../nodes/HuaweiCloudLive/stream/input';
import { must, orRefused, textOf, withoutGrowth } from '../oracle';

/** Points in time: as people enter them, and as the service writes them. */

const NOW = Date.parse('2026-01-01T00:00:00Z');
const API_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** As if the workflow were in Shanghai. */
const localTime = (text: string): number => Date.parse(`${text}+08:00`);

export const fuzz = withoutGrowth((data) => {
	const text = textOf(data);
	const time = orRefused(InputError, () => readTime('Start Time', text, localTime));
	if (time !== undefined) {
		must(API_TIME.test(apiTime(time)), 'a time that was read can be sent');
		const again = readTime('Start Time', apiTime(time), localTime);
		must(again === Math.floor(time / 1000) * 1000, 'a time that was written is read as the same');
	}
	const resume = orRefused(InputError, () => readResumeTime(text, NOW, localTime));
	must(
		resume === undefined || (API_TIME.test(resume) && Date.parse(resume) >= NOW),
		'a ban ends in the future',
	);
	if (isBefore(text, Infinity))
		must(!Number.isNaN(new Date(text).getTime()), 'what is before something is a time');
});

export const seeds = [
	'2026-01-31T18:00:00Z',
	'2026-02-28 18:00',
	'2026-01-31T18:00:00.123+08:00',
	'2024-02-29T23:59:59-1130',
	'2026-01-31',
	'0001-01-01T00:00:00Z',
	'0000-01-01T00:00+23:59',
	'9999-12-31T23:59:59-10:00',
];
