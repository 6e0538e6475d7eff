import { packVerified } from './verified';

/** `npm run pack:verified`: packs the flavor without dependencies. The last line is the path of the tarball. */
async function main(): Promise<void> {
	const { tarball } = await packVerified((line) => console.error(line));
	console.log(tarball);
}

void main();
