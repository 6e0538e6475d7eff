const { dest, parallel, src, watch } = require('gulp');

/** Where to. `npm run dev` has n8n's copy of the package kept up to date. */
const target = process.env.ASSETS_TARGET ?? 'dist';
const ICONS = 'icons/**/*.svg';
const CODEX = 'nodes/**/*.node.json';

/** Copies the icons into the build, byte for byte. */
function icons() {
	return src(ICONS, { encoding: false }).pipe(dest(`${target}/icons`));
}

/** Copies the codex files, which tell the editor's node panel where to list a node. */
function codex() {
	return src(CODEX).pipe(dest(`${target}/nodes`));
}

exports.assets = parallel(icons, codex);

exports.watchAssets = () => {
	watch(ICONS, { ignoreInitial: false }, icons);
	watch(CODEX, { ignoreInitial: false }, codex);
};
