import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Process, until } from '../../n8n/process';
import { freePort } from '../../n8n/server';
import { debianProgram } from '../debian';

/** PostgreSQL and Redis on loopback, and how n8n is told of them. */
export interface Databases {
	env: NodeJS.ProcessEnv;
	stop: () => Promise<void>;
}

/** Starts both, from Debian's packages, with nothing in them. */
export async function startDatabases(): Promise<Databases> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-databases-'));
	const [postgresPort, redisPort] = [await freePort(), await freePort()];
	const stopping: Array<() => Promise<void>> = [];
	const stop = async () => {
		await Promise.all(stopping.map(async (each) => await each()));
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const postgres = startPostgres(folder, postgresPort);
		stopping.push(async () => await postgres.stop());
		const redis = new Process(
			debianProgram('/usr/bin/redis-server', 'redis-server'),
			['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
			{ cwd: folder, env: { PATH: process.env.PATH } },
		);
		stopping.push(async () => await redis.stop());
		await until('Redis is ready', () => redis.output.includes('Ready to accept connections') || undefined);
		await until(
			'PostgreSQL is ready',
			() => postgres.output.includes('ready to accept connections') || undefined,
		);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgresPort),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: USER,
		},
		stop,
	};
}

const USER = 'n8n';
const VERSIONS = '/usr/lib/postgresql';

function startPostgres(folder: string, port: number): Process {
	debianProgram(VERSIONS, 'postgresql');
	const bin = join(VERSIONS, readdirSync(VERSIONS).sort().at(-1) ?? '', 'bin');
	const data = join(folder, 'postgres');
	const options = {
		cwd: folder,
		env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
		...unprivileged(folder),
	};
	execFileSync(join(bin, 'initdb'), ['-D', data, '-U', USER, '--auth=trust', '--no-sync'], options);
	const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	return new Process(join(bin, 'postgres'), ['-D', data, ...args], options);
}

/** PostgreSQL refuses to run as root: there, it gets the user of its Debian package. */
function unprivileged(folder: string): { uid?: number; gid?: number } {
	if (process.getuid?.() !== 0) return {};
	const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) =>
		Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
	);
	chownSync(folder, uid, gid);
	return { uid, gid };
}
