/** The middle one, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
	return middle.reduce((sum, number) => sum + number, 0) / middle.length;
}

/** With three significant digits, so that a table does not claim more than was measured. */
export function rounded(number: number): string {
	return Number(number.toPrecision(3)).toLocaleString('en');
}

/**
 * A measured value, in Markdown.
 * @param isReached false links it to the reasons why the goal was missed
 */
export function measured(text: string, isReached: boolean): string {
	return isReached ? text : `[${text}](#missed-goals)`;
}
