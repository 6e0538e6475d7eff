import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

import { expect, test } from '@jest/globals';

import { startDeafHost } from '../../dev/emulator/deafHost';
import { until } from '../support/until';

/** A socket that begins to connect, and what happens to it. */
function open(port: number): { socket: Socket; fate: Promise<string> } {
	const socket = connect(port, '127.0.0.1');
	const fate = Promise.race([
		new Promise<string>((done) => socket.once('connect', () => done('connected'))),
		new Promise<string>((done) => socket.once('error', () => done('failed'))),
	]);
	return { socket, fate };
}

const canCount = existsSync('/proc/net/tcp');

test('nobody can connect to the deaf host, and it can be seen who tries', async () => {
	const host = await startDeafHost();
	expect(host.openSockets()).toBe(canCount ? 0 : undefined);
	const tries = [open(host.port), open(host.port), open(host.port)];
	// On this machine, a handshake ends as soon as it begins, unless the other side doesn't respond.
	await until(() => host.openSockets() === (canCount ? 3 : undefined));
	expect(tries.map(({ socket }) => socket.connecting)).toEqual([true, true, true]);
	tries[0]?.socket.destroy();
	await until(() => host.openSockets() === (canCount ? 2 : undefined));
	await host.close();
	expect(await open(host.port).fate).toBe('failed');
	for (const { socket } of tries) socket.destroy();
});
