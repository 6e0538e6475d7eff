import { Engine } from '../../n8n/engine';
import { measured, table, writeSection } from '../document';
import { GatewayProcess, newProject } from '../gatewayProcess';
import { tasks } from '../nodes';
import { NAMES, peersOf, type Peer } from '../peers';
import { median, percent } from '../statistics';

const DELAYS_MS = [50, 200];
const CONCURRENCIES = [10, 100];
const ROUNDS = 5;
/** How long a run takes at least. */
const RUN_MS = 4000;
/** The aim of docs/benchmarks.md. */
const MIN_SHARE = 0.95;

/** The share of the possible throughput at a given concurrency, when the service is slow. */
export async function roundTrips(): Promise<void> {
	const engine = await Engine.load();
	const rows: string[][] = [];
	for (const delay of DELAYS_MS) {
		const gateway = await GatewayProcess.start({ delay });
		for (const concurrency of CONCURRENCIES) {
			console.log(`${concurrency} at once, ${delay} ms`);
			const peers = peersOf(engine, concurrency).filter(({ name }) =>
				[NAMES.pool, NAMES.node].includes(name),
			);
			const shares = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
			// One project for all rounds: a limiter that knows nothing opens up in the first, which is not counted.
			const project = newProject();
			for (let round = 0; round <= ROUNDS; round++) {
				for (const peer of peers) {
					const reached = await share(peer, { url: gateway.url, project }, delay, concurrency);
					if (round > 0) shares.get(peer)?.push(reached);
				}
			}
			const medians = peers.map((peer) => {
				const reached = median(shares.get(peer) ?? []);
				return measured(percent(reached), peer.name !== NAMES.node || reached >= MIN_SHARE);
			});
			rows.push([`${delay} ms, ${concurrency} at once`, ...medians]);
		}
		await gateway.close();
	}
	writeSection('roundTrips', table(['', NAMES.pool, NAMES.node], rows));
}

async function share(
	peer: Peer,
	target: Parameters<Peer['run']>[0],
	delay: number,
	concurrency: number,
): Promise<number> {
	const items = tasks((concurrency * RUN_MS) / delay);
	const began = performance.now();
	await peer.run(target, items);
	return RUN_MS / (performance.now() - began);
}
