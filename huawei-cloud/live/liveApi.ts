import type { Credential } from '../identity/credential';
import type { Client } from '../policies/client';
import { LiveClient } from './liveClient';
import { RelayTasks } from './relayTasks';
import { Streams } from './streams';

/** Huawei Cloud Live in one project. */
export class LiveApi {
	readonly relayTasks: RelayTasks;
	readonly streams: Streams;
	/** Identifies this project at this endpoint. */
	readonly projectUrl: string;

	constructor(client: Client, credential: Credential) {
		const live = new LiveClient(client, credential);
		this.relayTasks = new RelayTasks(live);
		this.streams = new Streams(live);
		this.projectUrl = `${credential.liveEndpoint}/v1/${credential.projectId}`;
	}
}
