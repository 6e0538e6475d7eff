import { installN8n, installPacked, RELEASE_NAMES, type Release } from '../../dev/n8n/installation';

/** The release that the tests are for: the newest, unless `N8N_RELEASE` says otherwise. */
export const release: Release = RELEASE_NAMES.find((name) => name === process.env.N8N_RELEASE) ?? 'newest';

/** Before all tests: installs n8n, and packs the package. */
export default async function prepare(): Promise<void> {
	await installN8n(release);
	await installPacked();
}
