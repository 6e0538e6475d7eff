/** A phrase that this project does not use, and the one to write instead. */
interface Phrase {
	pattern: RegExp;
	instead: string;
}

/** Phrases in any text: code, comments, documentation, and strings that people read. */
const PHRASES: readonly Phrase[] = [
	{ pattern: /\b(?:leaves?|left|leaving) by\b/i, instead: 'goes to (an output)' },
	{ pattern: /\b(?:comes?|came) to nothing\b/i, instead: 'is empty, fails' },
	{ pattern: /\bhears? of\b/i, instead: 'is told, is notified' },
	{ pattern: /\bwoken\b/i, instead: 'resumed, notified' },
	{ pattern: /\bso many\b(?! that)/i, instead: 'n, this many' },
	{ pattern: /\ball that\b(?! match)/i, instead: 'everything, all' },
	{
		pattern: /\b(?:of late|in vain|be it|what there is)\b/i,
		instead: 'recently, without success, whether',
	},
	{ pattern: /\bis away\b/i, instead: 'is unavailable' },
	{ pattern: /\bunder ?way\b/i, instead: 'in flight, pending' },
	{ pattern: /\b(?:un)?wired\b|\bwire (?:it|the|up)\b/i, instead: 'connected, connect (an output)' },
	{ pattern: /\ba try\b/i, instead: 'an attempt' },
	{ pattern: /(?<!<\/?)\bpictures?\b/i, instead: 'screenshot' },
	{ pattern: /\b(?:puts?|set) right\b/i, instead: 'correct' },
	{ pattern: /\bcalled wrongly\b/i, instead: 'called with invalid arguments' },
	{ pattern: /\bgo(?:es)? on unchanged\b/i, instead: 'keeps running unchanged' },
	{ pattern: /\brefuses?\b(?! to\b)/i, instead: 'reject' },
	{ pattern: /\b(?:is|are|was|were|be|been|a) refused\b/i, instead: 'rejected' },
	{ pattern: /\bin place of\b/i, instead: 'instead of' },
	{ pattern: /\bfor ever\b/i, instead: 'forever' },
	{ pattern: /\ball the same\b/i, instead: 'anyway, still' },
	{ pattern: /\bbec[ao]mes? of\b/i, instead: 'happened to, happens to' },
	{
		pattern: /behaviour|flavour|colour|honour|favour|neighbour|\banaly(?:se|sed|sing)\b/i,
		instead: 'American spelling: behavior, flavor, color, honor, analyze',
	},
	{
		pattern: /(?:recogni|organi|seriali|normali|initiali|optimi|authori|summari)s(?:es?|ed|ing|ation)\b/i,
		instead: 'American spelling: …ize',
	},
];

const INSTEAD_OF_OPENING = 'name the thing: "Cancellation that never fires", not "What is never given up"';

/** The opening of a doc comment, on its first line. */
const OPENING: Phrase = {
	pattern: /^\s*\/\*\* (?:What|That|So many|So that|Whether|Those|Who)\b/,
	instead: INSTEAD_OF_OPENING,
};

/** The opening of a doc comment whose first line is only `/**`. */
const SECOND_LINE: Phrase = {
	pattern: /^\s*\* (?:What|That|So many|So that|Whether|Those|Who)\b/,
	instead: INSTEAD_OF_OPENING,
};

/** Names of constants. */
const NAME: Phrase = {
	pattern: /\b(?:MOST|LONGEST|FEWEST|SHORTEST|LARGEST|SMALLEST)_[A-Z]/,
	instead: 'MAX_…, MIN_…',
};

/** A phrase found in a text. */
export interface Finding {
	/** From 1. */
	line: number;
	text: string;
	instead: string;
}

/**
 * Phrases of a text that this project does not use.
 * @param path of the file; code is held to more than documentation
 */
export function findPhrases(path: string, text: string): Finding[] {
	const lines = text.split('\n');
	const isCode = /\.[mc]?[tj]s$/.test(path);
	return lines.flatMap((content, index) => {
		const opensComment = lines[index - 1]?.trim() === '/**';
		const inCode = opensComment ? [OPENING, NAME, SECOND_LINE] : [OPENING, NAME];
		return [...PHRASES, ...(isCode ? inCode : [])]
			.filter(({ pattern }) => pattern.test(content))
			.map(({ instead }) => ({ line: index + 1, text: content.trim(), instead }));
	});
}
