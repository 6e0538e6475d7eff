/**
 * The meaning of the answers to a deletion by the documentation of Huawei Cloud Live and its API gateway, and what the
 * README promises of the items. Written from there, never from the client, so that the two can disagree.
 */

/** One answer, by what it says rather than by its text. */
export interface Answer {
	status: number;
	/** The code in the body; undefined: it names none. */
	code: string | undefined;
	/** The body of a deletion that was done, something else of the service's form, or what no service of Huawei's sends. */
	body: 'deletion' | 'deletionOfAnother' | 'error' | 'foreign';
	/** Milliseconds that it asks to wait. */
	retryAfter: number;
}

/** How one attempt ended, seen from outside of the client. */
export type Ending =
	| { kind: 'answer'; answer: Answer }
	/** No complete answer. `sent`: whether the request may have reached the service. */
	| { kind: 'broken'; code: string; sent: boolean }
	/** The client itself gave up: its timeout, or the execution was cancelled. */
	| { kind: 'abandoned'; sent: boolean };

/** `open`: the documentation allows both "refused" and "lost". */
export type Meaning = 'deleted' | 'gone' | 'refused' | 'lost' | 'open';

const DOES_NOT_EXIST = 'LIVE.103011019';

/** Codes that say another reason than "does not exist", whatever the status they come with. */
const OTHER_REASONS = [
	...['000', '002', '003', '004', '005', '006', '007', '008', '009', '012', '013', '014', '015'].map(
		(suffix) => `LIVE.100011${suffix}`,
	),
	...['018', '021', '022'].map((suffix) => `LIVE.103011${suffix}`),
];

/** Codes of the gateway, which has two prefixes. */
const gateway = (...suffixes: string[]) =>
	suffixes.flatMap((suffix) => [`APIG.${suffix}`, `APIGW.${suffix}`]);

/** Server errors that say that the deletion was not begun. */
const REFUSED_ALTHOUGH_5XX = [
	'LIVE.100011007',
	...gateway('0605', '0606', '0608', '0609', '0610', '0611', '0612', '0613', '0705'),
];

/** Documented as failures inside the service, after which the deletion may have been done. */
const FAILED_INSIDE = ['LIVE.100011000', 'LIVE.100011005', ...gateway('0601', '0201')];

/** Statuses of Live and the gateway, of proxies, and redirects. Any other may come after the work was done. */
const DOCUMENTED_BELOW_500 = new Set([301, 302, 307, 308, 400, 401, 403, 405, 407, 413, 414, 429, 431, 494]);

/** The answer to a look-up; undefined: none came. */
export type LookUp = 'missing' | 'listed' | 'notPermitted' | undefined;

export function meaningOf(ending: Ending): Meaning {
	if (ending.kind !== 'answer') return ending.sent ? 'lost' : 'refused';
	const { status, code, body } = ending.answer;
	if (code === DOES_NOT_EXIST) return 'gone';
	if (status === 404) {
		return code?.startsWith('LIVE.') && !OTHER_REASONS.includes(code) ? 'gone' : orOpen(code, 'refused');
	}
	if (status < 300) return body === 'deletion' && code === undefined ? 'deleted' : 'lost';
	if (status < 500) {
		if (DOCUMENTED_BELOW_500.has(status)) return orOpen(code, 'refused');
		// A code may still say why it was rejected.
		return code === undefined ? 'lost' : 'open';
	}
	if (code === undefined || FAILED_INSIDE.includes(code)) return 'lost';
	return REFUSED_ALTHOUGH_5XX.includes(code) ? 'refused' : 'open';
}

/** A code of an internal failure under a status that says something else. */
function orOpen(code: string | undefined, otherwise: Meaning): Meaning {
	return code !== undefined && FAILED_INSIDE.includes(code) ? 'open' : otherwise;
}

/** An item's report on a deletion, and the output that it goes to. */
export interface Verdict {
	outcome: 'success' | 'notFound' | 'error';
	deleted: boolean | null;
	/** True if it says that "not found" confirmed a deletion whose answer was lost. */
	isConfirmed: boolean;
}

const SUCCESS: Verdict = { outcome: 'success', deleted: true, isConfirmed: false };
const CONFIRMED: Verdict = { ...SUCCESS, isConfirmed: true };
const NOT_FOUND: Verdict = { outcome: 'notFound', deleted: false, isConfirmed: false };
const FAILED: Verdict = { outcome: 'error', deleted: false, isConfirmed: false };
const IN_DOUBT: Verdict = { ...FAILED, deleted: null };

/**
 * The verdicts that are right for an item whose attempts ended so, in this order. More than one only if one is open.
 * @param lookUp what a look-up showed, for a task that is "not found" after a lost answer
 */
export function verdictsFor(endings: readonly Ending[], lookUp: LookUp): Verdict[] {
	const meanings = endings.map(meaningOf);
	const last = meanings.at(-1);
	if (last === 'deleted') return [SUCCESS];
	const afterLoss = lookUp === 'missing' || lookUp === 'notPermitted' ? CONFIRMED : IN_DOUBT;
	const [certain, inDoubt] = last === 'gone' ? [NOT_FOUND, afterLoss] : [FAILED, IN_DOUBT];
	if (meanings.includes('lost')) return [inDoubt];
	return meanings.includes('open') ? [certain, inDoubt] : [certain];
}

/** True if an ending is final, so that no other attempt may follow it. */
export function isFinal(ending: Ending): boolean {
	const meaning = meaningOf(ending);
	return meaning === 'deleted' || meaning === 'gone';
}

/** True if the service throttled the request: not a failed attempt, but one to repeat when allowed. */
export function isThrottled(ending: Ending): boolean {
	if (ending.kind !== 'answer') return false;
	const { status, code = '' } = ending.answer;
	return status >= 400 && (status === 429 || /^(LIVE\.100011007|APIGW?\.0308)$/.test(code));
}

/** Endings caused by a host that is down. */
export function showsOutage(ending: Ending): boolean {
	if (ending.kind !== 'answer') return true;
	const { status, code = '' } = ending.answer;
	return [502, 503, 504].includes(status) && !code.startsWith('LIVE.');
}

/** Endings that README promises to try again: network errors, timeouts, the server errors that pass, foreign answers. */
export function isToBeRetried(ending: Ending): boolean {
	if (ending.kind === 'abandoned') return true;
	if (ending.kind === 'broken') return ['connectionLost', 'timeout', 'unreachable'].includes(ending.code);
	const { status, code } = ending.answer;
	if (status < 300) return meaningOf(ending) === 'lost';
	return [500, 502, 504].includes(status) && code === undefined;
}

/**
 * True if Huawei Cloud rejected the credential itself: by the codes of the gateway and of Live, or a bare 401.
 * @returns `open` for answers that the documentation does not know
 */
export function refusesCredential(ending: Ending): boolean | 'open' {
	if (ending.kind !== 'answer' || ending.answer.status < 400) return false;
	const { status, code, body } = ending.answer;
	const isRefusal = /^(LIVE\.100011002|APIGW?\.030[17])$/.test(code ?? '');
	if (status !== 401) return isRefusal && 'open';
	return isRefusal || (code === undefined && body === 'error') || 'open';
}

/** A task ID that can be sent: text of 1 to 64 characters, or a whole number that has lost no digits. */
export function taskIdOf(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
	if (typeof value !== 'string') return undefined;
	const id = value.trim();
	const isWhole = !/\p{Surrogate}/u.test(id);
	return id !== '' && [...id].length <= 64 && isWhole ? id : undefined;
}
