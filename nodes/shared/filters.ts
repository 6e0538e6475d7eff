/** Filters that n8n applies to tasks and streams: each is a field whose value is a condition. */

import { nameOf } from '../../huawei-cloud/live/page';
import { LIVE_RELAY, VOD_RELAY } from '../../huawei-cloud/live/relayTasks';
import { choiceField, textField, type Field } from './field';
import type { Fields } from './objects';
import { text } from './readers';

export type Condition = (entry: Fields) => boolean;

/** @param holds whether a task or a stream passes a filter that has this value */
export function filterOf<Value>(
	{ property, read }: Field<Value>,
	holds: (entry: Fields, wanted: Value) => boolean,
): Field<Condition> {
	return {
		property,
		read(...entered) {
			const wanted = read(...entered);
			return (entry) => holds(entry, wanted);
		},
	};
}

/** True for an entry that meets all conditions, or if there are none. */
export function allOf(conditions: Readonly<Record<string, Condition>>): Condition {
	return (entry) => Object.values(conditions).every((holds) => holds(entry));
}

const lowerCase = (value: unknown) => (nameOf(value) ?? '').toLowerCase();
const readText = text(2048);

export const sourceTypeFilter = (description: string) =>
	filterOf(
		choiceField({
			displayName: 'Source Type',
			description,
			default: LIVE_RELAY,
			choices: [
				{ name: 'Live Stream', value: LIVE_RELAY },
				{ name: 'Video Files', value: VOD_RELAY },
			],
		}),
		({ source_type }, wanted) => source_type === wanted,
	);

export const statusFilter = (description: string) =>
	filterOf(
		textField({ displayName: 'Status', placeholder: 'e.g. suspend', description, read: readText }),
		({ status }, wanted) => lowerCase(status) === lowerCase(wanted),
	);

export const TARGET_DESCRIPTION = 'Text that the stream name, domain or destination URL must contain';

export const targetFilter = (description: string) =>
	filterOf(
		textField({ displayName: 'Target Contains', placeholder: 'e.g. camera-3', description, read: readText }),
		({ stream_name, domain, destination_url }, wanted) =>
			[stream_name, domain, destination_url].some((part) => lowerCase(part).includes(lowerCase(wanted))),
	);

/** True if a task has this time and it is before another. "No time" may be written as 0, or as the year 1. */
export function isBefore(time: unknown, bound: number): boolean {
	if (typeof time !== 'string' || !/^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time)) return false;
	return Date.parse(time) < bound;
}
