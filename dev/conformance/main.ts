import { writeFileSync } from 'node:fs';

import { readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { createTransport } from '../../huawei-cloud/http/transport';
import { systemClock } from '../../n8n/clock';
import { startDemo } from '../emulator/demo';
import { isConfirmed, runCommand } from '../program';
import { credentialFrom } from '../start/credential';
import { runConformance, type ConformanceOptions } from './conformance';
import { readOptions, USAGE, type Options } from './options';
import type { OwnTasks } from './ownTasks';
import { findingsTable, isAllWell, summary, warnings } from './table';

/** `npm run conformance`: compares the service with its documentation, and prints the differences. */

async function main(): Promise<void> {
	const options = readOptions(process.argv.slice(2));
	if (options.help) return console.log(USAGE);
	const fields = options['dry-run'] ? undefined : credentialFrom(process.env);
	if (!fields) return await useEmulator(options);
	const credential = readCredential(fields);
	console.log(announcement(credential, options));
	if (!options.yes && !(await isConfirmed('Type yes to continue: ', /^yes$/i))) {
		return console.log('Nothing was sent.');
	}
	await run({ ...options, credential, region: fields.region ?? '' });
}

/** Runs on the emulator; in a dry run, to print the requests that these options lead to, if the service is as documented. */
async function useEmulator(options: Options): Promise<void> {
	const { emulator, credential: fields } = await startDemo();
	emulator.faults.clear();
	const settings = { ...options, credential: readCredential(fields), region: fields.region };
	try {
		if (options['dry-run']) {
			for (const domain of [options.domain, options.forbid?.domain]) {
				if (domain !== undefined) emulator.world.pushStream(fields.projectId, domain, 'live', 'a-stream');
			}
			const signal = new AbortController().signal;
			const clock = { ...systemClock, sleep: async () => undefined };
			const report = await runConformance({ ...settings, transport: createTransport(), clock, signal });
			const lines = report.transcript.split('\n');
			return console.log(lines.filter((line) => /^(?:##|> (?:[A-Z]+ |\{))/.test(line)).join('\n'));
		}
		console.log(
			'Running on the emulator, because the environment has no credential. --help says how to run on the real service.',
		);
		await run(settings);
		console.log(
			'\nWhere the documentation leaves something open, the emulator picks an answer. Only the real service can tell.',
		);
	} finally {
		await emulator.close();
	}
}

/** Announces the calls to come, for the person who pays for them. */
function announcement({ projectId, liveEndpoint }: Credential, { tasks, domain, forbid }: Options): string {
	const count = tasks === 'further' ? 'six relay tasks' : 'two relay tasks';
	return [
		`About to compare ${liveEndpoint}, in project ${projectId}, with its documentation: 100 to 200 requests. --dry-run prints them.`,
		tasks === 'none'
			? 'Nothing is created or changed.'
			: `Creates ${count}, one after the other. Each would start in six days and push to ${domain ?? 'an address that does not exist'}, and is deleted within minutes. Also sends 11 creations that must be rejected, and deletions of IDs that don't exist. No other task is touched.`,
		forbid &&
			`Forbids and resumes the stream ${Object.values(forbid).join('/')}: nobody can push it for a minute.`,
	]
		.filter((line) => line !== undefined)
		.join('\n');
}

/** One Ctrl-C comes more than once: from the terminal, and from npm. */
const ONE_CTRL_C_MS = 2000;

type Settings = Options & Pick<ConformanceOptions, 'credential' | 'region'>;

async function run(settings: Settings): Promise<void> {
	const interruption = new AbortController();
	let own: OwnTasks | undefined;
	let interruptedAt = 0;
	const interrupt = () => {
		if (interruption.signal.aborted) {
			if (performance.now() - interruptedAt < ONE_CTRL_C_MS) return;
			const remains = { left: own?.listed ?? [], mayBeMore: true, claimed: [] };
			console.error(`\nNot cleaned up.\n${warnings(remains, own?.marker ?? '').join('\n')}`);
			process.exit(130);
		}
		console.error('\nInterrupted. Cleaning up; press Ctrl-C again to skip that.');
		interruptedAt = performance.now();
		interruption.abort();
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
	// A closed terminal or pipe must not leave anything behind.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	const report = await runConformance({
		...settings,
		transport: createTransport(),
		clock: systemClock,
		signal: interruption.signal,
		onStart: (created) => (own = created),
	});
	const found = `${findingsTable(report.findings)}\n\n${summary(report, own?.marker ?? '')}`;
	const { liveEndpoint } = settings.credential;
	// Custom endpoints are private.
	const isPublic = /^https:\/\/live\.[a-z0-9-]+\.myhuaweicloud\.(com|eu)$/.test(liveEndpoint);
	const title = `${isPublic ? liveEndpoint : 'A custom endpoint'} on ${new Date().toISOString()}`;
	writeFileSync(settings.transcript, `${title}\n\n${found}\n\n${report.transcript}`);
	console.log(
		`\n${found}\n\n${settings.transcript} has all of this and every request and response, without secrets, project and account IDs, and other people's tasks and streams. Read it before you share it.`,
	);
	process.exitCode = interruption.signal.aborted ? 130 : isAllWell(report) ? 0 : 1;
}

void runCommand(main);
