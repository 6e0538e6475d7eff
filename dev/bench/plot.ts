/** A picture of what an item costs each peer: dots on a logarithmic axis. Readable on light and dark ground. */

export interface Dot {
	name: string;
	/** Microseconds. */
	value: number;
}

const WIDTH = 760;
const LEFT = 330;
const RIGHT = 60;
const ROW = 30;
const TOP = 46;

const STYLE = `
	text { font: 13px system-ui, sans-serif; fill: #24292f; }
	.faint { fill: #57606a; }
	line { stroke: #8c959f; stroke-opacity: 0.4; }
	circle { fill: #57606a; }
	.ours { fill: #c7000b; font-weight: 600; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; }
		.faint { fill: #9198a1; }
		circle { fill: #9198a1; }
		.ours { fill: #ff6a70; }
	}
`;

export function plot(dots: readonly Dot[]): string {
	const values = dots.map(({ value }) => value);
	const [least, most] = [floorOfTen(Math.min(...values)), Math.max(...values) * 1.2];
	const x = (value: number) =>
		Math.round(LEFT + (Math.log(value / least) / Math.log(most / least)) * (WIDTH - LEFT - RIGHT));
	const height = TOP + dots.length * ROW + 8;
	const ticks = [1, 3, 10, 30, 100, 300].map((tick) => tick * least).filter((tick) => tick <= most);
	const grid = ticks.map(
		(tick) =>
			`<line x1="${x(tick)}" y1="${TOP - 8}" x2="${x(tick)}" y2="${height - 8}"/><text class="faint" x="${x(tick)}" y="${TOP - 14}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
	);
	const rows = dots.map(({ name, value }, index) => {
		const y = TOP + index * ROW + ROW / 2;
		const ours = name.startsWith('our ') ? ' class="ours"' : '';
		return `<text${ours} x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${name}</text><circle${ours} cx="${x(value)}" cy="${y}" r="6"/><text${ours} x="${x(value) + 12}" y="${y + 4}">${Math.round(value).toLocaleString('en')}</text>`;
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU of an item">`,
		`<style>${STYLE}</style>`,
		`<text class="faint" x="${LEFT - 24}" y="${TOP - 14}" text-anchor="end">CPU of an item in microseconds, logarithmic</text>`,
		...grid,
		...rows,
		'</svg>',
		'',
	].join('\n');
}

function floorOfTen(value: number): number {
	return 10 ** Math.floor(Math.log10(value));
}
