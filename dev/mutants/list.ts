/** One change to the code that would hurt a user. */
export interface Mutant {
	/** A shipped file. */
	file: string;
	/** Occurs once in the file. */
	search: string;
	replace: string;
	/** The damage that a user would see. */
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
		search: '\t\tthis.isSettled = true;\n\t\tthis.stopListening();',
		replace: '\t\tthis.isSettled = true;',
		why: 'every exchange stays in memory until the execution ends',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'if (this.isSettled) started.abort',
		replace: 'if (!this.isSettled) this.controller = started; else if (false) started.abort',
		why: 'a request is sent after its cancellation',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'new TransportError(code, this.controller !== undefined, this.proxy)',
		replace: 'new TransportError(code, false, this.proxy)',
		why: 'a deletion whose response was lost reads as not sent',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'request.onNewConnection ? undefined : idle.take',
		replace: 'idle.take',
		why: 'Create goes over a connection that the server is closing',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'if (!this.body.append(chunk)) this.abort',
		replace: 'if (this.body.append(chunk) && false) this.abort',
		why: 'a response without end fills the memory',
	},
	{
		file: 'huawei-cloud/http/transport.ts',
		search: 'if (!isAllowed) throw',
		replace: 'if (isAllowed === undefined) throw',
		why: "n8n's SSRF protection is ignored",
	},
	{
		file: 'credentials/HuaweiCloudApi.credentials.ts',
		search: 'typeOptions: { expirable: true, password: true }',
		replace: 'typeOptions: { expirable: true }',
		why: 'the editor shows the stored session token',
	},
	{
		file: 'credentials/HuaweiCloudApi.credentials.ts',
		search: 'typeOptions: { expirable: true, password: true }',
		replace: 'typeOptions: { password: true }',
		why: 'n8n never renews the stored session token',
	},
	{
		file: 'nodes/HuaweiCloudLive/operations/relayTask/update.ts',
		search: 'idempotent: CALLS.update.idempotent',
		replace: 'idempotent: false',
		why: 'an agent does not retry a failed Update',
	},
	{
		file: 'nodes/HuaweiCloudLive/operations/relayTask/create.ts',
		search: 'idempotent: CALLS.create.idempotent',
		replace: 'idempotent: true',
		why: 'an agent that retries creates a second task',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: 'outputs[isTool ? OUTPUT_OF.success : OUTPUT_OF[kind]]',
		replace: 'outputs[OUTPUT_OF[kind]]',
		why: 'an agent is never told of an error',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: 'pairedItem: { item: itemIndex }',
		replace: 'pairedItem: { item: 0 }',
		why: 'every item is linked to the first input item',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: 'if (problem && !context.continueOnFail()) throw',
		replace: 'if (problem) throw',
		why: 'with a continue setting, all input items go to Success',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: '{ ...unexpected(), mayHaveHappened: false }',
		replace: 'unexpected()',
		why: 'tasks that were never touched count as perhaps deleted',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: 'error instanceof InputError ? invalidInput(error) : unexpected()',
		replace: 'unexpected()',
		why: 'nobody learns what is wrong with a parameter',
	},
	{
		file: 'nodes/HuaweiCloudLive/runItems.ts',
		search: 'await forEachConcurrently(count, maxConcurrency,',
		replace: 'await forEachConcurrently(count, 1,',
		why: 'Max Concurrency does nothing',
	},
	{
		file: 'nodes/HuaweiCloudLive/output/items.ts',
		search: 'success: 0, notFound: 1, error: 2',
		replace: 'success: 0, notFound: 2, error: 1',
		why: 'items of failed deletions go to Not Found',
	},
	{
		file: 'nodes/HuaweiCloudLive/output/items.ts',
		search: 'return { ...ours, ...fields, ...ours };',
		replace: 'return { ...ours, ...fields };',
		why: 'a field of the service replaces the outcome',
	},
	{
		file: 'nodes/HuaweiCloudLive/output/items.ts',
		search: "if (outcome.kind === 'success') return json;\n\tjson.error_code",
		replace: 'json.error_code',
		why: 'deleted items carry fields of an error',
	},
	{
		file: 'nodes/HuaweiCloudLive/output/hints.ts',
		search: 'escapeHtml(message)',
		replace: 'message',
		why: 'text of a service runs as HTML in the editor',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: '\tassertMayReceiveCredential(target, credential);\n',
		replace: '',
		why: "a workflow's author sends the credential to a host of theirs",
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: '\tassertConnectionIsChecked(target, options);\n',
		replace: '',
		why: 'the credential goes over an unchecked connection',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: '\tassertNoEcho(options);\n',
		replace: '',
		why: 'TRACE gives the credential back to the author',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: '\tassertNotRefused(credential);\n',
		replace: '',
		why: 'a rejected access key is used until it is locked',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: 'disableFollowRedirect: true,\n\t\tmaxRedirects: 0',
		replace: 'maxRedirects: 5',
		why: 'a redirect takes the credential elsewhere',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: 'Host: exact.url.host }',
		replace: '}',
		why: "the author's Host header decides which certificate is checked",
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: '\t\t...directly(exact.url),\n',
		replace: '',
		why: 'a proxy reads a request to this machine',
	},
	{
		file: 'n8n/httpRequest/authenticateRequest.ts',
		search: 'authenticated.useStream = false;',
		replace: '',
		why: 'a streamed response shows the token to an expression',
	},
	{
		file: 'huawei-cloud/identity/signature.ts',
		search: "path.endsWith('/') ? path : `${path}/`",
		replace: 'path',
		why: 'every request with an access key is rejected',
	},
	{
		file: 'huawei-cloud/identity/signature.ts',
		search: 'compare(a[0], b[0]) || compare(a[1], b[1])',
		replace: 'compare(a[0], b[0])',
		why: 'requests with a repeated parameter are rejected',
	},
	{
		file: 'huawei-cloud/identity/signature.ts',
		search: '[name.toLowerCase(), value.trim()]',
		replace: '[name.toLowerCase(), value]',
		why: 'requests whose header has a space at its end are rejected',
	},
	{
		file: 'huawei-cloud/identity/credential.ts',
		search: '&& !isLoopback(url.hostname)) throw problem',
		replace: '&& false) throw problem',
		why: 'the credential is sent without TLS',
	},
	{
		file: 'huawei-cloud/identity/credential.ts',
		search: "url.protocol === 'https:' && url.port === ''",
		replace: "url.protocol === 'https:'",
		why: 'the credential goes to any port of an API host',
	},
	{
		file: 'huawei-cloud/identity/credential.ts',
		search: "...['obs', 'swr', 'console'],",
		replace: '',
		why: 'the credential goes to a bucket that a customer owns',
	},
	{
		file: 'huawei-cloud/identity/credential.ts',
		search: "region.startsWith('eu-west-1') ? 'eu' : 'com'",
		replace: "'com'",
		why: 'nothing works in the European regions',
	},
];
