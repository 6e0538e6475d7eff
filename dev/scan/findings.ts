/** A finding of n8n's scanner. */
export interface Finding {
	/** The scanned files: the sources, or the packed package. */
	where: 'source' | 'tarball';
	/** Relative to what it looked at. */
	file: string;
	rule: string;
}

/** A finding that is on purpose, and why. */
export interface AllowedFinding extends Finding {
	why: string;
}

/** Which findings nobody allowed, and which permissions nothing needs any more in the places that were `looked` at. */
export function compareFindings<Found extends Finding>(
	found: readonly Found[],
	allowed: readonly AllowedFinding[],
	looked: ReadonlyArray<Finding['where']>,
): { notAllowed: Found[]; notNeeded: AllowedFinding[] } {
	const isSame = (one: Finding) => (other: Finding) =>
		one.where === other.where && one.file === other.file && one.rule === other.rule;
	return {
		notAllowed: found.filter((finding) => !allowed.some(isSame(finding))),
		notNeeded: allowed.filter((one) => looked.includes(one.where) && !found.some(isSame(one))),
	};
}
