import { beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';

import type { Engine } from '../../dev/n8n/engine';
import type { HttpRequest } from '../../huawei-cloud/http/http';
import { CREDENTIAL_FIELDS } from '../support/clients';
import { testProperty } from '../support/properties';
import { ScriptedNetwork, type Exchange } from '../support/scriptedService';
import { executeVirtually, loadVirtualEngine } from '../support/virtualNode';
import { nextDay } from '../support/world';

/**
 * The service does what its documentation says; the network may do anything. So the test knows which tasks were
 * deleted, and by whom: every item must be true.
 */

/** The fate of one request. */
interface Fate {
	/** True if it reaches the service, which then does its work. */
	arrives: boolean;
	/** The response. */
	returns: 'answer' | 'nothing' | 'reset' | 'badGateway' | 'portal' | 'throttling';
	lasting: number;
}

interface Scenario {
	/** Which tasks the items name. More than one may name the same. */
	named: number[];
	/** Which of the tasks exist. */
	existing: number[];
	/** The fate of the first, second, … request. All others are answered. */
	fates: Fate[];
	verify: boolean;
	maxConcurrency: number;
	maxRetries: number;
	cancelAfter: number | undefined;
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
	named: fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
	existing: fc.uniqueArray(fc.nat(5)),
	fates: fc.array(
		fc.record({
			arrives: fc.boolean(),
			returns: fc.constantFrom<Fate['returns']>(
				...(['answer', 'nothing', 'reset', 'badGateway', 'portal', 'throttling'] as const),
			),
			lasting: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20_000 })),
		}),
		{ maxLength: 20 },
	),
	verify: fc.boolean(),
	maxConcurrency: fc.integer({ min: 1, max: 10 }),
	maxRetries: fc.integer({ min: 0, max: 4 }),
	cancelAfter: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined, freq: 4 }),
});

const HOUR_MS = 3_600_000;

/** A service with tasks, which it deletes and lists as documented. */
class Service {
	constructor(readonly tasks: Set<string>) {}

	answer({ method, path }: HttpRequest) {
		const taskId = new URL(path, 'https://localhost').searchParams.get('task_id') ?? '';
		const isThere = this.tasks.has(taskId);
		if (method === 'DELETE') this.tasks.delete(taskId);
		if (!isThere) return json(404, { error_code: 'LIVE.100011001', error_msg: 'none', request_id: 'r' });
		return method === 'DELETE'
			? json(200, { task_id: taskId, request_id: 'r' })
			: json(200, { task_infos: [{ task_id: taskId }], total: 1, request_id: 'r' });
	}
}

function json(status: number, body: object) {
	return { status, headers: {}, body: JSON.stringify(body) };
}

/** The response to a request, once the service has done its part. */
function returned(fate: Fate, answer: () => ReturnType<typeof json>): Exchange {
	const { arrives, returns, lasting } = fate;
	const exchange = (end: Exchange['end'], ms = lasting): Exchange => ({ connecting: 0, lasting: ms, end });
	if (returns === 'throttling') return exchange(json(429, { error_code: 'APIGW.0308', error_msg: 'slowly' }));
	const answered = arrives ? answer() : undefined;
	if (returns === 'answer' && answered) return exchange(answered);
	if (returns === 'badGateway')
		return exchange({ status: 502, headers: {}, body: '<html>Bad gateway</html>' });
	if (returns === 'portal') return exchange({ status: 200, headers: {}, body: '<html>Log in</html>' });
	if (returns === 'nothing') return exchange({ failure: 'timeout', sent: true }, HOUR_MS);
	return exchange({ failure: 'connectionLost', sent: true });
}

const ANSWERED: Fate = { arrives: true, returns: 'answer', lasting: 50 };

let engine: Engine;
let runs = 0;
beforeAll(async () => {
	engine = await loadVirtualEngine();
});

async function run({ named, existing, fates, verify, maxConcurrency, maxRetries, cancelAfter }: Scenario) {
	runs += 1;
	const clock = nextDay(runs);
	const service = new Service(new Set(existing.map((task) => `task-${task}`)));
	const network = new ScriptedNetwork<Exchange>(clock, (request): Exchange =>
		returned(fates[network.seen.length] ?? ANSWERED, () => service.answer(request)),
	);
	const outputs = await executeVirtually(engine, {
		clock,
		transport: network,
		items: named.map((task) => ({ task_id: `task-${task}` })),
		parameters: { options: { maxConcurrency, maxRetries, verify } },
		onError: 'continueRegularOutput',
		credential: { ...CREDENTIAL_FIELDS, projectId: `honest-${runs}` },
		cancelAfter,
	});
	return { outputs: outputs.map((items) => items.map(({ json }) => json)), tasks: service.tasks };
}

testProperty(
	'what items say of their tasks is true, whatever the network does to an honest service',
	300,
	fc.asyncProperty(scenarios, async (scenario) => {
		const { outputs, tasks } = await run(scenario);
		const [success = [], notFound = [], error = []] = outputs;
		expect(success.length + notFound.length + error.length).toBe(scenario.named.length);
		const existed = (id: unknown) => scenario.existing.some((task) => `task-${task}` === id);
		const isNamedOnce = (id: unknown) => scenario.named.filter((task) => `task-${task}` === id).length === 1;

		for (const { task_id, confirmed_by } of success) {
			expect(tasks.has(String(task_id))).toBe(false);
			// Without a lost response, it was this item that deleted it.
			if (confirmed_by === undefined) expect(existed(task_id)).toBe(true);
		}
		const certain = success.filter(({ confirmed_by }) => confirmed_by !== 'not_found_after_retry');
		if (!scenario.verify) {
			expect(new Set(certain.map(({ task_id }) => task_id)).size).toBe(certain.length);
		}
		for (const { task_id } of notFound) {
			expect(tasks.has(String(task_id))).toBe(false);
			if (isNamedOnce(task_id)) expect(existed(task_id)).toBe(false);
		}
		for (const { task_id, deleted } of error) {
			const isUntouched = !existed(task_id) || tasks.has(String(task_id));
			if (deleted === false && isNamedOnce(task_id)) expect(isUntouched).toBe(true);
		}
	}),
);
