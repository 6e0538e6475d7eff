import { createHash } from 'node:crypto';
import { join } from 'node:path';

import ts from 'typescript';

const OPTIONS = {
	target: ts.ScriptTarget.ES2022,
	module: ts.ModuleKind.CommonJS,
	esModuleInterop: true,
	resolveJsonModule: true,
};

/** Compiles without checking types, with the change of its project: to a source, and to the build of that source. */
export default {
	createTransformer({ mutant: { file = '', source: changedSource } }) {
		const builds = [file, join('dist', file.replace(/\.ts$/, '.js'))];
		const changed = (source, path, rootDir) =>
			builds.some((build) => path === join(rootDir, build)) ? changedSource : source;
		return {
			process(source, path, { config: { rootDir } }) {
				const code = changed(source, path, rootDir);
				const isBuild = path.endsWith('.js') && code === source;
				return { code: isBuild ? code : ts.transpileModule(code, { compilerOptions: OPTIONS }).outputText };
			},
			getCacheKey: (source, path, { config: { rootDir } }) =>
				createHash('sha256')
					.update(`${path}\n${changed(source, path, rootDir)}`)
					.digest('hex'),
		};
	},
};
