/** What is used of n8n's scanner, which has no types. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** What it looks at in the sources. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The rules that it looks with. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}
