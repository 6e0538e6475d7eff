import { listStreams } from './listStreams';

export const getManyStreams = listStreams('listOnline', {
	name: 'Get Many',
	value: 'getAll',
	description: 'List the online streams of a domain, one item per stream',
	action: 'Get many online streams',
});
