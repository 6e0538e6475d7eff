import type { IDataObject } from 'n8n-workflow';

import { compare, inDoubt, remembering, type Memory } from '../../../nodes/HuaweiCloudLiveTrigger/changes';
import { recall, remember } from '../../../nodes/HuaweiCloudLiveTrigger/memory';
import { isObject } from '../../../huawei-cloud/http/response';
import { jsonOf, linesOf, must, withoutGrowth } from '../oracle';

/** What the trigger remembers, as n8n's database gives it back, and what it makes of the next list. */

export const fuzz = withoutGrowth((data) => {
	const { lines, rest } = linesOf(data, 2);
	const stored = jsonOf(lines[0] ?? '');
	const before = recall(toStaticData(stored), 'scope', isId) ?? undefined;
	const entries = new Map(
		rest.split('\n').map((line): [string, string] => [line.slice(0, 4), line.slice(4)]),
	);
	const surplus = lines[1] === '' ? undefined : Math.abs(Math.trunc(Number(lines[1]))) % 100 || 0;
	must(before === undefined || [...before.entries.keys()].every(isId), 'only what can be an ID is recalled');

	const changes = compare(before?.entries ?? new Map<string, string>(), entries);
	const ids = changes.map(({ id }) => id);
	must(new Set(ids).size === ids.length, 'an entry changes once');
	for (const { id, kind } of changes) {
		must((kind === 'added') === (before?.entries.has(id) !== true), 'what is new was not there before');
		must((kind === 'missing') === !entries.has(id), 'what is missing is not listed');
	}
	const missing = changes.filter(({ kind }) => kind === 'missing');
	const doubtful = before ? inDoubt(missing, { entries, surplus }, before) : [];
	must(
		surplus !== undefined || doubtful.length === missing.length || !before,
		'a list cut short takes nothing away',
	);

	const after = remembering(before, { entries, surplus }, doubtful);
	must(
		[...entries.keys()].every((id) => after.entries.has(id)),
		'what is listed is remembered',
	);
	must(
		doubtful.every(({ id }) => after.entries.has(id)),
		'what may be there is remembered',
	);
	const news = compare(after.entries, entries).filter(({ kind }) => kind !== 'missing');
	must(news.length === 0, 'the same list again is no news');

	const staticData: IDataObject = {};
	remember(staticData, 'scope', after);
	const again = recall(toStaticData(JSON.parse(JSON.stringify(staticData))), 'scope', () => true);
	must(again !== undefined && textOfMemory(again) === textOfMemory(after), 'what is remembered is recalled');
});

function isId(id: string): boolean {
	return id !== '';
}

function textOfMemory({ entries, ...rest }: Memory): string {
	return JSON.stringify([[...entries], Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function toStaticData(value: unknown): IDataObject {
	const fields: object = isObject(value) ? value : {};
	return { ...fields };
}

export const seeds = [
	'{"format":1,"scope":"scope","remembered":["id-1","running","id-2",""],"doubtful":1,"surplus":0,"surplusBefore":0,"isPartial":false}\n0\nid-1stopped\nid-3',
	'{"format":1,"scope":"scope","remembered":["__proto__","a"],"doubtful":0,"surplus":null,"surplusBefore":2,"isPartial":true}\n\n__proto__',
	'{"format":1,"scope":"scope","remembered":["a","b","a","c"],"doubtful":5,"surplus":3,"surplusBefore":1,"isPartial":false}\n7\n',
	'{"scope":"other"}\n3\n',
];
