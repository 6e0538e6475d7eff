import { writeRepository } from './readProject';

/** `npx tsx dev/release/repository.ts OWNER/NAME`: says where on GitHub the project is, in package.json and wherever it is linked. */

const [repository = '', ...others] = process.argv.slice(2);
if (others.length > 0 || !/^[\w.-]+\/[\w-]+$/.test(repository)) {
	console.error('npx tsx dev/release/repository.ts OWNER/NAME, as GitHub shows it');
	process.exitCode = 1;
} else {
	writeRepository(repository);
	console.log(`The repository is https://github.com/${repository}. Review "git diff" and commit it.`);
}
