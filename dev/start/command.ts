import { CredentialError, readCredential } from '../../huawei-cloud/identity/credential';
import { NOBODY_TO_ASK } from './confirmation';
import { credentialFrom, SIGN_IN, UsageError, type CredentialFields } from './credential';

/** The command line of `npm start`. */
export type Command =
	{ kind: 'demo' } | { kind: 'delete'; taskIds: string[]; credential: CredentialFields; mustAsk: boolean };

const USAGE =
	'"npm start" runs the examples on the emulator. "npm start -- <task id>…" deletes tasks of the real service after asking you; "--yes" skips the question.';

/**
 * Reads the arguments and the environment, before anything is built, asked or sent.
 * @param canAsk whether somebody is there to be asked
 * @throws UsageError when it can't be done so
 */
export function readCommand(args: readonly string[], env: NodeJS.ProcessEnv, canAsk: boolean): Command {
	const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--yes');
	if (unknown !== undefined) throw new UsageError(`Unknown option: ${unknown}. ${USAGE}`);
	const taskIds = args.filter((arg) => arg !== '--yes').map((arg) => arg.trim());
	if (taskIds.includes('')) throw new UsageError('One of the task IDs is empty.');
	const credential = credentialFrom(env);
	if (!credential) {
		if (args.length === 0) return { kind: 'demo' };
		throw new UsageError(
			`To delete tasks of the real service, set HUAWEI_CLOUD_PROJECT_ID and, to sign in, ${SIGN_IN}. ${USAGE}`,
		);
	}
	if (taskIds.length === 0) {
		throw new UsageError(
			'A credential is set, but no task ID is given: npm start -- <task id>… To use the emulator, unset the HUAWEI_CLOUD_… variables.',
		);
	}
	check(credential);
	const mustAsk = !args.includes('--yes');
	if (mustAsk && !canAsk) {
		throw new UsageError(NOBODY_TO_ASK);
	}
	return { kind: 'delete', taskIds, credential, mustAsk };
}

/** True if the credential can be used at all: its region, its endpoints. */
function check(credential: CredentialFields): void {
	try {
		readCredential(credential);
	} catch (error) {
		if (error instanceof CredentialError) throw new UsageError(`${error.message} ${error.hint}`);
		throw error;
	}
}
