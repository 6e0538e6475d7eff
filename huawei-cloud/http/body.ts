import { TransportError } from './http';

const GZIP_MAGIC = [0x1f, 0x8b];

/** Drops a byte order mark. */
const utf8 = new TextDecoder();

/** A response body as it arrives. One growing buffer: a one-byte chunk would otherwise keep its whole segment alive. */
export class BodyBuffer {
	private bytes = Buffer.alloc(0);
	private size = 0;

	constructor(private readonly maxBytes: number) {}

	/** @returns false when the body gets too long: truncated text would be parsed as something it is not */
	append(chunk: Uint8Array): boolean {
		const size = this.size + chunk.length;
		if (size > this.maxBytes) return false;
		if (size > this.bytes.length) {
			const grown = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(size, 2 * this.bytes.length)));
			this.bytes.copy(grown, 0, 0, this.size);
			this.bytes = grown;
		}
		this.bytes.set(chunk, this.size);
		this.size = size;
		return true;
	}

	/** The text, decoded if it starts as gzip: headers may be missing. Rejects with TransportError if too long or broken. */
	async text(): Promise<string> {
		const { received } = this;
		if (GZIP_MAGIC.some((byte, index) => received[index] !== byte)) return utf8.decode(received);
		const body = new BodyBuffer(this.maxBytes);
		const decoded = new Blob([received]).stream().pipeThrough(new DecompressionStream('gzip'));
		try {
			for await (const chunk of decoded) {
				if (!body.append(chunk)) throw new TransportError('responseTooLarge', true);
			}
		} catch (error) {
			throw error instanceof TransportError ? error : new TransportError('connectionLost', true);
		}
		return utf8.decode(body.received);
	}

	private get received(): Uint8Array {
		return this.bytes.subarray(0, this.size);
	}
}
