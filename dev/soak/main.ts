import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { TOKEN } from '../bench/nodes';
import { Emulator } from '../emulator/emulator';
import { Engine } from '../n8n/engine';
import { deleteTasks, PROJECT_ID, type Outcome } from './runs';

/**
 * `node --expose-gc --import tsx dev/soak/main.ts`: one large run, of which every item is accounted for, and then small
 * ones for a while, after which the process has to be as it was before. `--items` (100,000), `--minutes` (1).
 */

const CONCURRENCY = 100;
/** The small runs: as many items as a webhook or a clean-up has. */
const SMALL = { items: 100, concurrency: 10 };
/** Warms up, so that everything that is created once exists before the first measurement. */
const RUNS_BEFORE = 30;
/** Idle connections are closed within this time, which the cloud names in its responses. */
const MAX_QUIET_MS = 45_000;
/** Room for code and caches that are created late; a leak of a few hundred bytes per item takes more. */
const MAX_GROWTH_MB = 8;

/** How much of each a process holds. */
type Look = Record<string, number>;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { items: { type: 'string', default: '100000' }, minutes: { type: 'string', default: '1' } },
	});
	const engine = await Engine.load();
	const emulator = await Emulator.start();
	const user = emulator.world.addUser({ projects: [{ id: PROJECT_ID, name: emulator.world.region }] });
	emulator.world.tokens.set(TOKEN, { value: TOKEN, user, projectId: PROJECT_ID, expiresAt: Infinity });

	const began = Date.now();
	const large = await deleteTasks(engine, emulator, Number(values.items), CONCURRENCY);
	const faults = [...large.faults];
	const seconds = (Date.now() - began) / 1000;
	const [success = 0, notFound = 0, error = 0] = large.counts;
	console.log(
		`${Number(values.items).toLocaleString('en')} items in ${seconds.toFixed(0)} s: ` +
			`${success} Success, ${notFound} Not Found, ${error} Error; ${large.faults.length} wrong`,
	);

	const traces: Array<Outcome['trace']> = [];
	const run = async () => {
		const outcome = await deleteTasks(engine, emulator, SMALL.items, SMALL.concurrency);
		faults.push(...outcome.faults);
		traces.push(outcome.trace);
	};
	for (let count = 0; count < RUNS_BEFORE; count++) await run();
	const before = await look(emulator, traces);
	const end = Date.now() + Number(values.minutes) * 60_000;
	while (Date.now() < end) await run();
	const after = await look(emulator, traces);
	await emulator.close();

	console.log(`${traces.length} runs of ${SMALL.items} items in one process, ${values.minutes} minutes`);
	faults.push(...compare(before, after));
	if (faults.length === 0) return;
	console.error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
	process.exitCode = 1;
}

/** Looks at the process, which holds the emulated cloud as well, when all has come to rest. */
async function look({ connections }: Emulator, traces: Array<Outcome['trace']>): Promise<Look> {
	const { gc } = globalThis;
	if (!gc) throw new Error('Start Node with --expose-gc');
	for (const end = Date.now() + MAX_QUIET_MS; connections.open > 0 && Date.now() < end;) await wait(500);
	await wait(500);
	// What finalizers let go of is collected the next time.
	for (let times = 0; times < 3; times++) {
		gc();
		await wait(50);
	}
	const count = (type: string) => process.getActiveResourcesInfo().filter((one) => one === type).length;
	return {
		'heap, MB': process.memoryUsage().heapUsed / 1024 / 1024,
		sockets: count('TCPSocketWrap'),
		timers: count('Timeout'),
		'process listeners': process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
		'runs whose output is held': traces.filter((trace) => trace.deref() !== undefined).length,
		'connections to the cloud': connections.open,
	};
}

/** Prints both, and says what has grown. */
function compare(before: Look, after: Look): string[] {
	const rounded = (value = 0) => Number(value.toFixed(1));
	const names = Object.keys(after);
	const looks = names.map((name) => [name, { before: rounded(before[name]), after: rounded(after[name]) }]);
	console.table(Object.fromEntries(looks));
	const grownBy = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
	return names
		.filter((name) => grownBy(name) > (name.startsWith('heap') ? MAX_GROWTH_MB : 0))
		.map((name) => `grown: ${name}`);
}

void main();
