import type { EmulatedAnswer } from './answers';
import type { Token, World } from './world';

/** The calls of IAM that the node makes, from IAM's API reference (v3). IAM has an error shape of its own. */

const iamError = (code: number, title: string, message: string): EmulatedAnswer => ({
	status: code,
	body: { error: { code, message, title } },
});

interface PasswordRequest {
	auth?: {
		identity?: {
			methods?: string[];
			password?: { user?: { name?: string; password?: string; domain?: { name?: string } } };
		};
		scope?: { project?: { id?: string } };
	};
}

/** KeystoneCreateUserTokenByPassword, scoped to a project. */
export function createToken(world: World, body: PasswordRequest): EmulatedAnswer {
	const user = body.auth?.identity?.password?.user;
	const projectId = body.auth?.scope?.project?.id;
	if (!user || projectId === undefined) return iamError(400, 'Bad Request', 'The request body is invalid');
	const known = world.users.find(
		({ accountName, userName, password }) =>
			accountName === user.domain?.name && userName === user.name && password === user.password,
	);
	if (!known) return iamError(401, 'Unauthorized', 'The username or password is wrong.');
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

/** KeystoneListAuthProjects: the projects that the caller sees. Needs no permission. */
export function listProjects(token: Token | undefined): EmulatedAnswer {
	if (!token) return iamError(401, 'Unauthorized', 'The request you have made requires authentication.');
	return {
		status: 200,
		body: {
			projects: token.user.projects.map(({ id, name }) => ({ id, name, enabled: true })),
			links: { self: '/v3/auth/projects', next: null, previous: null },
		},
	};
}
