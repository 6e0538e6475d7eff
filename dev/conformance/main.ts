import { writeFileSync } from 'node:fs';

import { CredentialError, readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { createTransport } from '../../huawei-cloud/http/transport';
import { systemClock } from '../../n8n/clock';
import { startDemo } from '../emulator/demo';
import { isConfirmed, NOBODY_TO_ASK } from '../start/confirmation';
import { credentialFrom, UsageError } from '../start/credential';
import { runConformance, type ConformanceOptions, type Report } from './conformance';
import { readOptions, USAGE, type Options } from './options';
import { findingsTable, isAllWell, summary } from './table';

/** `npm run conformance`: asks the service what the documentation says of it, and prints where it differs. */

async function main(): Promise<void> {
	const options = readOptions(process.argv.slice(2));
	if (options.isHelp) return console.log(USAGE);
	const fields = credentialFrom(process.env);
	if (!fields) return await runOnEmulator(options);
	const credential = readCredential(fields);
	if (!options.isConfirmed && !process.stdin.isTTY) throw new UsageError(NOBODY_TO_ASK);
	console.log(announcement(credential, options));
	if (!options.isConfirmed && !(await isConfirmed('Type yes to go on: ', /^yes$/i))) {
		return console.log('Nothing was sent.');
	}
	await run({ ...options, credential, region: fields.region ?? '' });
}

async function runOnEmulator(options: Options): Promise<void> {
	const { emulator, credential } = await startDemo();
	emulator.faults.clear();
	console.log(
		'On the emulator, since no credential is in the environment. --help says how to ask the service itself.',
	);
	try {
		const { region } = credential;
		await run({ ...options, credential: readCredential(credential), region });
		console.log(
			'\nWhat is open is answered by the emulator as its authors chose: only the service itself can tell.',
		);
	} finally {
		await emulator.close();
	}
}

function announcement({ projectId, liveEndpoint }: Credential, { tasks, domain, forbid }: Options): string {
	const further = tasks === 'further' ? ', then three further ones, one after the other' : '';
	const target = domain === undefined ? 'an address that there is not' : `${domain}, an hour long`;
	return [
		`About to ask ${liveEndpoint}, in project ${projectId}, what the documentation says of it: about 70 requests.`,
		tasks === 'none'
			? 'Nothing is created or changed there.'
			: `Creates one relay task${further}: it starts in six days, would push to ${target}, and is deleted within minutes. No other task is touched.`,
		...(forbid
			? [
					`Forbids and resumes the stream ${Object.values(forbid).join('/')}: nobody can push it for a minute.`,
				]
			: []),
	].join('\n');
}

/** One Ctrl-C comes more than once: from the terminal, and from npm. */
const ONE_CTRL_C_MS = 2000;

type Settings = Options & Pick<ConformanceOptions, 'credential' | 'region'>;

async function run(settings: Settings): Promise<void> {
	const interruption = new AbortController();
	let name = '';
	let interruptedAt = 0;
	const interrupt = () => {
		if (interruption.signal.aborted) {
			if (performance.now() - interruptedAt < ONE_CTRL_C_MS) return;
			console.error(`\nNot cleaned up. If there is a relay task named ${name}, delete it.`);
			process.exit(130);
		}
		console.error('\nInterrupted. Cleaning up; a second Ctrl-C leaves that undone.');
		interruptedAt = performance.now();
		interruption.abort();
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
	// When the terminal is closed, or whoever reads along: that is no reason to leave anything behind.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	const report = await runConformance({
		...settings,
		transport: createTransport(),
		clock: systemClock,
		signal: interruption.signal,
		onMarker: (marker) => (name = marker),
	});
	print(report, name, publicHost(settings.credential.liveEndpoint), settings.transcript);
	process.exitCode = interruption.signal.aborted ? 130 : isAllWell(report) ? 0 : 1;
}

/** Endpoints of one's own are nobody else's business. */
function publicHost(endpoint: string): string {
	const isPublic = /^https:\/\/live\.[a-z0-9-]+\.myhuaweicloud\.(com|eu)$/.test(endpoint);
	return isPublic ? endpoint : "An endpoint of one's own";
}

function print(report: Report, name: string, where: string, file: string): void {
	const found = `${findingsTable(report.findings)}\n\n${summary(report, name)}`;
	console.log(`\n${found}`);
	writeFileSync(file, `${where} on ${new Date().toISOString()}\n\n${found}\n\n${report.transcript}`);
	console.log(
		`\nAll of this, and every request and response, is in ${file}, without secrets, project and account IDs, and without others' tasks and streams. Read it before you pass it on.`,
	);
}

main().catch((error: unknown) => {
	const isUsage = error instanceof UsageError || error instanceof CredentialError;
	console.error(
		error instanceof CredentialError ? `${error.message} ${error.hint}` : isUsage ? error.message : error,
	);
	process.exitCode = isUsage ? 2 : 1;
});
