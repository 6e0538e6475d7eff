import { writeFileSync } from 'node:fs';

import { CredentialError, readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { createTransport } from '../../huawei-cloud/http/transport';
import { systemClock } from '../../n8n/clock';
import { startDemo } from '../emulator/demo';
import { isConfirmed, NOBODY_TO_ASK } from '../start/confirmation';
import { credentialFrom, UsageError } from '../start/credential';
import { runConformance, type ConformanceOptions, type Report } from './conformance';
import { readOptions, USAGE, type Options } from './options';
import type { OwnTasks } from './ownTasks';
import { findingsTable, isAllWell, summary, warnings } from './table';

/** `npm run conformance`: compares the service with its documentation, and prints the differences. */

async function main(): Promise<void> {
	const options = readOptions(process.argv.slice(2));
	if (options.isHelp) return console.log(USAGE);
	if (options.isDryRun) return console.log(await dryRun(options));
	const fields = credentialFrom(process.env);
	if (!fields) return await runOnEmulator(options);
	const credential = readCredential(fields);
	if (!options.isConfirmed && !process.stdin.isTTY) throw new UsageError(NOBODY_TO_ASK);
	console.log(announcement(credential, options));
	if (!options.isConfirmed && !(await isConfirmed('Type yes to continue: ', /^yes$/i))) {
		return console.log('Nothing was sent.');
	}
	await run({ ...options, credential, region: fields.region ?? '' });
}

async function runOnEmulator(options: Options): Promise<void> {
	const { emulator, credential } = await startDemo();
	emulator.faults.clear();
	console.log(
		'Running on the emulator, because the environment has no credential. --help says how to run on the real service.',
	);
	try {
		const { region } = credential;
		await run({ ...options, credential: readCredential(credential), region });
		console.log(
			'\nWhere the documentation leaves something open, the emulator picks an answer. Only the real service can tell.',
		);
	} finally {
		await emulator.close();
	}
}

/** The requests that these options lead to, if the service is as documented: those that the emulator gets. */
async function dryRun(options: Options): Promise<string> {
	const { emulator, credential } = await startDemo();
	emulator.faults.clear();
	for (const domain of [options.domain, options.forbid?.domain]) {
		if (domain !== undefined) emulator.world.pushStream(credential.projectId, domain, 'live', 'a-stream');
	}
	try {
		const report = await runConformance({
			...options,
			...{ credential: readCredential(credential), region: credential.region },
			transport: createTransport(),
			clock: { ...systemClock, sleep: async () => undefined },
			signal: new AbortController().signal,
		});
		return report.requests;
	} finally {
		await emulator.close();
	}
}

/** Announces the calls to come, for the person who pays for them. */
function announcement({ projectId, liveEndpoint }: Credential, options: Options): string {
	const { tasks, domain, forbid } = options;
	const count = tasks === 'further' ? 'six relay tasks' : 'two relay tasks';
	const target = domain ?? 'an address that does not exist';
	const lines = [
		`About to compare ${liveEndpoint}, in project ${projectId}, with its documentation: 100 to 200 requests. --dry-run prints them.`,
		tasks === 'none'
			? 'Nothing is created or changed.'
			: `Creates ${count}, one after the other. Each would start in six days and push to ${target}, and is deleted within minutes. Also sends 11 creations that must be rejected, and deletions of IDs that don't exist. No other task is touched.`,
	];
	if (forbid) {
		lines.push(
			`Forbids and resumes the stream ${Object.values(forbid).join('/')}: nobody can push it for a minute.`,
		);
	}
	return lines.join('\n');
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
			const remains = { left: own?.all ?? [], mayBeMore: true, claimed: [] };
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
	print(report, own?.marker ?? '', publicHost(settings.credential.liveEndpoint), settings.transcript);
	process.exitCode = interruption.signal.aborted ? 130 : isAllWell(report) ? 0 : 1;
}

/** Custom endpoints are private. */
function publicHost(endpoint: string): string {
	const isPublic = /^https:\/\/live\.[a-z0-9-]+\.myhuaweicloud\.(com|eu)$/.test(endpoint);
	return isPublic ? endpoint : "An endpoint of one's own";
}

function print(report: Report, marker: string, where: string, file: string): void {
	const found = `${findingsTable(report.findings)}\n\n${summary(report, marker)}`;
	console.log(`\n${found}`);
	writeFileSync(file, `${where} on ${new Date().toISOString()}\n\n${found}\n\n${report.transcript}`);
	console.log(
		`\n${file} has all of this and every request and response, without secrets, project and account IDs, and other people's tasks and streams. Read it before you share it.`,
	);
}

main().catch((error: unknown) => {
	const isUsage = error instanceof UsageError || error instanceof CredentialError;
	console.error(
		error instanceof CredentialError ? `${error.message} ${error.hint}` : isUsage ? error.message : error,
	);
	process.exitCode = isUsage ? 2 : 1;
});
