import { parseArgs } from 'node:util';

import { UsageError } from '../start/credential';
import type { Scope } from './conformance';
import type { StreamName } from './guard';

/** The command line. */
export interface Options extends Scope {
	isConfirmed: boolean;
	isDryRun: boolean;
	transcript: string;
	isHelp: boolean;
}

export const USAGE = `npm run conformance                 checks the emulator
npm run conformance -- [options]    checks the service, with the credential from the environment, as for npm start:
                                    HUAWEI_CLOUD_PROJECT_ID, HUAWEI_CLOUD_REGION, HUAWEI_CLOUD_ACCESS_KEY_ID, …
  --dry-run             print the requests without sending any
  --read-only           create nothing
  --more-tasks          also run checks that need four more tasks, one at a time, one of them in another region
  --domain <domain>     an ingest domain of the account: also check its streams, and let tasks push to it
  --forbid <d>/<a>/<s>  an unused stream (domain/app/stream) to forbid and resume
  --transcript <file>   where to write the transcript; default: conformance-transcript.txt
  --yes                 skip the confirmation
Exit codes: 0 everything is as documented, 1 something differs or is left behind, 2 invalid arguments, 130 interrupted`;

/** @throws UsageError */
export function readOptions(args: string[]): Options {
	const values = parse(args);
	const writing = ['more-tasks', 'forbid'] as const;
	if (values['read-only'] && writing.some((name) => values[name] !== undefined)) {
		throw new UsageError('--read-only changes nothing: leave out --more-tasks and --forbid.');
	}
	for (const name of ['domain', 'transcript'] as const) {
		if (values[name]?.trim() === '') throw new UsageError(`--${name} is empty.`);
	}
	return {
		isConfirmed: values.yes ?? false,
		isDryRun: values['dry-run'] ?? false,
		tasks: values['read-only'] ? 'none' : values['more-tasks'] ? 'further' : 'usual',
		...(values.domain !== undefined && { domain: values.domain }),
		...(values.forbid !== undefined && { forbid: readStream(values.forbid) }),
		transcript: values.transcript ?? 'conformance-transcript.txt',
		isHelp: values.help ?? false,
	};
}

function parse(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				yes: { type: 'boolean' },
				'dry-run': { type: 'boolean' },
				'read-only': { type: 'boolean' },
				'more-tasks': { type: 'boolean' },
				domain: { type: 'string' },
				forbid: { type: 'string' },
				transcript: { type: 'string' },
				help: { type: 'boolean' },
			},
		}).values;
	} catch (error) {
		throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
	}
}

function readStream(given: string): StreamName {
	const [domain = '', app_name = '', stream_name = '', ...more] = given.split('/');
	if (!domain || !app_name || !stream_name || more.length > 0) {
		throw new UsageError(
			'--forbid takes a domain, an app and a stream: --forbid push.example.com/live/nobodys-stream',
		);
	}
	return { domain, app_name, stream_name };
}
