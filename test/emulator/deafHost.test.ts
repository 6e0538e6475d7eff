import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { afterEach, expect, test } from '@jest/globals';

import { startDeafHost, startSilentTls, type UnansweringHost } from '../../dev/emulator/deafHost';
import { until } from '../support/until';

const hosts: UnansweringHost[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	for (const host of hosts.splice(0)) await host.close();
});

async function start(starting: Promise<UnansweringHost>): Promise<UnansweringHost> {
	const host = await starting;
	hosts.push(host);
	return host;
}

/** A socket that begins to connect, and what happens to it. */
function open(port: number): { socket: Socket; fate: Promise<string> } {
	const socket = connect(port, '127.0.0.1');
	sockets.push(socket);
	const fate = Promise.race([
		new Promise<string>((done) => socket.once('connect', () => done('connected'))),
		new Promise<string>((done) => socket.once('error', () => done('failed'))),
	]);
	return { socket, fate };
}

const canCount = existsSync('/proc/net/tcp');

test('nobody can connect to the deaf host, and it can be seen who tries', async () => {
	const host = await start(startDeafHost());
	expect(host.openSockets()).toBe(canCount ? 0 : undefined);
	const tries = [open(host.port), open(host.port), open(host.port)];
	// On this machine, a handshake ends as soon as it begins, unless the other side doesn't respond.
	await until(() => host.openSockets() === (canCount ? 3 : undefined));
	expect(tries.map(({ socket }) => socket.connecting)).toEqual([true, true, true]);
	tries[0]?.socket.destroy();
	await until(() => host.openSockets() === (canCount ? 2 : undefined));
	await host.close();
	expect(await open(host.port).fate).toBe('failed');
});

test('the silent host is connected to, and never answers a handshake', async () => {
	const host = await start(startSilentTls());
	expect(host.openSockets()).toBe(0);
	const { socket, fate } = open(host.port);
	expect(await fate).toBe('connected');
	const tls = connectTls({ socket, servername: 'localhost' });
	let events = 0;
	for (const event of ['secureConnect', 'error', 'close', 'end']) tls.on(event, () => (events += 1));
	await until(() => socket.bytesWritten > 0);
	expect(events).toBe(0);
	expect(host.openSockets()).toBe(1);
	tls.destroy();
	await until(() => host.openSockets() === 0);
});

test('the silent host closes what is open to it', async () => {
	const host = await startSilentTls();
	const { socket, fate } = open(host.port);
	expect(await fate).toBe('connected');
	const closed = new Promise((done) => socket.once('close', done));
	await host.close();
	await closed;
	expect(host.openSockets()).toBe(0);
	expect(await open(host.port).fate).toBe('failed');
});
