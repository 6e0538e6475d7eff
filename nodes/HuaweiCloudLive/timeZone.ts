/** Times as people of one time zone write and read them. n8n's date picker gives times without a zone. */

/**
 * Understands a time without a zone.
 * @param text `2026-01-31T18:00`, with or without seconds
 * @param timeZone a name of the IANA database, such as `Europe/Berlin`
 * @returns milliseconds since the epoch
 */
export function readLocalTime(text: string, timeZone: string): number {
	const asUtc = Date.parse(`${text}Z`);
	if (Number.isNaN(asUtc)) return Number.NaN;
	// The offset is that of the time itself, which it takes an offset to know: once more, for the hours of a change.
	const guess = asUtc - offsetAt(asUtc, timeZone);
	return asUtc - offsetAt(guess, timeZone);
}

/**
 * Writes a time as `2026-01-31 18:00`.
 * @param ms milliseconds since the epoch
 */
export function writeLocalTime(ms: number, timeZone: string): string {
	return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16).replace('T', ' ');
}

/** How far a zone's clocks are ahead of UTC at a time, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(ms);
	const valueOf = (type: string) => Number(parts.find((part) => part.type === type)?.value);
	const local = Date.UTC(
		valueOf('year'),
		valueOf('month') - 1,
		valueOf('day'),
		valueOf('hour'),
		valueOf('minute'),
		valueOf('second'),
	);
	return local - Math.floor(ms / 1000) * 1000;
}
