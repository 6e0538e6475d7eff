import { afterEach, beforeEach } from '@jest/globals';

import { Emulator } from '../../dev/emulator/emulator';
import type { Token } from '../../dev/emulator/world';

/** The emulator by itself, called with fetch: not a line of our client. */

export const PROJECT = { id: 'a'.repeat(32), name: 'cn-north-4' };
export const TASKS = `/v1/${PROJECT.id}/pull/stream/task`;
/** The emulator of the test that runs, and a token for its project. */
export let emulator: Emulator;
export let token: Token;
let now: number;

/** Gives each test of a file an emulator of its own, at the beginning of 2026. */
export function eachOnEmulator(): void {
	beforeEach(async () => {
		now = Date.parse('2026-01-01T00:00:00Z');
		emulator = await Emulator.start({ now: () => now });
		token = emulator.world.addToken(emulator.world.addUser({ projects: [PROJECT] }), PROJECT.id);
	});

	afterEach(async () => {
		await emulator.close();
	});
}

/** Lets the emulator's time pass. */
export function pass(ms: number): void {
	now += ms;
}

/** @param path from the root */
export async function call(
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
) {
	const response = await fetch(emulator.url + path, {
		method,
		redirect: 'manual',
		headers: { 'X-Auth-Token': token.value, 'Content-Type': 'application/json', ...headers },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const text = await response.text();
	const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
	return { status: response.status, text, json };
}
