import { runCommand } from '../program';
import { packVerified } from './verified';

/** `npm run pack:verified`: packs the flavor without dependencies. The last line is the path of the tarball. */
void runCommand(async () => {
	const { tarball } = await packVerified();
	console.log(tarball);
});
