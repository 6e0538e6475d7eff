import type { IDataObject } from 'n8n-workflow';

import { compare } from '../../../nodes/HuaweiCloudLiveTrigger/changes';
import { recall, remember } from '../../../nodes/HuaweiCloudLiveTrigger/memory';
import { isObject } from '../../../huawei-cloud/http/response';
import { jsonOf, linesOf, must, withoutGrowth } from '../oracle';

/** What the trigger remembers, as n8n's database gives it back, and what it makes of the next list. */

export const fuzz = withoutGrowth((data) => {
	const { lines, rest } = linesOf(data, 2);
	const stored = jsonOf(lines[0] ?? '');
	const before = recall(isObject(stored) ? toStaticData(stored) : {}, 'scope') ?? new Map<string, string>();
	const entries = new Map(
		rest.split('\n').map((line): [string, string] => [line.slice(0, 4), line.slice(4)]),
	);
	const isComplete = lines[1] !== '';

	const { changes, after } = compare(before, { entries, isComplete });
	const ids = changes.map(({ id }) => id);
	must(new Set(ids).size === ids.length, 'an entry changes once');
	for (const { id, kind } of changes) {
		must((kind === 'added') === !before.has(id), 'what is new was not there before');
		must((kind === 'missing') === !entries.has(id), 'what is missing is not listed');
		must(kind !== 'missing' || isComplete, 'an incomplete list takes nothing away');
	}
	must(
		[...entries.keys()].every((id) => after.has(id)),
		'what is listed is remembered',
	);
	must(compare(after, { entries, isComplete }).changes.length === 0, 'the same list again is no news');

	const staticData: IDataObject = {};
	remember(staticData, 'scope', after);
	const again = recall(toStaticData(JSON.parse(JSON.stringify(staticData))), 'scope');
	must(JSON.stringify([...(again ?? [])]) === JSON.stringify([...after]), 'what is remembered is recalled');
});

function toStaticData(value: object): IDataObject {
	return { ...value };
}

export const seeds = [
	'{"scope":"scope","remembered":["id-1","running","id-2",""]}\nx\nid-1stopped\nid-3',
	'{"scope":"scope","remembered":["__proto__",1,null]}\n\n__proto__',
	'{"scope":"other"}\nx\n',
];
