import { isJson, type Json, type Seen } from './response';

/** A documented response, and the comparison with one that came. */
export interface Documented {
	/** The documentation in a few words, for the table. */
	says: string;
	/** In which respects a response differs. Undefined: the documentation leaves it open. */
	differences?: (seen: Seen) => string[];
	/** Noted instead of status and fields. */
	note?: (seen: Seen) => string;
}

/** Says in which respect a value is wrong; undefined if it is not. */
type Rule = (value: unknown) => string | undefined;
type Fields = Readonly<Record<string, Rule>>;

export const text =
	(max = Infinity, min = 0): Rule =>
	(value) => {
		if (typeof value !== 'string') return `is ${typeOf(value)}, not text`;
		return value.length < min || value.length > max ? `has ${value.length} characters` : undefined;
	};

export const whole: Rule = (value) =>
	Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : `is ${JSON.stringify(value)}, not a number`;

export const texts: Rule = (value) =>
	Array.isArray(value) && value.every((entry) => typeof entry === 'string')
		? undefined
		: 'is not a list of texts';

/** A list of objects with these fields, all of them optional. */
export const listOf =
	(fields: Fields, max = 100): Rule =>
	(value) => {
		if (!Array.isArray(value)) return `is ${typeOf(value)}, not a list`;
		if (value.length > max) return `has ${value.length} entries`;
		if (!value.every(isJson)) return 'has entries that are no objects';
		const [wrong] = value.flatMap((entry) => violations(entry, fields, { areRequired: false }));
		return wrong && `has an entry whose ${wrong}`;
	};

/** This status, and a body with these fields. */
export function responds(
	status: number,
	fields: Fields,
	further: (json: Json) => string[] = () => [],
): Documented {
	return {
		says: `${status} {${Object.keys(fields).join(', ')}}`,
		differences: (seen) => {
			const { json, noResponse } = seen;
			if (noResponse !== undefined) return [`there is no response (${noResponse})`];
			return [
				...(seen.status === status ? [] : [`the status is ${seen.status}`]),
				...(json
					? [...violations(json, fields, { areRequired: true }), ...further(json)]
					: [seen.text === '' ? 'the body is empty' : 'the body is not a JSON object']),
			];
		},
	};
}

/** Carried out, with an empty body. */
export const respondsEmpty: Documented = {
	says: '204 (empty)',
	differences: ({ status, text: body }) => [
		...(status === 204 ? [] : [`the status is ${status}`]),
		...(body === '' ? [] : ['the body is not empty']),
	],
};

/** The fields of an error of relay tasks and of the gateway. Those of streams are documented without a request_id. */
const ERROR = { error_code: text(Infinity, 1), error_msg: text() };
export const REQUEST_ID = { request_id: text(Infinity, 1) };

/** Rejected: this status, and the body of an error. The gateway's codes have one of two prefixes: give the suffix. */
export function rejects(
	status: number,
	code?: string,
	fields: Fields = { ...ERROR, ...REQUEST_ID },
): Documented {
	const codes = code && /^\d/.test(code) ? [`APIGW.${code}`, `APIG.${code}`] : code ? [code] : [];
	const documented = responds(status, fields, (json) => {
		const seen = String(json.error_code ?? '');
		return seen === '' || codes.length === 0 || codes.includes(seen) ? [] : [`error_code is ${seen}`];
	});
	return { ...documented, says: `${status} ${codes[0] ?? 'an error'}` };
}

/** Rejected, with an error as streams have it. */
export const rejectsBriefly = (status: number, code?: string) => rejects(status, code, ERROR);

/** Not carried out, in any way; there may be no response at all. */
export const isNotCarriedOut: Documented = {
	says: 'not carried out',
	differences: ({ status }) => (status > 0 && status < 300 ? [`the status is ${status}`] : []),
};

/** The documentation names several responses and not which of them comes here. */
export function either(...all: readonly Documented[]): Documented {
	return {
		says: all.map(({ says }) => says).join(', or '),
		differences: (seen) => {
			const each = all.map(({ differences }) => differences?.(seen) ?? []);
			return each.some((differences) => differences.length === 0) ? [] : [...new Set(each.flat())];
		},
	};
}

/** The documentation says nothing about it, so that any response is news. */
export function open(note?: (seen: Seen) => string): Documented {
	return { says: 'open', ...(note && { note }) };
}

function violations(json: Json, fields: Fields, { areRequired }: { areRequired: boolean }): string[] {
	return Object.entries(fields).flatMap(([name, rule]) => {
		if (json[name] === undefined) return areRequired ? [`${name} is missing`] : [];
		const wrong = rule(json[name]);
		return wrong === undefined ? [] : [`${name} ${wrong}`];
	});
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
