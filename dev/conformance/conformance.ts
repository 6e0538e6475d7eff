import { randomBytes } from 'node:crypto';

import type { Clock } from '../../huawei-cloud/http/clock';
import type { Transport } from '../../huawei-cloud/http/http';
import type { Credential } from '../../huawei-cloud/identity/credential';
import { describe, isSilence, type Json } from './answer';
import { BLOCKS, Caller, TASKS } from './caller';
import type { StreamName } from './guard';
import { OwnTasks, type Remains, type Send } from './ownTasks';
import { askGateway } from './questions/gateway';
import { askForOneTask, askListing } from './questions/listing';
import { askForbidding, askStreams, ForbiddenStream } from './questions/streams';
import { askFurtherTasks, askTaskLife } from './questions/taskLife';
import { Suite, type Finding } from './suite';

export interface ConformanceOptions {
	credential: Credential;
	/** The region of the credential. */
	region: string;
	transport: Transport;
	clock: Clock;
	/** Ends the questions; what was made is cleaned up all the same. */
	signal: AbortSignal;
	/** Whether to make a task: one, or further ones after it. */
	tasks: 'none' | 'one' | 'further';
	/** An ingest domain of the account: for questions about its streams, and to push the task to. */
	domain?: string;
	/** A stream to forbid and resume. */
	forbid?: StreamName;
	/** Default: half a minute. */
	timeoutMs?: number;
	/** Told of the name that all that is made will have, before anything is sent. */
	onMarker?: (marker: string) => void;
}

export interface Report {
	findings: Finding[];
	/** Why the questions ended early, if they did. */
	ended: string | undefined;
	remains: Remains;
	/** What may be left of the stream that was forbidden. */
	stillForbidden: boolean;
	transcript: string;
}

/** Asks all questions, and leaves nothing behind. */
export async function runConformance(options: ConformanceOptions): Promise<Report> {
	const { credential, clock, signal, forbid, domain } = options;
	const marker = `conformance-${randomBytes(6).toString('hex')}`;
	options.onMarker?.(marker);
	const own = new OwnTasks(marker, clock, domain === undefined ? undefined : { domain, app_name: 'live' });
	const forbidden = forbid && new ForbiddenStream(forbid);
	const project = `/v1/${credential.projectId}`;
	const permits = {
		taskPath: `${project}/${TASKS}`,
		blocksPath: `${project}/${BLOCKS}`,
		stream: forbid,
		useCreation: (body: Json) => options.tasks !== 'none' && own.useCreation(body),
		isOwn: own.isOwn.bind(own),
		earliestStart: own.earliestStart.bind(own),
	};
	const names: Array<[string, string]> = [];
	if (domain !== undefined) names.push([domain, 'domain']);
	if (forbid) names.push([forbid.domain, 'domain'], [forbid.stream_name, 'stream']);
	const caller = new Caller({ ...options, marker, permits, names });
	const suite = new Suite(caller, signal);
	let ended: string | undefined;
	try {
		ended = await askAll(suite, own, forbidden, options);
	} catch (error) {
		ended = signal.aborted ? 'interrupted' : messageOf(error);
	}
	ended &&= caller.masking.text(ended);
	caller.transcript.heading('Cleaning up');
	// Not ended by the signal: whatever happened, nothing may be left.
	const send: Send = async (request) =>
		await caller
			.send(request, new AbortController().signal)
			.catch((error: unknown) => ({ silence: messageOf(error) }));
	const remains = await own.cleanUp(send);
	const stillForbidden = forbidden?.isTouched === true && !(await resume(forbidden, send));
	return {
		findings: suite.findings,
		ended,
		remains,
		stillForbidden,
		transcript: caller.transcript.toString(),
	};
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** @returns why not all was asked, if so */
async function askAll(
	suite: Suite,
	own: OwnTasks,
	forbidden: ForbiddenStream | undefined,
	{ credential, region, tasks, domain, clock }: ConformanceOptions,
): Promise<string | undefined> {
	const first = await askForOneTask(suite);
	if (isSilence(first) || first.status !== 200 || !first.json) {
		return `the first question, for one task of the project, was answered: ${describe(first)}. Check credential, region and the permission live:stream:listPullTask`;
	}
	await askGateway(suite, credential);
	await askListing(suite);
	const otherRegion = region === 'cn-north-4' ? 'cn-east-3' : 'cn-north-4';
	if (tasks === 'none') suite.skipGroup('Life of a task', 'only what reads was asked (--read-only)');
	else await askTaskLife(suite, own, otherRegion);
	if (tasks === 'further') await askFurtherTasks(suite, own);
	else suite.skipGroup('Further tasks', 'not asked for (--more-tasks)');
	await askStreams(suite, domain);
	if (forbidden) await askForbidding(suite, forbidden, clock.now());
	else suite.skipGroup('Forbid a stream', 'no stream was given for it (--forbid)');
	return undefined;
}

const RESUME_TRIES = 5;

/** @returns whether the service says that the stream may be pushed again */
async function resume({ resume, listed, isIn }: ForbiddenStream, send: Send): Promise<boolean> {
	for (let tries = 0; tries < RESUME_TRIES; tries++) {
		const resumed = await send(resume);
		if (!isSilence(resumed) && resumed.status === 204) return true;
		const list = await send(listed);
		if (!isSilence(list) && list.status === 200 && list.json && !isIn(list)) return true;
	}
	return false;
}
