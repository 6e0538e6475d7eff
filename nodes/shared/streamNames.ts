import { InputError } from './inputError';
import { domainName, requiredText, type Reader } from './readers';

export const MAX_APP_LENGTH = 128;
export const MAX_STREAM_LENGTH = 512;

/**
 * Text that names one thing. The API knows no wildcards: it rejects `*` as the name of a stream, and what it does with
 * `a*` is not documented.
 */
export function exact<Name extends string | undefined>(read: Reader<Name>): Reader<Name> {
	return (label, value) => {
		const name = read(label, value);
		if (name === undefined || !name.includes('*')) return name;
		throw new InputError(
			`The ${label} contains *, and Huawei Cloud has no wildcards.`,
			'Enter the exact name. To work on several streams, list them with Get Many and map their names.',
		);
	};
}

export const readDomain = exact(
	domainName('Choose an ingest domain from the list, or map a field that holds one, such as domain.'),
);

export const readAppName = exact(
	requiredText(MAX_APP_LENGTH, 'Enter the name of the app, or map a field that holds it, such as app_name.'),
);

export const readStreamName = exact(
	requiredText(
		MAX_STREAM_LENGTH,
		'Enter the name of the stream, or map a field that holds it, such as stream_name.',
	),
);
