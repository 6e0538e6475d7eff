import { parseArgs } from 'node:util';

import { UsageError } from '../program';
import { credentialFrom, VARIABLES, type CredentialFields } from './credential';

/** Tasks of the real service to delete. */
export interface Deletion {
	taskIds: string[];
	credential: CredentialFields;
	mustAsk: boolean;
}

const USAGE =
	'"npm start" runs the examples on the emulator. "npm start -- <task id>…" deletes tasks of the real service after asking you; "--yes" skips the question.';

/**
 * Reads the arguments and the environment of `npm start`. Undefined: the examples are to be run.
 * @throws UsageError, CredentialError or an error of `parseArgs`
 */
export function readCommand(args: readonly string[], env: NodeJS.ProcessEnv): Deletion | undefined {
	const options = { yes: { type: 'boolean', default: false } } as const;
	const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
	const taskIds = positionals.map((arg) => arg.trim());
	if (taskIds.includes('')) throw new UsageError('One of the task IDs is empty.');
	const credential = credentialFrom(env);
	if (!credential) {
		if (args.length === 0) return undefined;
		throw new UsageError(`To delete tasks of the real service, set ${VARIABLES}. ${USAGE}`);
	}
	if (taskIds.length === 0) {
		throw new UsageError(
			'A credential is set, but no task ID is given: npm start -- <task id>… To use the emulator, unset the HUAWEI_CLOUD_… variables.',
		);
	}
	return { taskIds, credential, mustAsk: !values.yes };
}
