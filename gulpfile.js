const { dest, parallel, src, watch } = require('gulp');

/**
 * The files copied into the build, byte for byte: icons; codex files, which tell the node panel where to list a node; output
 * schemas, from which the editor lists the fields of a node that has not run yet.
 */
const ASSETS = [
	{ from: 'icons/**/*.svg', to: 'icons' },
	{ from: 'nodes/**/*.node.json', to: 'nodes' },
	{ from: 'nodes/**/__schema__/**/*.json', to: 'nodes' },
];
/** `npm run dev` has another folder kept up to date. */
const target = process.env.ASSETS_TARGET ?? 'dist';

const copyOf = ({ from, to }) =>
	Object.assign(() => src(from, { encoding: false }).pipe(dest(`${target}/${to}`)), { displayName: to });

exports.assets = parallel(...ASSETS.map(copyOf));

exports.watchAssets = () => {
	for (const asset of ASSETS) watch(asset.from, { ignoreInitial: false }, copyOf(asset));
};
