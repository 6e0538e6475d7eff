import { expect, test } from '@jest/globals';

import { toNodeError } from '../../n8n/connection';

test('a problem is shown as text, where n8n would show HTML', () => {
	const node = { id: '1', name: 'Node', type: 't', typeVersion: 1, parameters: {} };
	const context = { getNode: () => ({ ...node, position: [0, 0] satisfies [number, number] }) };
	expect(toNodeError(context, { message: 'It broke.', hint: `<b>"a" & 'b'</b>` })).toMatchObject({
		message: 'It broke.',
		description: '&#60;b&#62;&#34;a&#34; &#38; &#39;b&#39;&#60;/b&#62;',
		node: { name: 'Node' },
	});
});
