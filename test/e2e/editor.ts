import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';

import { OWNER } from '../../dev/n8n/api';
import { until } from '../../dev/n8n/process';
import { debianProgram } from './debian';

const SCREENSHOTS = resolve(__dirname, '../../test-output/e2e');
/** Chromium sends many requests at its start that have nothing to do with the page. */
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// The editor asks npm's registry about the package, but tests must not leave the machine.
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const OUTPUT = '[data-test-id="canvas-node-output-handle"]';
const INPUT = '[data-test-id="canvas-node-input-handle"]';
const WIRE = '[data-test-id="edge"]';
const WIRE_LABEL = '[data-test-id="edge-label"]';
/** The notifications at the lower right appear at random and cover the canvas. */
const WITHOUT_NOTES = '.el-notification { visibility: hidden }';
const SETTLE_MS = 400;
const PATIENCE_MS = 20_000;

/** n8n's editor in Chromium, used like a person would. */
export class Editor {
	private constructor(
		private readonly browser: Browser,
		private readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens the browser, and signs in. */
	static async open(url: string): Promise<Editor> {
		mkdirSync(SCREENSHOTS, { recursive: true });
		selectors.setTestIdAttribute('data-test-id');
		const browser = await chromium.launch({ executablePath: debianProgram('chromium'), args: QUIET });
		try {
			const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
			page.setDefaultTimeout(PATIENCE_MS);
			await page.goto(`${url}/signin`, { waitUntil: 'domcontentloaded' });
			await page.getByLabel('Email').fill(OWNER.email);
			await page.getByLabel('Password').fill(OWNER.password);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.waitForURL(/\/home\//);
			return new Editor(browser, page, url);
		} catch (error) {
			await browser.close();
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** Takes a screenshot in light and in dark mode. */
	async screenshot(name: string): Promise<void> {
		for (const colorScheme of ['light', 'dark'] as const) {
			await this.page.emulateMedia({ colorScheme });
			// Until everything is painted in the new colors.
			await this.page.waitForTimeout(SETTLE_MS);
			const path = join(SCREENSHOTS, `${name}.${colorScheme}.png`);
			await this.page.screenshot({ path, animations: 'disabled', style: WITHOUT_NOTES });
		}
		await this.page.emulateMedia({ colorScheme: 'light' });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	// The node panel

	/** Types into the search of the node panel, and opens the panel for that. */
	async searchNode(text: string): Promise<Locator> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) await this.page.getByTestId('node-creator-plus-button').click();
		await search.fill(text);
		return this.page.getByTestId('node-creator-item-name');
	}

	/** Drags an action of our node from the panel to a place on the canvas, which opens the node's window. */
	async dragAction(action: string, x: number, y: number): Promise<void> {
		const names = await this.searchNode('huawei');
		await names.filter({ hasText: 'Huawei Cloud Live' }).click();
		const item = this.page
			.getByTestId('item-iterator-item')
			// The exact text, since the node's description has the same words.
			.filter({ has: this.page.getByText(action, { exact: true }) });
		await item.locator('[draggable]').dragTo(this.page.getByTestId('canvas'), { targetPosition: { x, y } });
		await this.page.getByTestId('ndv').waitFor();
	}

	// The canvas

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** The outputs of a node, as the canvas names them. */
	async outputNames(node: string): Promise<string[]> {
		return await this.page.locator(`${OUTPUT}[data-node-name="${node}"]`).allInnerTexts();
	}

	/** Connects an output of a node to the input of another. */
	async wire(from: string, output: number, to: string): Promise<void> {
		const source = this.page.locator(`${OUTPUT}[data-node-name="${from}"][data-index="${output}"]`);
		const target = this.page.locator(`${INPUT}[data-node-name="${to}"]`);
		const [start, end] = [
			await middle(source.locator('.source').first()),
			await middle(target.locator('.target').first()),
		];
		const { mouse } = this.page;
		await mouse.move(start.x, start.y);
		await mouse.down();
		await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
		await mouse.move(end.x, end.y, { steps: 5 });
		await mouse.up();
		await this.page
			.locator(`${WIRE}[data-source-node-name="${from}"][data-target-node-name="${to}"]`)
			.waitFor();
	}

	/**
	 * Presses Execute workflow, and waits until it has ended and the wires that leave a node show these numbers of items.
	 * @param counts by the node that the wire goes to
	 */
	async execute(node: string, counts: Record<string, string>): Promise<void> {
		const started = this.page.waitForResponse(/\/rest\/workflows\/[^/]+\/run/);
		const button = this.page.getByTestId('execute-workflow-button');
		await button.click();
		await started;
		await button.getByText('Execute workflow').waitFor();
		await until(`the wires of ${node} show ${JSON.stringify(counts)}`, async () =>
			isDeepStrictEqual(await this.countsOnWires(node), counts) ? true : undefined,
		);
	}

	/** The labels on the connections of a node, by the node that they lead to. */
	private async countsOnWires(from: string): Promise<Record<string, string>> {
		const labels = await this.page.locator(`${WIRE_LABEL}[data-source-node-name="${from}"]`).all();
		const counts = labels.map(async (label) => [
			(await label.getAttribute('data-target-node-name')) ?? '',
			await label.innerText(),
		]);
		return Object.fromEntries(await Promise.all(counts));
	}

	/** Lets n8n lay out the nodes. */
	async tidyUp(): Promise<void> {
		await this.page.getByTestId('tidy-up-button').click();
		await this.page.getByTestId('zoom-to-fit').click();
	}

	// The window of a node

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.getByTestId('ndv').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.page.getByTestId('ndv').waitFor({ state: 'hidden' });
	}

	private async fill(parameter: string, value: string): Promise<void> {
		const field = (await this.form()).getByTestId(`parameter-input-${parameter}`);
		await field.locator('input, textarea').first().fill(value);
	}

	/** Types into fields of the credential form, when that is open, or of the node. */
	async fillAll(values: Record<string, string>): Promise<void> {
		for (const [parameter, value] of Object.entries(values)) await this.fill(parameter, value);
	}

	/** Picks from a drop-down field of the credential form, when that is open, or of the node. */
	async choose(parameter: string, option: string): Promise<void> {
		await (await this.form()).getByTestId(`parameter-input-${parameter}`).click();
		const options = this.page.getByTestId('parameter-input-item').filter({ visible: true });
		await options.filter({ has: this.page.getByText(option, { exact: true }) }).click();
	}

	/** Adds an option of the node. */
	async addOption(option: string): Promise<void> {
		await (await this.form()).locator('input[placeholder="Add option"]').click({ force: true });
		const options = this.page.getByRole('option').filter({ visible: true });
		await options.filter({ has: this.page.getByText(option, { exact: true }) }).click();
	}

	/** Sets a setting of the node, on its second tab. */
	async chooseSetting(setting: string, option: string): Promise<void> {
		await this.page.getByTestId('tab-settings').click();
		await this.choose(setting, option);
		await this.page.getByTestId('tab-params').click();
	}

	/** Opens the list to pick a task from. @returns what is in it */
	async openTaskList(): Promise<Locator> {
		await this.page.getByTestId('rlc-input').click();
		return this.page.getByTestId('rlc-item').filter({ visible: true });
	}

	/** Types into the search of the list. */
	async searchTask(text: string): Promise<void> {
		await this.page.getByTestId('rlc-search').fill(text);
	}

	/** Chooses By ID, and maps the ID of the input. */
	async mapTaskId(expression: string): Promise<void> {
		await this.page.getByTestId('rlc-mode-selector').click();
		await this.page.getByTestId('mode-id').click();
		// An equals sign makes it an expression, as everywhere in n8n.
		await this.page.getByTestId('rlc-input').fill('=');
		await this.page.getByTestId('resource-locator-taskId').locator('.cm-content').click();
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.type(expression);
	}

	/** The input fields that can be mapped: the actual ones, or those that the previous node usually returns. */
	async inputFields(): Promise<string[]> {
		const items = this.page.getByTestId('ndv-input-panel').getByTestId('run-data-schema-item');
		await items.first().waitFor();
		return await items.allInnerTexts();
	}

	/** Presses Execute step. @returns the names of the outputs with their counts, and the items of the first with any */
	async executeStep(): Promise<{ outputs: string[]; items: unknown }> {
		const panel = this.page.getByTestId('output-panel');
		await this.page.getByTestId('node-execute-button').click();
		await panel.getByTestId('branches').waitFor();
		await panel.getByTestId('radio-button-json').click();
		// Its indentation uses non-breaking spaces, which JSON doesn't allow.
		const items = await until('the items are shown', async (): Promise<unknown> =>
			JSON.parse((await panel.getByTestId('ndv-data-container').innerText()).replaceAll('\u00a0', ' ')),
		);
		const outputs = await panel.getByTestId('branches').innerText();
		return { outputs: outputs.split('\n'), items };
	}

	private async form(): Promise<Locator> {
		return (await this.modal.isVisible()) ? this.modal : this.page.getByTestId('ndv');
	}

	// Credentials

	/** Opens the form of a new credential from the node's window. */
	async newCredential(): Promise<void> {
		const first = this.page.getByRole('button', { name: 'Connect to Huawei Cloud' });
		const select = this.page.getByTestId('node-credentials-select');
		await first.or(select).waitFor();
		if (await first.isVisible()) {
			await first.click();
		} else {
			await select.click();
			await this.page.getByTestId('node-credentials-select-item-new').click();
		}
		await this.modal.waitFor();
	}

	/** Saves the form, which tests the credential. @returns what n8n says of it */
	async saveCredential(): Promise<string> {
		await this.page.getByTestId('credential-save-button').click();
		const details = this.modal.getByText('More details').filter({ visible: true });
		const isClosed = this.modal.waitFor({ state: 'hidden' }).then(() => true);
		if (await Promise.race([isClosed, details.waitFor().then(() => false)])) {
			// It closes when the test succeeds. When reopened, it tests again and shows the result.
			await this.page.getByTestId('credential-edit-button').click();
			return await this.modal
				.getByText('Connection tested successfully')
				.filter({ visible: true })
				.innerText();
		}
		await details.click();
		// The result is between its heading and the first field.
		const form = await this.modal.getByTestId('node-credentials-config-container').innerText();
		return form.split('Authentication')[0] ?? '';
	}

	async closeCredential(): Promise<void> {
		await this.modal.getByRole('button', { name: 'Close this dialog' }).click();
		await this.modal.waitFor({ state: 'hidden' });
	}

	private get modal(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}
}

async function middle(locator: Locator): Promise<{ x: number; y: number }> {
	const box = await locator.boundingBox();
	if (!box) throw new Error('It is not on the page');
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
