/** The part of JSON Schema that n8n's editor shows fields from. */
export interface JsonSchema {
	/** More than one where a field may be null. The editor looks at the first. */
	type: string | string[];
	properties?: Record<string, JsonSchema>;
	items?: JsonSchema;
}

/** The schema of all of these values, with the fields of objects in the order in which they first come. */
export function inferSchema(values: readonly unknown[]): JsonSchema {
	const types = [...new Set(values.map(typeOf))].sort((a, b) => Number(a === 'null') - Number(b === 'null'));
	const [type = 'null', ...more] = types;
	return {
		type: more.length === 0 ? type : types,
		...(types.includes('object') && { properties: propertiesOf(values) }),
		...(types.includes('array') && { items: inferSchema(values.filter(Array.isArray).flat()) }),
	};
}

function propertiesOf(values: readonly unknown[]): Record<string, JsonSchema> {
	const found = new Map<string, unknown[]>();
	for (const value of values.filter((one) => typeOf(one) === 'object')) {
		for (const [name, field] of Object.entries(Object(value))) {
			found.set(name, [...(found.get(name) ?? []), field]);
		}
	}
	return Object.fromEntries([...found].map(([name, fields]) => [name, inferSchema(fields)]));
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}
