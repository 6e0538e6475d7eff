/** The part of n8n's scanner that is used: it has no types. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** The files that it checks in the sources. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The rules that it looks with. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}
