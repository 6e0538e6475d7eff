import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { Process, until } from '../../../dev/n8n/process';
import { freePort } from '../../../dev/n8n/server';
import type { Started } from '../../../dev/n8n/started';
import { debianProgram } from '../debian';

/**
 * Starts empty PostgreSQL and Redis servers on loopback, from Debian's packages.
 * @param started what has to be ended
 * @returns how n8n is told of them
 */
export async function startDatabases(started: Started): Promise<NodeJS.ProcessEnv> {
	// Not in the tests' own temporary folder, which PostgreSQL's user may not enter.
	const folder = await started.keep(mkdtempSync('/tmp/n8n-databases-'), async (each) =>
		rmSync(each, { recursive: true, force: true }),
	);
	const stop = async (each: Process) => await each.stop();
	const [postgresPort, redisPort] = [await freePort(), await freePort()];
	const postgres = await started.keep(startPostgres(folder, postgresPort), stop);
	const redis = await started.keep(startRedis(folder, redisPort), stop);
	await until('PostgreSQL is ready', () => postgres.output.includes(READY) || undefined);
	await until('Redis is ready', () => redis.output.includes(READY) || undefined);
	return {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgresPort),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: USER,
	};
}

function startRedis(folder: string, port: number): Process {
	const redis = debianProgram('redis-server');
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
	return new Process(redis, args, { cwd: folder, env: { PATH: process.env.PATH } });
}

/** Both log it with these words. */
const READY = 'eady to accept connections';
const USER = 'n8n';

function startPostgres(folder: string, port: number): Process {
	const versions = debianProgram('postgresql');
	const bin = join(versions, readdirSync(versions).sort().at(-1) ?? '', 'bin');
	const data = join(folder, 'postgres');
	const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
	// PostgreSQL refuses to run as root: there, it gets the user of its Debian package.
	const isRoot = process.getuid?.() === 0;
	if (isRoot) execFileSync('chown', ['postgres', folder]);
	const program = (name: string, args: string[]): [command: string, args: string[]] =>
		isRoot ? ['runuser', ['-u', 'postgres', '--', join(bin, name), ...args]] : [join(bin, name), args];
	execFileSync(...program('initdb', ['-D', data, '-U', USER, '--auth=trust', '--no-sync']), options);
	const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	return new Process(...program('postgres', ['-D', data, ...args]), options);
}
