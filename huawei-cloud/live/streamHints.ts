/** Hints of calls about streams. */

export const LIST_HINT =
	'Check the domain, and the app name and stream name if they were given. The response may be the same for a domain that does not exist.';

export const DISCONNECT_HINT =
	'Check the domain, the app name and the stream name. The response may be the same for a stream that is not online, and for a domain that does not exist: Get Many tells them apart.';

export const FORBID_HINT =
	'Check the domain, the app name, the stream name and the resume time. The response may be the same for a domain that does not exist.';

export const RESUME_HINT =
	'Check the domain, the app name and the stream name. The response may be the same for a stream that is not forbidden, and for a domain that does not exist: Get Many Forbidden tells them apart.';

export const NO_DOMAIN =
	'Huawei Cloud did not find the domain in the project. Check the domain, and the project ID and the region of the credential.';

export const NO_STREAM =
	'Huawei Cloud did not find the domain, or the stream on it. Check the domain, the app name and the stream name: Get Many lists the streams that are online.';

export const NO_BAN =
	"Huawei Cloud did not find the stream among the domain's forbidden streams. Check the domain, the app name and the stream name: Get Many Forbidden lists them.";

export const MAY_BE_DISCONNECTED =
	'The stream may have been disconnected anyway: check with Get Many whether it is online, and since when. Running this again disconnects it once more.';

export const MAY_BE_RESUMED = 'The stream may be resumed anyway: check with Get Many Forbidden.';

export const MAY_BE_FORBIDDEN = 'The stream may be forbidden anyway: check with Get Many Forbidden.';

export const IS_FORBIDDEN =
	'The stream is already forbidden, but its resume time may be another one: check with Get Many Forbidden.';
