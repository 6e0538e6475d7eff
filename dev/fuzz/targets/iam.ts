import { parseProjects, parseToken } from '../../../huawei-cloud/identity/iam';
import { parseResponse } from '../../../huawei-cloud/http/response';
import { linesOf, must, withoutGrowth } from '../oracle';

/** What IAM answers: a token with its expiry, a list of projects. */

const NOW = Date.parse('2026-01-01T00:00:00Z');
const WEEK_MS = 7 * 24 * 60 * 60_000;

export const fuzz = withoutGrowth((data) => {
	const { lines, rest: body } = linesOf(data, 1);
	const response = parseResponse({ status: 201, headers: { 'x-subject-token': lines[0] ?? '' }, body });
	const token = parseToken(response, NOW);
	if (token) {
		must(/^[\x21-\x7e]+$/.test(token.value.reveal()), 'a token fits into a header');
		must(token.renewAt > NOW && token.renewAt < NOW + WEEK_MS, 'a token is used for some time, and renewed');
	}
	const { projects, hasMore } = parseProjects(response) ?? { projects: [], hasMore: false };
	must(typeof hasMore === 'boolean', 'there are more, or there are not');
	must(
		projects.every(({ id, name }) => typeof id === 'string' && typeof name === 'string'),
		'projects have names',
	);
});

export const seeds = [
	'MIItoken\n{"token":{"expires_at":"2026-01-02T00:00:00.000000Z"}}',
	'MIItoken\n{"token":{"expires_at":"2026-01-01T00:00:01Z"}}',
	'MII token\n{"token":{"expires_at":"9999-01-01"}}',
	'\n{"projects":[{"id":"p","name":"cn-north-4"},{"id":1},null],"links":{"next":"https://iam"}}',
];
