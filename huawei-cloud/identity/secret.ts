/** A value that must not leak: printing, inspecting or serializing it, or its holder, hides it. Only `reveal` returns it. */
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
