/**
 * A value that must not leak by accident. Printing, inspecting or serializing it, or anything that holds it, shows
 * asterisks; only `reveal` returns the value.
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

/** The values of an object's secrets. */
export function revealAll(fields: object): string[] {
	return Object.values(fields).flatMap((value: unknown) => (value instanceof Secret ? [value.reveal()] : []));
}
