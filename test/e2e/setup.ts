import { prepare } from './prepare';

export default async function setUp(): Promise<void> {
	await prepare((line) => console.log(line));
}
