import type { Cancellation } from '../../huawei-cloud/http/abort';
import {
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from '../../huawei-cloud/http/http';

/** One step of a script: an answer, or the failure that keeps it from coming. */
export type Step =
	| { status: number; body?: unknown; headers?: Record<string, string> }
	| { failure: TransportErrorCode; sent: boolean }
	/** Waits until the exchange is given up. */
	| 'silence';

/** A transport that plays a script and repeats its last step forever. */
export class ScriptedTransport implements Transport {
	readonly requests: HttpRequest[] = [];

	constructor(
		private readonly script: readonly Step[],
		private readonly onSend: (request: HttpRequest) => void = () => undefined,
	) {}

	async send(request: HttpRequest, cancellation: Cancellation): Promise<HttpResponse> {
		const step = this.script[Math.min(this.requests.length, this.script.length - 1)];
		this.requests.push(request);
		this.onSend(request);
		if (step === undefined) throw new Error('The script is empty');
		if (step === 'silence') {
			return await new Promise((_resolve, reject) => {
				const giveUp = () => reject(new TransportError('cancelled', true));
				if (cancellation.aborted) giveUp();
				cancellation.onAbort(giveUp);
			});
		}
		if ('failure' in step) throw new TransportError(step.failure, step.sent);
		const { status, body = '', headers = {} } = step;
		return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
	}
}
