import { connect, type Socket } from 'node:net';

import { expect, test } from '@jest/globals';

import { startDeafHost } from '../support/unansweringHosts';
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

test('nobody can connect to the deaf host, and it can be seen who tries', async () => {
	const host = await startDeafHost();
	expect(host.openSockets()).toBe(0);
	const tries = [open(host.port), open(host.port), open(host.port)];
	await until(() => host.openSockets() === 3);
	expect(tries.map(({ socket }) => socket.connecting)).toEqual([true, true, true]);
	tries[0]?.socket.destroy();
	await until(() => host.openSockets() === 2);
	await host.close();
	expect(await open(host.port).fate).toBe('failed');
	for (const { socket } of tries) socket.destroy();
});
