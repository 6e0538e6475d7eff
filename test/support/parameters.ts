import { ItemParameters, RunParameters } from '../../nodes/shared/parameters';

/** The parameters of one item, with these values, in a workflow in Berlin. */
export function parametersOf(given: Record<string, unknown>): ItemParameters {
	const values: Record<string, unknown> = { additionalFields: {}, updateFields: {}, options: {}, ...given };
	const context = {
		getNodeParameter: (name: string, _itemIndex: number, fallback?: unknown) =>
			name in values ? values[name] : fallback,
		getNode: () => ({ parameters: {} }),
		getTimezone: () => 'Europe/Berlin',
	};
	return new ItemParameters(new RunParameters(context), 0);
}

/** Parameters of a new task. */
export const LIVE_TASK = {
	sourceType: 'PullLivePushLive',
	sourceUrls: 'rtmp://pull.example.com/live/a',
	destination: 'url',
	destinationUrl: 'rtmp://push.example.com/live/a',
};
