import { ok, type EmulatedAnswer } from './answers';

/** How lists stray from their documentation, as a JSON schema. What is left out is as documented; all of it can be combined. */
const properties = {
	/** The max entries of a page, whatever limit was asked for. */
	mostPerPage: { type: 'integer', minimum: 0 },
	/** The meaning of `total`: all entries that match (default), one more, those of this page, none; or it is a text, or missing. */
	total: { enum: ['all', 'oneMore', 'page', 'zero', 'text', 'absent'] },
	/** Every page is the first one. */
	ignoresOffset: { type: 'boolean' },
	/** A list for one task is a list of all. */
	ignoresTaskId: { type: 'boolean' },
	/** A list that names no region has every region (default), or only the project's own. */
	withoutRegion: { enum: ['any', 'home'] },
	/** Task IDs of digits are JSON numbers, with all their digits. */
	numericIds: { type: 'boolean' },
	/** The value instead of an empty list: `[]` (default), `null`, or no field at all. */
	empty: { enum: ['list', 'null', 'absent'] },
	/** A list for a task that does not exist is a 404 (default), or an empty list. */
	unknownTask: { enum: ['notFound', 'empty'] },
} as const;

type ValueOf<Schema> = Schema extends { enum: ReadonlyArray<infer Value> }
	? Value
	: Schema extends { type: 'boolean' }
		? boolean
		: number;

export type ListSettings = {
	-readonly [Name in keyof typeof properties]?: ValueOf<(typeof properties)[Name]>;
};

export const LIST_SETTINGS_SCHEMA = { type: 'object', additionalProperties: false, properties };

/** The answer with the entries in it that begin at an offset, as many as a page may hold. */
export function pageOf(
	all: readonly unknown[],
	{ offset, limit }: { offset: number; limit: number },
	[list, totalName]: readonly [list: string, total: string],
	settings: ListSettings,
): EmulatedAnswer {
	const start = settings.ignoresOffset ? 0 : offset;
	const page = all.slice(start, start + Math.min(limit, settings.mostPerPage ?? limit));
	const { total = 'all', empty = 'list' } = settings;
	const count = all.length;
	const counted = { all: count, oneMore: count + 1, page: page.length, zero: 0, text: String(count) };
	const answer = ok({
		...(page.length > 0 || empty === 'list' ? { [list]: page } : empty === 'null' && { [list]: null }),
		...(total !== 'absent' && { [totalName]: counted[total] }),
	});
	return settings.numericIds ? { ...answer, edit: withNumericIds } : answer;
}

/** On the text, since a number of JavaScript can't hold the digits of a long ID. A number has no zeros in front. */
function withNumericIds(json: string): string {
	return json.replace(/"task_id":"(0|[1-9]\d*)"/g, '"task_id":$1');
}
