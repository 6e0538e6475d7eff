import { parseArgs } from 'node:util';

import { UsageError } from '../program';
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

/** @throws UsageError, or an error of `parseArgs` */
export function readOptions(args: string[]): Options {
	const { values } = parseArgs({
		args,
		options: {
			yes: { type: 'boolean', default: false },
			'dry-run': { type: 'boolean', default: false },
			'read-only': { type: 'boolean', default: false },
			'more-tasks': { type: 'boolean', default: false },
			domain: { type: 'string' },
			forbid: { type: 'string' },
			transcript: { type: 'string', default: 'conformance-transcript.txt' },
			help: { type: 'boolean', default: false },
		},
	});
	const { domain, forbid, transcript } = values;
	if (values['read-only'] && (values['more-tasks'] || forbid !== undefined)) {
		throw new UsageError('--read-only changes nothing: leave out --more-tasks and --forbid.');
	}
	for (const [name, value] of Object.entries({ domain, transcript })) {
		if (value?.trim() === '') throw new UsageError(`--${name} is empty.`);
	}
	return {
		isConfirmed: values.yes,
		isDryRun: values['dry-run'],
		tasks: values['read-only'] ? 'none' : values['more-tasks'] ? 'further' : 'usual',
		...(domain !== undefined && { domain }),
		...(forbid !== undefined && { forbid: readStream(forbid) }),
		transcript,
		isHelp: values.help,
	};
}

function readStream(given: string): StreamName {
	const [, domain, app_name, stream_name] = /^([^/]+)\/([^/]+)\/([^/]+)$/.exec(given) ?? [];
	if (domain && app_name && stream_name) return { domain, app_name, stream_name };
	throw new UsageError(
		'--forbid takes a domain, an app and a stream: --forbid push.example.com/live/nobodys-stream',
	);
}
