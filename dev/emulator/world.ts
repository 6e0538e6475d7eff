import { randomBytes, randomUUID } from 'node:crypto';

/** What the emulated cloud knows: projects, tokens, tasks. Times are milliseconds since the epoch. */

export interface Project {
	id: string;
	name: string;
}

export interface User {
	accountName: string;
	userName: string;
	password: string;
	projects: Project[];
	/** When wrong passwords were given, and until when the user is locked for it. */
	wrongPasswords: number[];
	lockedUntil: number;
	/** IAM actions the user may perform, e.g. `live:stream:deletePullTask`. */
	actions: Set<string>;
}

export interface Token {
	value: string;
	user: User;
	projectId: string;
	expiresAt: number;
}

export interface AccessKey {
	id: string;
	secret: string;
	user: User;
	/** Temporary keys have one, and an end. */
	securityToken?: string;
	expiresAt?: number;
	/** Signatures that failed in a row, and until when the key is locked for it. */
	failures: number;
	lockedUntil: number;
}

/** A task, with the API's own field names. */
export interface Task {
	task_id: string;
	status: string;
	create_time: string;
	region: string;
	source_type: string;
	source_urls: string[];
	[field: string]: unknown;
}

export const ACTIONS = {
	create: 'live:stream:createPullTask',
	delete: 'live:stream:deletePullTask',
	list: 'live:stream:listPullTask',
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

export class World {
	readonly users: User[] = [];
	readonly tokens = new Map<string, Token>();
	readonly accessKeys = new Map<string, AccessKey>();
	/** How long the tokens live that IAM gives. */
	tokenLifetimeMs = DAY_MS;
	/** Project ID → task ID → task. */
	readonly tasks = new Map<string, Map<string, Task>>();

	constructor(
		readonly region: string,
		readonly now: () => number,
	) {}

	addUser(user: Partial<User> = {}): User {
		const complete: User = {
			accountName: 'example-account',
			userName: 'n8n',
			password: randomBytes(9).toString('base64url'),
			projects: [{ id: randomBytes(16).toString('hex'), name: this.region }],
			actions: new Set(Object.values(ACTIONS)),
			wrongPasswords: [],
			lockedUntil: 0,
			...user,
		};
		this.users.push(complete);
		for (const { id } of complete.projects) this.tasks.set(id, this.tasks.get(id) ?? new Map());
		return complete;
	}

	addAccessKey(user: User, key: Partial<AccessKey> = {}): AccessKey {
		const complete: AccessKey = {
			id: randomBytes(10).toString('hex').toUpperCase(),
			secret: randomBytes(20).toString('hex'),
			user,
			failures: 0,
			lockedUntil: 0,
			...key,
		};
		this.accessKeys.set(complete.id, complete);
		return complete;
	}

	/** A project token. Real ones are several kB long, too. */
	addToken(user: User, projectId: string, lifetimeMs = this.tokenLifetimeMs): Token {
		const value = `MII${randomBytes(2400).toString('base64').replaceAll('/', '-')}`;
		const token = { value, user, projectId, expiresAt: this.now() + lifetimeMs };
		this.tokens.set(value, token);
		return token;
	}

	addTask(projectId: string, fields: Partial<Task> = {}): Task {
		const task: Task = {
			task_id: randomUUID(),
			status: 'running',
			create_time: isoSeconds(this.now()),
			region: this.region,
			source_type: 'PullLivePushLive',
			source_urls: ['rtmp://pull.example.com/live/camera-1'],
			domain: 'push.example.com',
			app_name: 'live',
			stream_name: 'camera-1',
			start_time: isoSeconds(this.now()),
			end_time: isoSeconds(this.now() + DAY_MS),
			...fields,
		};
		this.tasksOf(projectId).set(task.task_id, task);
		return task;
	}

	tasksOf(projectId: string): Map<string, Task> {
		const tasks = this.tasks.get(projectId) ?? new Map<string, Task>();
		this.tasks.set(projectId, tasks);
		return tasks;
	}
}

/** `2006-01-02T15:04:05Z`, the API's format. */
export function isoSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
