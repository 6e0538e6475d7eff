import { expect } from '@jest/globals';
import fc from 'fast-check';

import {
	advance,
	missingIds,
	type Entry,
	type LookUpResult,
	type Memory,
} from '../../nodes/HuaweiCloudLiveTrigger/changes';
import { idOf, recall, remember } from '../../nodes/HuaweiCloudLiveTrigger/memory';
import { testProperty } from '../support/properties';

/** The trigger on a service whose tasks come and go, whose lists lack entries, and whose look-ups fail. */

const SECOND = 1000;
const SCOPE = 'tasks';
const COLUMNS = { keys: ['task_id'], details: ['status', 'stream_name'] };
const idFor = (task_id: string) => idOf(COLUMNS, { task_id });

type Happening = { kind: 'create' | 'createUndated' | 'delete' | 'change'; which: number };

/** One poll: what happened before it, and what the service shows of it. */
interface Round {
	happenings: Happening[];
	/** Of each existing task in turn, whether the list lacks it. */
	gaps: boolean[];
	/** True if a list without a gap is known to have none. */
	isKnownToBeComplete: boolean;
	/** Of each look-up in turn, whether it does not settle the question. */
	failures: boolean[];
	/** True if the memory goes through n8n's database. */
	isStored: boolean;
}

const rounds: fc.Arbitrary<Round[]> = fc.array(
	fc.record({
		happenings: fc.array(
			fc.record({ kind: fc.constantFrom('create', 'createUndated', 'delete', 'change'), which: fc.nat(30) }),
			{ maxLength: 6 },
		),
		gaps: fc.oneof(fc.constant<boolean[]>([]), fc.array(fc.boolean(), { maxLength: 30 })),
		isKnownToBeComplete: fc.boolean(),
		failures: fc.oneof(fc.constant<boolean[]>([]), fc.array(fc.boolean(), { maxLength: 30 })),
		isStored: fc.boolean(),
	}),
	{ minLength: 1, maxLength: 12 },
);

class Model {
	/** Task ID → its status, and when it was created if lists say so. */
	readonly tasks = new Map<string, { status: string; time: number | undefined }>();
	/** Tasks whose creation is no event: of before the first poll, or undated and of before the first complete list. */
	readonly notNew = new Set<string>();
	readonly events = new Map<string, string[]>();
	private memory: Memory | undefined;
	private wasWhole = false;
	private time = 0;
	private created = 0;
	/** The status that was last reported or shown. */
	private readonly shown = new Map<string, string>();

	poll({ happenings, gaps, isKnownToBeComplete, failures, isStored }: Round): void {
		this.time += 60 * SECOND;
		for (const happening of happenings) this.happen(happening);
		this.time += SECOND;
		const entries = [...this.tasks.keys()]
			.filter((_id, index) => gaps[index] !== true)
			.map((id) => this.entryOf(id));
		const isComplete = isKnownToBeComplete && entries.length === this.tasks.size;
		const listed = { entries, isComplete, time: this.time };
		this.wasWhole ||= isComplete;
		const lookedUp = new Map<string, LookUpResult>();
		const missing = this.memory ? missingIds(this.memory, listed) : [];
		const byId = new Map([...this.tasks.keys()].map((id) => [idFor(id), id]));
		for (const [index, id] of missing.entries()) {
			const task = byId.get(id);
			const answer = task === undefined ? 'absent' : this.entryOf(task);
			lookedUp.set(id, failures[index] ? 'unknown' : answer);
		}
		const { changes, nextMemory } = advance(this.memory, listed, lookedUp);
		if (!this.memory) {
			for (const id of this.tasks.keys()) this.notNew.add(id);
			expect(changes).toEqual([]);
		}
		for (const { kind, previous, entry } of changes) {
			const task = (entry?.remembered ?? previous)?.task_id ?? '';
			this.check(kind, task, previous?.status, entry?.remembered.status);
			this.events.set(task, [...(this.events.get(task) ?? []), kind]);
		}
		const found = [...lookedUp.values()].filter((answer) => typeof answer === 'object');
		for (const { remembered } of [...entries, ...found]) {
			this.shown.set(remembered.task_id ?? '', remembered.status ?? '');
		}
		this.memory = isStored ? stored(nextMemory) : nextMemory;
	}

