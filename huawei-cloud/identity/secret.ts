/**
 * A value that must not get out by accident. Printing, inspecting or serialising it, or anything that holds it, shows
 * stars; only `reveal` gives it away.
 */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return '***';
	}

	toJSON(): string {
		return '***';
	}
}
