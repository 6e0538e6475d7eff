import { codeIn, isJson, isSilence, type Answer, type Json, type Seen } from './answer';

/** What the documentation says of an answer, and how an answer is held against it. */
export interface Documented {
	/** In a few words, for the table. */
	says: string;
	/** In which respects the answer differs. Undefined: the documentation leaves it open. */
	differences?: (seen: Seen) => string[];
	/** What of an answer is worth noting, in place of its status and fields. */
	note?: (answer: Answer) => string;
}

/** What is wrong with a value; undefined if nothing is. */
type Rule = (value: unknown) => string | undefined;

export const text =
	(longest = Infinity, shortest = 0): Rule =>
	(value) => {
		if (typeof value !== 'string') return `is ${typeOf(value)}, not text`;
		return value.length < shortest || value.length > longest ? `has ${value.length} characters` : undefined;
	};

export const whole: Rule = (value) =>
	Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : `is ${JSON.stringify(value)}, not a number`;

/** A list of objects with these fields, all of them optional. */
export const listOf =
	(fields: Readonly<Record<string, Rule>>, most = 100): Rule =>
	(value) => {
		if (!Array.isArray(value)) return `is ${typeOf(value)}, not a list`;
		if (value.length > most) return `has ${value.length} entries`;
		if (!value.every(isJson)) return 'has entries that are no objects';
		const wrong = value.flatMap((entry) => violations(entry, fields, 'optional'));
		return wrong.length > 0 ? `has an entry whose ${wrong[0]}` : undefined;
	};

export const texts: Rule = (value) =>
	Array.isArray(value) && value.every((entry) => typeof entry === 'string')
		? undefined
		: 'is not a list of texts';

/** It is carried out: this status, and a body with these fields. */
export function answers(
	status: number,
	fields: Readonly<Record<string, Rule>>,
	further: (json: Json) => string[] = () => [],
): Documented {
	const names = Object.keys(fields);
	return {
		says: `${status} {${[...names, 'request_id'].join(', ')}}`,
		differences: judged((answer) => [
			...statusIs(status, answer),
			...bodyOf(answer, (json) => [...violations(json, fields, 'required'), ...further(json)]),
		]),
	};
}

/** It is carried out, and there is nothing to say. */
export function answersNothing(status = 204): Documented {
	return {
		says: `${status}, empty`,
		differences: judged((answer) => [
			...statusIs(status, answer),
			...(answer.text === '' ? [] : ['the body is not empty']),
		]),
	};
}

/** It is refused: this status, and the body of an error. The gateway's codes have one of two prefixes: give the suffix. */
export function refuses(status: number, code?: string): Documented {
	const isMeant = (seen: string) =>
		code === undefined ||
		seen === code ||
		(/^\d{4}$/.test(code) && /^APIGW?\.(\d{4})$/.exec(seen)?.[1] === code);
	const name = code === undefined ? 'an error' : /^\d/.test(code) ? `APIGW.${code}` : code;
	return {
		says: `${status} ${name}`,
		differences: judged((answer) => [
			...statusIs(status, answer),
			...bodyOf(answer, (json) => [
				...violations(json, { error_code: text(Infinity, 1), error_msg: text() }, 'required'),
				...(codeIn(answer) === '' || isMeant(codeIn(answer)) ? [] : [`error_code is ${codeIn(answer)}`]),
			]),
		]),
	};
}

/** It is not carried out, in whatever way; not even an answer has to come. */
export const isNotCarriedOut: Documented = {
	says: 'not carried out',
	differences: (seen) => (!isSilence(seen) && seen.status < 300 ? [`the status is ${seen.status}`] : []),
};

/** The documentation names several answers and not which of them comes here. */
export function either(...all: readonly Documented[]): Documented {
	return {
		says: all.map(({ says }) => says).join(', or '),
		differences: (seen) => {
			const each = all.map(({ differences }) => differences?.(seen) ?? []);
			return each.some((differences) => differences.length === 0) ? [] : [...new Set(each.flat())];
		},
	};
}

/** The documentation says nothing about it, so that any answer is news. */
export function open(note?: (answer: Answer) => string): Documented {
	return { says: 'open', ...(note && { note }) };
}

function judged(judge: (answer: Answer) => string[]): (seen: Seen) => string[] {
	return (seen) => (isSilence(seen) ? [`there is no answer (${seen.silence})`] : judge(seen));
}

const statusIs = (status: number, answer: Answer) =>
	answer.status === status ? [] : [`the status is ${answer.status}`];

/** Every body is a JSON object and carries its request ID, which is in a header too. */
function bodyOf({ json, text: body, headers }: Answer, judge: (json: Json) => string[]): string[] {
	if (!json) return [body === '' ? 'the body is empty' : 'the body is not a JSON object'];
	const requestId = headers['x-request-id'];
	return [
		...violations(json, { request_id: text(Infinity, 1) }, 'required'),
		...(requestId === undefined ? ['there is no header X-Request-Id'] : []),
		...(requestId !== undefined && json.request_id !== undefined && requestId !== json.request_id
			? ['X-Request-Id is not the request_id of the body']
			: []),
		...judge(json),
	];
}

function violations(
	json: Json,
	fields: Readonly<Record<string, Rule>>,
	presence: 'required' | 'optional',
): string[] {
	return Object.entries(fields).flatMap(([name, rule]) => {
		if (json[name] === undefined) return presence === 'required' ? [`${name} is missing`] : [];
		const wrong = rule(json[name]);
		return wrong === undefined ? [] : [`${name} ${wrong}`];
	});
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
