/** One change to the code that would hurt a user. */
export interface Mutant {
	/** A shipped file. */
	file: string;
	/** Occurs once in the file. */
	search: string;
	replace: string;
	/** What a user would see. */
	why: string;
}

export const MUTANTS: readonly Mutant[] = [
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'buildConnector({ timeout: 0, signal',
		replace: 'buildConnector({ signal',
		why: 'connecting ends after 10 seconds, whatever Timeout says',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: '		this.isSettled = true;\n		this.stopListening();',
		replace: '		this.isSettled = true;',
		why: 'every exchange stays in memory until the execution ends',
	},
	{
		file: 'credentials/HuaweiCloudApi.credentials.ts',
		search: 'typeOptions: { expirable: true, password: true }',
		replace: 'typeOptions: { expirable: true }',
		why: 'the editor shows the stored session token',
	},
	{
		file: 'nodes/HuaweiCloudLive/relayTask/update.ts',
		search: 'idempotent: CALLS.update.idempotent',
		replace: 'idempotent: false',
		why: 'an agent does not retry a failed Update',
	},
];
