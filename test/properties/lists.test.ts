import { describe, expect } from '@jest/globals';
import fc from 'fast-check';

import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { clientOf, SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { PagingService, type ListChange, type ListForm, type Paging } from '../support/pagingService';
import { mostly, testProperty } from '../support/properties';

const STREAMS = { domain: 'push.example.com', app_name: undefined, stream_name: undefined };

interface ReadableList extends ListForm {
	/** The field of an entry that tells it from all others here. */
	id: string;
	/** Where a page with a number begins, the size says that was asked for: so the service has to keep to it. */
	isNumbered?: true;
	read(live: LiveApi, limit: number | undefined): Promise<ListOutcome<Record<string, unknown>>>;
}

/** Each list of the API: how it is written, and how it is read. */
const LISTS: Record<string, ReadableList> = {
	'relay tasks': {
		list: 'task_infos',
		total: 'total',
		id: 'task_id',
		write: (id) => ({ task_id: id, status: 'x' }),
		read: async ({ relayTasks }, limit) =>
			await relayTasks.list({ taskId: undefined, region: undefined }, limit, SETTINGS),
	},
	'online streams': {
		list: 'streams',
		total: 'total_num',
		id: 'stream_name',
		write: (id) => ({ publish_domain: STREAMS.domain, app: 'live', stream: id }),
		read: async ({ streams }, limit) => await streams.listOnline(STREAMS, limit, SETTINGS),
	},
	'forbidden streams': {
		list: 'blocks',
		total: 'total',
		id: 'stream_name',
		isNumbered: true,
		write: (id) => ({ app_name: 'live', stream_name: id }),
		read: async ({ streams }, limit) => await streams.listForbidden(STREAMS, limit, SETTINGS),
	},
};

const changes: fc.Arbitrary<ListChange> = fc.record({
	kind: fc.constantFrom('insert', 'remove'),
	place: mostly(0, fc.double({ min: 0, max: 1, noNaN: true })),
	count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 150 })),
});

/**
 * All pages hold as many as there are, up to the same number: where a page may end at whim, no reader can tell the end of
 * the list. With one entry a page, nothing is left to tell by that others came and went.
 */
const pagings: fc.Arbitrary<Paging> = fc.record({
	entries: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 450 })),
	changes: fc.array(fc.array(changes, { maxLength: 2 }), { maxLength: 12 }),
	mostPerPage: fc.oneof(fc.constant(100), fc.integer({ min: 2, max: 12 })),
	total: fc.constantFrom('all', 'absent'),
	beyond: fc.constantFrom('empty', 'notFound'),
});

const ADDED: ListChange[] = [{ kind: 'insert', place: 0, count: 1 }];

async function readFrom(paging: Paging, name: string, limit?: number) {
	const form = LISTS[name];
	if (!form) throw new Error(`There is no such list: ${name}`);
	const service = new PagingService(form.isNumbered ? { ...paging, mostPerPage: 100 } : paging, form);
	const { live } = clientOf({ transport: service, clock: new FakeClock() });
	const outcome = await form.read(live, limit);
	if (outcome.kind !== 'success') throw new Error(`The list was not read: ${JSON.stringify(outcome)}`);
	const ids = outcome.entries.map((entry) => String(entry[form.id]));
	return { service, ids, isComplete: outcome.isComplete };
}

describe.each(Object.keys(LISTS))('%s', (name) => {
	testProperty(
		'that come and go while they are read: none comes twice, and a list that is called complete misses none that stayed',
		300,
		fc.asyncProperty(
			pagings,
			fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
			async (paging, limit) => {
				const { service, ids, isComplete } = await readFrom(paging, name, limit);
				expect(new Set(ids).size).toBe(ids.length);
				expect(ids.filter((id) => !service.known.has(id))).toEqual([]);
				expect(ids.length).toBeLessThanOrEqual(limit ?? Infinity);
				const missing = [...service.stayed].filter((id) => !ids.includes(id));
				if (isComplete && ids.length < (limit ?? Infinity)) expect(missing).toEqual([]);
			},
		),
		// Two short pages that bring nothing new, since entries were added before them.
		[
			[
				{ entries: 4, changes: [[], ADDED, ADDED], mostPerPage: 2, total: 'absent', beyond: 'empty' },
				undefined,
			],
		],
	);

	testProperty(
		'that stay as they are: all of them, in their order, whatever the size of the pages; none, only if a total says so',
		200,
		fc.asyncProperty(pagings, async (paging) => {
			const { service, ids, isComplete } = await readFrom({ ...paging, changes: [] }, name);
			const isSure = paging.entries > 0 || paging.total === 'all';
			expect({ ids, isComplete }).toEqual({ ids: service.current, isComplete: isSure });
		}),
	);
});
