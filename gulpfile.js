const { dest, parallel, src } = require('gulp');

/** Copies the icons into the build, byte for byte. */
function icons() {
	return src('icons/**/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Copies the codex files, which tell the editor's node panel where to list a node. */
function codex() {
	return src('nodes/**/*.node.json').pipe(dest('dist/nodes'));
}

exports.assets = parallel(icons, codex);
