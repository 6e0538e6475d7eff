import { packVerified } from './verified';

/** `npx tsx dev/verified/main.ts`: packs the flavor without dependencies. The last line is the path of the tarball. */
async function main(): Promise<void> {
	const { tarball } = await packVerified((line) => console.error(line));
	console.log(tarball);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