	/** Every event is true. */
	private check(kind: string, id: string, previous: string | undefined, now: string | undefined): void {
		const task = this.tasks.get(id);
		expect(task === undefined).toBe(kind === 'removed');
		expect(now).toBe(task?.status);
		if (kind === 'added') expect(this.notNew.has(id)).toBe(false);
		if (kind === 'changed') expect(now).not.toBe(previous);
		if (kind !== 'added') expect(previous).toBe(this.shown.get(id) ?? previous);
	}

	private happen({ kind, which }: Happening): void {
		const ids = [...this.tasks.keys()];
		const id = ids[which % Math.max(1, ids.length)];
		if (kind === 'create' || kind === 'createUndated') {
			const created = `task-${this.created++}`;
			this.tasks.set(created, { status: 'new', time: kind === 'create' ? this.time : undefined });
			if (kind === 'createUndated' && !this.wasWhole) this.notNew.add(created);
		} else if (id === undefined) return;
		else if (kind === 'delete') this.tasks.delete(id);
		else this.tasks.set(id, { time: undefined, ...this.tasks.get(id), status: `status-${which}` });
	}

	private entryOf(id: string): Entry {
		const { status, time } = this.tasks.get(id) ?? { status: '', time: undefined };
		const remembered = { task_id: id, status, stream_name: `stream of ${id}` };
		return { id: idFor(id), time, remembered, fields: {} };
	}

	get remembered(): Memory['entries'] {
		return this.memory?.entries ?? new Map();
	}

	/** True if the trigger ever saw it, so that its end is an event. */
	wasShown(id: string): boolean {
		return this.shown.has(id);
	}
}

function stored(memory: Memory): Memory | undefined {
	const staticData = {};
	remember(staticData, SCOPE, COLUMNS, memory);
	const read = recall(JSON.parse(JSON.stringify(staticData)), SCOPE, COLUMNS);
	expect(read).toEqual(memory);
	return read;
}

const WHOLE: Round = { happenings: [], gaps: [], isKnownToBeComplete: true, failures: [], isStored: false };

testProperty(
	'every event is true, and in the end each creation and each deletion was reported exactly once',
	1000,
	fc.asyncProperty(rounds, async (all) => {
		const model = new Model();
		for (const round of [...all, WHOLE, WHOLE]) model.poll(round);
		const statusOf = (tasks: ReadonlyMap<string, { status?: string }>) =>
			new Map([...tasks].map(([id, { status }]) => [id, status]));
		const existing = new Map([...model.tasks].map(([id, task]) => [idFor(id), task]));
		expect(statusOf(model.remembered)).toEqual(statusOf(existing));
		const ids = new Set([...model.events.keys(), ...model.tasks.keys(), ...model.notNew]);
		for (const id of ids) {
			const events = model.events.get(id) ?? [];
			const count = (kind: string) => events.filter((one) => one === kind).length;
			expect(count('added')).toBe(!model.notNew.has(id) && model.wasShown(id) ? 1 : 0);
			expect(count('removed')).toBe(!model.tasks.has(id) && model.wasShown(id) ? 1 : 0);
		}
		await Promise.resolve();
	}),
);

testProperty(
	'what n8n gives back is read as it was stored, or not at all, whatever it has become',
	300,
	fc.asyncProperty(
		fc.array(fc.tuple(fc.string(), fc.string(), fc.string())),
		fc.jsonValue(),
		async (texts, junk) => {
			const entries = new Map(
				[['__proto__', '', ''], ...texts]
					.filter(([id]) => id !== '')
					.map(([task_id = '', status = '', stream_name = '']) => [
						idFor(task_id),
						{ task_id, status, stream_name },
					]),
			);
			const memory = { entries, isWhole: false, firstPollAt: 1 };
			const staticData: Record<string, never> = {};
			remember(staticData, SCOPE, COLUMNS, memory);
			expect(stored(memory)).toEqual(memory);
			expect(recall(staticData, 'streams', COLUMNS)).toBeUndefined();
			const unnamed = { ...COLUMNS, keys: ['nothing'] };
			const nameless = {};
			remember(nameless, SCOPE, unnamed, memory);
			expect(recall(nameless, SCOPE, unnamed)).toBeUndefined();
			for (const field of ['format', 'scope', 'isWhole', 'since', 'remembered']) {
				const corrupt = JSON.parse(JSON.stringify({ ...staticData, [field]: junk }));
				const read = recall(corrupt, SCOPE, COLUMNS);
				expect(read === undefined || JSON.stringify(junk) === JSON.stringify(corrupt[field])).toBe(true);
			}
			await Promise.resolve();
		},
	),
);
