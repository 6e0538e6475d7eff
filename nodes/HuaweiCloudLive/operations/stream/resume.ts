import { onStream } from './onStream';

export const resumeStream = onStream('resume', {
	name: 'Resume',
	value: 'resume',
	description: 'Unblock a forbidden stream',
	action: 'Resume stream',
});
