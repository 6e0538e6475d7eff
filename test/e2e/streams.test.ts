import { beforeAll, expect } from '@jest/globals';

import { PROJECT_ID } from '../support/clients';
import { node, NODE_TYPE, type Cloud } from '../support/nodeRun';
import type { Editor } from './editor';
import { TestBed } from './testBed';

/** A stream as a person sees it in the editor: its domain picked from the list, then each operation by itself. */

const bed = new TestBed();
let cloud: Cloud;
let editor: Editor;

const DOMAIN = 'push.example.com';
const MAPPED = {
	domain: { __rl: true, mode: 'name', value: '={{ $json.domain }}' },
	appName: '={{ $json.app_name }}',
	streamName: '={{ $json.stream_name }}',
};
const STEPS = [
	['Get Many', { operation: 'getAll', domain: { __rl: true, mode: 'list', value: '' } }],
	['Forbid', { operation: 'forbid', ...MAPPED, options: { resumeTime: "={{ $now.plus(2, 'hours') }}" } }],
	['Get Many Forbidden', { operation: 'getAllForbidden', ...MAPPED }],
	['Resume', { operation: 'resume', ...MAPPED }],
] as const;

beforeAll(async () => {
	cloud = await bed.startCloud();
	cloud.emulator.world.addDomain(PROJECT_ID, 'play.example.com', { domain_type: 'pull' });
	cloud.emulator.world.pushStream(PROJECT_ID, DOMAIN, 'live', '摄像机-1');
	const n8n = await bed.createN8n();
	await n8n.importCredentials({ id: '1', name: 'Huawei Cloud API', data: cloud.fields });
	const names = ['Start', ...STEPS.map(([name]) => name)];
	await n8n.importWorkflows({
		id: 'streams',
		name: 'Streams',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger'),
			...STEPS.map(([name, parameters], index) =>
				node(name, NODE_TYPE, JSON.parse(JSON.stringify({ resource: 'stream', ...parameters })), {
					position: [240 * (index + 1), 0],
					credentials: { huaweiCloudApi: { id: '1', name: 'Huawei Cloud API' } },
				}),
			),
		],
		connections: Object.fromEntries(
			STEPS.map(([name], index) => [names[index], { main: [[{ node: name, type: 'main', index: 0 }]] }]),
		),
	});
	await n8n.start();
	editor = await bed.openEditor(n8n);
});

for (const [name] of STEPS) {
	bed.scene(
		name,
		() => editor,
		async () => {
			if (name === 'Get Many') await editor.openWorkflow('streams');
			await editor.openNode(name);
			if (name === 'Get Many') {
				const domains = await editor.openTaskList();
				await domains.first().waitFor();
				expect(await domains.allInnerTexts()).toEqual([DOMAIN]);
				await editor.screenshot('stream domains');
				await domains.first().click();
			}
			const { outputs, items } = await editor.executeStep();
			await editor.screenshot(`stream ${name}`);
			expect(outputs[0]).toMatch(/^Success/);
			expect(items).toMatchObject([{ domain: DOMAIN, app_name: 'live', stream_name: '摄像机-1' }]);
			await editor.closeNode();
		},
	);
}
