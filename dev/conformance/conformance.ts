import type { Clock } from '../../huawei-cloud/http/clock';
import type { Transport } from '../../huawei-cloud/http/http';
import type { Credential } from '../../huawei-cloud/identity/credential';
import { Caller, type Send } from './caller';
import type { StreamName } from './guard';
import { OwnTasks, type Remains } from './ownTasks';
import { askForOneTask, askGateway, askListing } from './questions/listing';
import { askStreams, ForbiddenStream } from './questions/streams';
import { askFurtherTasks, askRejectedCreations, askTaskLife, askUnknownTask } from './questions/taskLife';
import { describe, unanswered } from './response';
import { Suite, type Finding } from './suite';

export interface ConformanceOptions {
	/** Tasks to create: those of the usual questions, or further ones after them. */
	tasks: 'none' | 'usual' | 'further';
	/** An ingest domain of the account: for questions about its streams, and to push tasks to. */
	domain?: string | undefined;
	/** A stream to forbid and resume. */
	forbid?: StreamName | undefined;
	credential: Credential;
	/** The region of the credential. */
	region: string;
	transport: Transport;
	clock: Clock;
	/** Ends the questions; the clean-up still follows. */
	signal: AbortSignal;
	/** Called before anything is sent, with the tasks that are to be created. */
	onStart?: (own: OwnTasks) => void;
}

export interface Report {
	findings: Finding[];
	/** Why the questions ended early, if they did. */
	ended: string | undefined;
	remains: Remains;
	/** The stream given for it may still be forbidden. */
	stillForbidden: boolean;
	transcript: string;
}

/** Asks all questions, and cleans up. */
export async function runConformance(options: ConformanceOptions): Promise<Report> {
	const { forbid, signal } = options;
	const own = new OwnTasks(options);
	options.onStart?.(own);
	const forbidden = forbid && new ForbiddenStream(forbid);
	const caller = new Caller(options, own);
	const suite = new Suite(caller, own, signal);
	let ended: string | undefined;
	try {
		ended = await askAll(suite, forbidden, options);
	} catch (error) {
		ended = signal.aborted ? 'interrupted' : messageOf(error);
	}
	ended &&= caller.masking.text(ended);
	caller.transcript.heading('Cleaning up');
	// Without the signal, so that an interruption leaves nothing behind.
	const never = new AbortController().signal;
	const send: Send = async (request) =>
		await caller.send(request, never).catch((error: unknown) => unanswered(messageOf(error)));
	const remains = await own.cleanUp(send);
	const stillForbidden = forbidden !== undefined && !(await forbidden.cleanUp(send));
	const { findings } = suite;
	return { findings, ended, remains, stillForbidden, transcript: caller.transcript.toString() };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Tasks start six days after now, by this machine's clock. */
const MAX_MINUTES_OFF = 60;

/** @returns why the questions ended early, if they did */
async function askAll(
	suite: Suite,
	forbidden: ForbiddenStream | undefined,
	{ credential, tasks, domain, clock }: ConformanceOptions,
): Promise<string | undefined> {
	const first = await askForOneTask(suite);
	if (first.status !== 200 || !first.json) {
		return `the first request, a list of one task, got: ${describe(first)}. Check the credential, its region and the permission live:stream:listPullTask`;
	}
	const minutesOff = Math.round(Math.abs(Date.parse(first.headers.date ?? '') - clock.now()) / 60_000);
	if (minutesOff > MAX_MINUTES_OFF) {
		return `this machine's clock and the service's are ${minutesOff} minutes apart, so tasks would start at the wrong time. Correct the clock`;
	}
	await askGateway(suite, credential);
	await askListing(suite);
	if (tasks === 'none') suite.begin('Tasks').skip('all of it', '--read-only is set');
	else {
		await askUnknownTask(suite);
		await askTaskLife(suite);
		await askRejectedCreations(suite);
	}
	if (tasks === 'further') await askFurtherTasks(suite);
	else suite.begin('Further tasks').skip('all of it', '--more-tasks is not set');
	await askStreams(suite, domain);
	if (forbidden) await forbidden.ask(suite, clock.now());
	else suite.begin('Forbid a stream').skip('all of it', '--forbid is not set');
	return undefined;
}
