import { problem } from './classification';

export const WRONG_ADDRESS = problem(
	'endpoint',
	'The response did not come from the Live API, so the state of the task or stream is unknown.',
	"Check the credential's region, Live endpoint and project ID. This is not how the Live API reports a missing task or stream.",
);
const CHECK_FOR_PROXY =
	"Check whether a proxy, firewall or login portal sits between n8n and the credential's endpoint";
export const FOREIGN_RESPONSE = problem(
	'endpoint',
	'The response did not come from Huawei Cloud Live, so it is not known whether the request was carried out.',
	`${CHECK_FOR_PROXY}, then run this again.`,
	{ retry: true, mayHaveHappened: true },
);
export const PAGE = problem(
	'endpoint',
	'A firewall, proxy or portal rejected the request, not Huawei Cloud.',
	`${CHECK_FOR_PROXY}, and whether that endpoint is correct.`,
);
export const INVALID_REQUEST = problem(
	'validation',
	'Huawei Cloud rejected the request as invalid.',
	'Check what was sent.',
	{ hintSource: 'rejected' },
);
export const REQUEST_TOO_LARGE = problem(
	'validation',
	'The request is too large for Huawei Cloud, or for a proxy in between.',
	'If the credential holds an IAM token of more than 8 kB, get one with nocatalog=true, which is much shorter, or use an access key.',
);
export const REJECTED_CREDENTIAL = problem(
	'authentication',
	'Huawei Cloud rejected the credential.',
	'Check the credential.',
	{ hintSource: 'credential' },
);
export const NO_PERMISSION = problem(
	'permission',
	'The credential is valid but lacks the required permission.',
	'Ask the account administrator to grant the permission.',
	{ hintSource: 'permission' },
);
export const ACCOUNT_PROBLEM = problem(
	'account',
	'Huawei Cloud rejects this account: it is in arrears, frozen, unknown, over quota or not verified.',
	'Sign in to the Huawei Cloud console and check Billing and My Account.',
);
export const WRONG_PROJECT = problem(
	'project',
	'The project ID does not belong to this credential, or the project is not available.',
	'Copy the project ID of the region from the console: My Credentials > API Credentials > Projects.',
);
export const THROTTLED = problem(
	'throttled',
	'Huawei Cloud throttled the request.',
	'Run this again later.',
	{ retry: true, hintSource: 'throttled' },
);
export const UNUSABLE_CONNECTION = problem(
	'endpoint',
	"Huawei Cloud does not accept the request's method, protocol, TLS version or media type.",
	"Check the credential's endpoint, and whether a proxy between n8n and Huawei Cloud rejects or modifies requests.",
);
export const SERVER_ERROR_HINT =
	'Run this again later. If the error persists, contact Huawei Cloud support with the request_id, if there is one.';
/** Not retried by the same call, since it takes longer. */
export const UNAVAILABLE = problem(
	'server',
	'Huawei Cloud is under maintenance, or cannot process the request at the moment.',
	SERVER_ERROR_HINT,
	{ retryable: true },
);
export const REJECTED_BY_SERVER = problem(
	'server',
	'Huawei Cloud could not accept the request at the moment.',
	SERVER_ERROR_HINT,
	{ retry: true },
);
export const SERVER_ERROR = problem(
	'server',
	'Huawei Cloud failed while processing the request, so it may have been carried out.',
	SERVER_ERROR_HINT,
	{ retry: true, mayHaveHappened: true },
);
export const REDIRECT = problem(
	'endpoint',
	'The endpoint returned a redirect, which is not followed because it would send the credential to another host.',
	"Set the credential's endpoint to an address that responds without a redirect, or check whether a proxy or login portal sits in between.",
);
export const UNDOCUMENTED = problem(
	'unknown',
	'The response has a status that Huawei Cloud does not document, so the request may have been carried out.',
	`${CHECK_FOR_PROXY}, then run this again.`,
	{ retry: true, mayHaveHappened: true },
);
export const ALREADY_EXISTS = problem(
	'validation',
	'The resource to create already exists in Huawei Cloud Live.',
	'Look it up with Get Many, or change what identifies it, such as the stream name.',
);
export const CONFLICTING_STATE = problem(
	'validation',
	'Huawei Cloud Live does not allow this in the current state of the domain or stream.',
	'Check the domain in the console: it must be enabled, with no change in progress.',
);
export const IAM_FAILED = { ...SERVER_ERROR, message: 'IAM failed.' };
export const WRONG_IAM_ADDRESS = problem(
	'endpoint',
	'The response did not come from IAM.',
	"Check the credential's region and IAM endpoint.",
);
export const IAM_FOREIGN_RESPONSE = problem(
	'endpoint',
	'The IAM endpoint returned nothing usable.',
	"Check the credential's IAM endpoint, and whether a proxy, firewall or login portal sits between n8n and that endpoint. If the endpoint is correct, check the clock of the n8n server.",
	{ retry: true },
);
export const IP_ADDRESS_REJECTED = problem(
	'permission',
	"Huawei Cloud rejects requests from this server's IP address.",
	'Ask the account administrator whether access is limited to certain IP addresses.',
);
export const REGION_UNAVAILABLE = problem(
	'endpoint',
	'Huawei Cloud Live, or this account, is not available in the region that was called.',
	"Check the credential's region and Live endpoint.",
);
export const USER_LOCKED = problem(
	'authentication',
	'IAM has locked this user, which happens after too many wrong passwords.',
	'Check the password in the credential, and wait until IAM unlocks the user: after 15 minutes, unless the account sets a different time.',
);
export const USER_DENIED = problem(
	'permission',
	'IAM denied this user access.',
	"The user may be locked or disabled, may lack programmatic access, or may have no access to the project. Check the credential's project ID, then ask the account administrator.",
);
