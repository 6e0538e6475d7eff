import type { Cancellation } from '../../huawei-cloud/http/abort';
import {
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from '../../huawei-cloud/http/http';
import type { VirtualClock } from './virtualClock';

/** How one exchange goes, in milliseconds of the clock. */
export interface Exchange {
	/** How long connecting takes: before that, nothing is sent. */
	connecting: number;
	/** How long it then takes to end. */
	lasting: number;
	end: HttpResponse | { failure: TransportErrorCode; sent: boolean };
}

/** One request, as the network saw it. Times in milliseconds since the epoch. */
export interface SeenExchange<Given extends Exchange> {
	request: HttpRequest;
	exchange: Given;
	startedAt: number;
	endedAt: number;
	/** Undefined while it is in flight. */
	result: 'ended' | 'abandoned' | undefined;
	/** True if the request may have reached the service, when it was abandoned. */
	isSent: boolean;
}

/** A network whose exchanges go as a test says, in virtual time. */
export class ScriptedNetwork<Given extends Exchange> implements Transport {
	readonly seen: Array<SeenExchange<Given>> = [];

	/** @param next how the exchange for a request will go */
	constructor(
		private readonly clock: VirtualClock,
		private readonly next: (request: HttpRequest) => Given,
	) {}

	async send(request: HttpRequest, cancellation: Cancellation): Promise<HttpResponse> {
		const exchange = this.next(request);
		const now = this.clock.now();
		const seen: SeenExchange<Given> = {
			request,
			exchange,
			startedAt: now,
			endedAt: Infinity,
			result: undefined,
			isSent: false,
		};
		this.seen.push(seen);
		const { connecting, lasting, end } = exchange;
		const settle = (result: 'ended' | 'abandoned') => {
			if (seen.result) return false;
			seen.endedAt = this.clock.now();
			seen.result = result;
			seen.isSent = seen.endedAt - seen.startedAt >= connecting;
			return true;
		};
		return await new Promise((resolve, reject) => {
			const abandon = () => {
				if (settle('abandoned')) reject(new TransportError('cancelled', seen.isSent));
			};
			if (cancellation.aborted) return abandon();
			const remove = cancellation.onAbort(abandon);
			void this.clock.sleep(connecting + lasting).then(() => {
				if (!settle('ended')) return;
				remove();
				if ('failure' in end) reject(new TransportError(end.failure, end.sent));
				else resolve(end);
			});
		});
	}
}
