import { parseArgs } from 'node:util';

import { UsageError } from '../program';
import type { ConformanceOptions } from './conformance';
import type { StreamName } from './guard';

/** The command line. */
export type Options = ReturnType<typeof readOptions>;

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
export function readOptions(args: string[]) {
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({
		args,
		options: {
			...{ yes: flag, 'dry-run': flag, 'read-only': flag, 'more-tasks': flag, help: flag },
			...{ domain: { type: 'string' }, forbid: { type: 'string' } },
			transcript: { type: 'string', default: 'conformance-transcript.txt' },
		},
	});
	const { 'read-only': readsOnly, 'more-tasks': hasMore, domain, forbid, transcript } = values;
	if (readsOnly && (hasMore || forbid !== undefined)) {
		throw new UsageError('--read-only changes nothing: leave out --more-tasks and --forbid.');
	}
	for (const [name, value] of Object.entries({ domain, transcript })) {
		if (value?.trim() === '') throw new UsageError(`--${name} is empty.`);
	}
	const tasks: ConformanceOptions['tasks'] = readsOnly ? 'none' : hasMore ? 'further' : 'usual';
	return { ...values, tasks, forbid: forbid === undefined ? undefined : readStream(forbid) };
}

function readStream(given: string): StreamName {
	const [, domain, app_name, stream_name] = /^([^/]+)\/([^/]+)\/([^/]+)$/.exec(given) ?? [];
	if (domain && app_name && stream_name) return { domain, app_name, stream_name };
	throw new UsageError(
		'--forbid takes a domain, an app and a stream: --forbid push.example.com/live/nobodys-stream',
	);
}
