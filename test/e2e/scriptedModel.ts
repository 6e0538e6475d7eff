import fastify, { type FastifyInstance } from 'fastify';

/** A request to a chat model: its tools and the conversation, in the terms of OpenAI's Chat Completions. */
export interface ModelRequest {
	tools: Array<{ function: { name: string; description: string; parameters: unknown } }>;
	messages: Array<{ role: string; content: string | null }>;
}

/** The model's next step: call a tool, or say something. */
export type ModelStep = { tool: string; arguments: unknown } | { say: string };

/** A chat model behind OpenAI's API, on loopback, that follows a script, and keeps what it was given to read. */
export class ScriptedModel {
	readonly requests: ModelRequest[] = [];
	/** For a credential of the type `openAiApi`. */
	url = '';
	private script: ModelStep[] = [];

	private constructor(private readonly server: FastifyInstance) {
		server.post<{ Body: ModelRequest }>('/v1/chat/completions', async ({ body }) => {
			this.requests.push(body);
			const step = this.script.shift() ?? { say: 'That is all.' };
			const message =
				'say' in step
					? { role: 'assistant', content: step.say }
					: { role: 'assistant', content: null, tool_calls: [toolCall(this.requests.length, step)] };
			const finish_reason = 'say' in step ? 'stop' : 'tool_calls';
			return {
				id: `completion-${this.requests.length}`,
				object: 'chat.completion',
				created: 0,
				model: 'scripted',
				choices: [{ index: 0, message, finish_reason }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			};
		});
	}

	static async start(): Promise<ScriptedModel> {
		const model = new ScriptedModel(fastify({ forceCloseConnections: true }));
		model.url = `${await model.server.listen({ host: '127.0.0.1', port: 0 })}/v1`;
		return model;
	}

	/** Begins a new script. */
	follow(...script: ModelStep[]): void {
		this.script = script;
		this.requests.length = 0;
	}

	/** The result of the last tool call, as the model got it. */
	get lastToolAnswer(): string | null | undefined {
		return this.requests.at(-1)?.messages.findLast(({ role }) => role === 'tool')?.content;
	}

	async close(): Promise<void> {
		await this.server.close();
	}
}

function toolCall(index: number, { tool, arguments: input }: { tool: string; arguments: unknown }) {
	return {
		id: `call-${index}`,
		type: 'function',
		function: { name: tool, arguments: JSON.stringify(input) },
	};
}
