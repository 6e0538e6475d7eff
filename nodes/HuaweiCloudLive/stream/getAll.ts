import { STREAM_CALLS, type Stream } from '../../../huawei-cloud/live/streams';
import { limitFields } from '../lists';
import type { Operation } from '../operation';
import { STREAM, streamFilterFields } from './fields';
import { listStreams } from './listStreams';

const NAME = 'getAll';

/** Lists the streams of a domain that are online, one item per stream. */
export const getManyStreams: Operation = {
	option: {
		name: 'Get Many',
		value: NAME,
		description: 'List the streams of a domain that are online, one item per stream',
		action: 'Get many online streams',
	},
	properties: [
		...streamFilterFields(NAME),
		...limitFields(STREAM, NAME),
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description: 'Whether to return a simplified version of the response instead of the raw data',
			displayOptions: { show: { resource: [STREAM], operation: [NAME] } },
		},
	],
	idempotent: STREAM_CALLS.listOnline.idempotent,
	async run(parameters, { streams }) {
		const isSimple = parameters.flag('simplify', 'Simplify');
		return await listStreams(
			parameters,
			async (...args) => await streams.listOnline(...args),
			isSimple ? simplified : (stream) => stream,
		);
	},
};

const SIMPLE_FIELDS = [
	'domain',
	'app_name',
	'stream_name',
	'start_time',
	'resolution',
	'video_bitrate',
	'audio_bitrate',
	'client_ip',
];

function simplified(stream: Stream): Partial<Stream> {
	return Object.fromEntries(Object.entries(stream).filter(([name]) => SIMPLE_FIELDS.includes(name)));
}
