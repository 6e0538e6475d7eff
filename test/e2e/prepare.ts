import { installN8n, type Release } from '../../dev/n8n/installation';
import { installPacked } from '../../dev/n8n/packed';

/** The release that the tests are for: `npm run e2e` or `npm run e2e:oldest`. */
export const release: Release = process.env.N8N_RELEASE === 'oldest' ? 'oldest' : 'newest';

/** Before all tests: installs n8n, and packs the package. */
export default async function prepare(): Promise<void> {
	const report = (line: string) => console.log(line);
	await installN8n(release, report);
	await installPacked(report);
}
