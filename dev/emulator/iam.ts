import type { EmulatedAnswer } from './answers';
import type { User, World } from './world';

/** The calls of IAM that the node makes, from IAM's API reference (v3). IAM has an error shape of its own. */

const iamError = (code: number, title: string, message: string): EmulatedAnswer => ({
	status: code,
	body: { error: { code, message, title } },
});

/** KeystoneCreateUserTokenByPassword, scoped to a project. */
export function createToken(world: World, body: unknown): EmulatedAnswer {
	const { identity, scope } = Object(Object(body).auth);
	const user = identity?.password?.user;
	const projectId = scope?.project?.id;
	if (!user || projectId === undefined) return iamError(400, 'Bad Request', 'The request body is invalid');
	const known = world.users.find(
		({ accountName, userName }) => accountName === user.domain?.name && userName === user.name,
	);
	if (known && world.now() < known.lockedUntil) return iamError(401, 'Unauthorized', 'The user is locked.');
	if (!known || known.password !== user.password) {
		if (known) noteWrongPassword(known, world.now());
		return iamError(401, 'Unauthorized', 'The username or password is wrong.');
	}
	if (!known.projects.some(({ id }) => id === projectId)) {
		return iamError(404, 'Not Found', `Could not find project: ${projectId}.`);
	}
	const token = world.addToken(known, projectId);
	return {
		status: 201,
		headers: { 'X-Subject-Token': token.value },
		body: {
			token: { expires_at: new Date(token.expiresAt).toISOString().replace('Z', '000Z'), catalog: [] },
		},
	};
}

const QUARTER_OF_AN_HOUR_MS = 15 * 60_000;

/** Five wrong passwords within 15 minutes lock a user for 15. Open: the response to a locked user; here 401. */
function noteWrongPassword(user: User, now: number): void {
	user.wrongPasswords = [...user.wrongPasswords.filter((at) => now - at < QUARTER_OF_AN_HOUR_MS), now];
	if (user.wrongPasswords.length >= 5) user.lockedUntil = now + QUARTER_OF_AN_HOUR_MS;
}

/** KeystoneListAuthProjects: the projects that the caller sees. Needs no permission. */
export function listProjects(user: User | undefined): EmulatedAnswer {
	if (!user) return iamError(401, 'Unauthorized', 'The request you have made requires authentication.');
	return {
		status: 200,
		body: {
			projects: user.projects.map(({ id, name }) => ({ id, name, enabled: true })),
			links: { self: '/v3/auth/projects', next: null, previous: null },
		},
	};
}
