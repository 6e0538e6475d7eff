import { afterAll, test } from '@jest/globals';

import { startDemo } from '../../dev/emulator/demo';
import type { EmulatorOptions } from '../../dev/emulator/emulator';
import { installN8n } from '../../dev/n8n/installation';
import { N8n, type N8nOptions } from '../../dev/n8n/server';
import { startCloud, type Cloud } from '../support/nodeRun';
import { Started } from '../../dev/n8n/started';
import { Editor } from './editor';
import { release } from './prepare';
import { ScriptedModel } from './scriptedModel';

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** The servers that the tests of a file run on. They end after the last test, even if starting failed halfway. */
export class TestBed extends Started {
	private editor: Editor | undefined;

	constructor() {
		super();
		afterAll(async () => await this.end());
	}

	/** The cloud that the examples were written for. */
	async startDemo(options?: EmulatorOptions): Promise<Demo> {
		return await this.keep(startDemo(options), async ({ emulator }) => await emulator.close());
	}

	/** A cloud with a project and a user, and no tasks. */
	async startCloud(options?: EmulatorOptions): Promise<Cloud> {
		return await this.keep(startCloud(options), async ({ emulator }) => await emulator.close());
	}

	/** An n8n of the tested release, not started yet. */
	async createN8n(options?: N8nOptions): Promise<N8n> {
		const installation = await installN8n(release);
		return await this.keep(N8n.create(installation, options), async (n8n) => await n8n.remove());
	}

	async startModel(): Promise<ScriptedModel> {
		return await this.keep(ScriptedModel.start(), async (model) => await model.close());
	}

	/** A test in the editor. Saves a screenshot when it fails. */
	scene(name: string, play: () => Promise<void>): void {
		test(name, async () => {
			try {
				await play();
			} catch (error) {
				await this.editor?.screenshot(`failed: ${name}`).catch(() => undefined);
				throw error;
			}
		});
	}

	/** The editor of an n8n that has started. */
	async openEditor(n8n: N8n): Promise<Editor> {
		this.editor = await this.keep(Editor.open(n8n.url), async (editor) => await editor.close());
		return this.editor;
	}
}
