import { listStreams } from './listStreams';

export const getManyForbiddenStreams = listStreams('listForbidden', {
	name: 'Get Many Forbidden',
	value: 'getAllForbidden',
	description: 'List the forbidden streams of a domain and when each is allowed again, one item per stream',
	action: 'Get many forbidden streams',
});
