import { heap } from './parts/heap';
import { speed } from './parts/speed';

/** A program: measures one part, in a process that `main.ts` starts for it. */

const PARTS = { speed, heap };

async function main(): Promise<void> {
	const part = Object.entries(PARTS).find(([name]) => name === process.argv[2])?.[1];
	if (!part) throw new Error(`The parts are ${Object.keys(PARTS).join(', ')}`);
	await part();
}

main()
	// Pools and lanes keep connections open.
	.then(() => process.exit())
	.catch((error: unknown) => {
		console.error(error);
		process.exit(1);
	});
