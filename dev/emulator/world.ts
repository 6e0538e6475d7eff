import { randomBytes, randomUUID } from 'node:crypto';

/** The state of the emulated cloud: projects, tokens, tasks. Times are milliseconds since the epoch. */

export interface User {
	accountName: string;
	userName: string;
	password: string;
	projects: Array<{ id: string; name: string }>;
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

/** A stream that may not be pushed until `resume_time`, with the names of CreateStreamForbidden. */
export interface Ban {
	domain: string;
	app_name: string;
	stream_name: string;
	resume_time: string;
}

/** A project without its tasks. Domains have the names of ShowDomain, streams those of ListLiveStreamsOnline. */
export interface Streams {
	domains: Array<Record<string, unknown>>;
	online: Array<Record<string, unknown>>;
	bans: Ban[];
}

export const ACTIONS = {
	create: 'live:stream:createPullTask',
	delete: 'live:stream:deletePullTask',
	list: 'live:stream:listPullTask',
	listOnline: 'live:stream:listLiveStreamsOnline',
	disconnect: 'live:stream:createStreamForbiddenOnce',
	forbid: 'live:stream:createStreamForbidden',
	updateForbidden: 'live:stream:updateStreamForbidden',
	resume: 'live:stream:deleteStreamForbidden',
	listForbidden: 'live:stream:listStreamForbidden',
	showDomain: 'live:domain:getDomains',
} as const;

export const DAY_MS = 24 * 60 * 60 * 1000;

export class World {
	/** The region of projects. */
	readonly region = 'cn-north-4';
	readonly users: User[] = [];
	readonly tokens = new Map<string, Token>();
	readonly accessKeys = new Map<string, AccessKey>();
	/** Project ID → task ID → task. */
	private readonly tasks = new Map<string, Map<string, Task>>();
	/** Project ID → domains and streams. */
	private readonly streams = new Map<string, Streams>();

	constructor(readonly now: () => number) {}

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
	addToken(user: User, projectId: string): Token {
		const value = `MII${randomBytes(2400).toString('base64').replaceAll('/', '-')}`;
		const token = { value, user, projectId, expiresAt: this.now() + DAY_MS };
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

	/** Domains and streams of a project, without the bans that are over. */
	streamsOf(projectId: string): Streams {
		const { domains, online, bans } = this.streams.get(projectId) ?? { domains: [], online: [], bans: [] };
		const now = this.now();
		const streams = { domains, online, bans: bans.filter((ban) => Date.parse(ban.resume_time) > now) };
		this.streams.set(projectId, streams);
		return streams;
	}

	addDomain(projectId: string, domain: string, fields: Record<string, unknown> = {}): void {
		const usual = { domain, domain_type: 'push', region: this.region, status: 'on' };
		const create_time = isoSeconds(this.now());
		this.streamsOf(projectId).domains.push({ ...usual, create_time, ...fields });
	}

	/** Somebody pushes a stream, to a domain that is there from then on. It gets online unless it is forbidden. */
	pushStream(projectId: string, domain: string, app: string, stream: string): boolean {
		const { domains, online, bans } = this.streamsOf(projectId);
		if (!domains.some((one) => one.domain === domain)) this.addDomain(projectId, domain);
		const isForbidden = bans.some(
			(ban) => ban.domain === domain && ban.app_name === app && ban.stream_name === stream,
		);
		if (isForbidden) return false;
		online.push({
			publish_domain: domain,
			app,
			stream,
			video_codec: 'H264',
			audio_codec: 'AAC',
			video_frame_rate: 25,
			audio_frame_rate: 44,
			video_bitrate: 2500,
			audio_bitrate: 128,
			resolution: '1920x1080',
			client_ip: '192.0.2.7',
			start_time: isoSeconds(this.now()),
		});
		return true;
	}
}

/** `2006-01-02T15:04:05Z`, the API's format. */
export function isoSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
