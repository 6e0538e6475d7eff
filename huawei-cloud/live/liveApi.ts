import type { Client } from '../policies/client';
import type { Credential } from '../identity/credential';
import { Domains } from './domains';
import { RelayTasks } from './relayTasks';
import { Streams } from './streams';

/** Huawei Cloud Live in one project. */
export class LiveApi {
	readonly relayTasks: RelayTasks;
	readonly streams: Streams;
	readonly domains: Domains;
	/** Tells this project from any other, and from the same one behind another endpoint. */
	readonly projectUrl: string;

	constructor(client: Client, credential: Credential) {
		this.relayTasks = new RelayTasks(client, credential);
		this.streams = new Streams(client, credential);
		this.domains = new Domains(client, credential);
		this.projectUrl = `${credential.liveEndpoint}/v1/${credential.projectId}`;
	}
}
