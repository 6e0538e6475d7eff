import { readFileSync } from 'node:fs';
import Module from 'node:module';

import ts from 'typescript';

/**
 * Coverage for the fuzzer: from now on, TypeScript that is loaded from these folders counts in `edges` which of its
 * branches were taken, and how often.
 */

/** More than there are branches. A count wraps at 256, which tells little less. */
const MOST_EDGES = 16_384;

export interface Instrumented {
	/** How often each branch was taken. */
	edges: Uint8Array;
	/** How many branches there are, in what was loaded so far. */
	count(): number;
	/** The texts in the code: what a parser compares with is worth trying. */
	texts: Set<string>;
}

export function instrument(isMeasured: (file: string) => boolean): Instrumented {
	const edges = new Uint8Array(MOST_EDGES);
	const texts = new Set<string>();
	let count = 0;
	Reflect.set(globalThis, '__edges', edges);
	const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
	const load = (module: { _compile(code: string, file: string): void }, file: string) => {
		const before = isMeasured(file) ? [transformer(() => count++, texts)] : [];
		const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
			compilerOptions: options,
			fileName: file,
			transformers: { before },
		});
		module._compile(outputText, file);
	};
	Object.assign(Reflect.get(Module, '_extensions'), { '.ts': load });
	return { edges, count: () => count, texts };
}

/** Puts a counter before each statement that may be skipped, and each operand that may not be evaluated. */
function transformer(nextEdge: () => number, texts: Set<string>): ts.TransformerFactory<ts.SourceFile> {
	return (context) => {
		const { factory } = context;
		const counter = () =>
			factory.createPostfixIncrement(
				factory.createElementAccessExpression(factory.createIdentifier('__edges'), nextEdge()),
			);
		const counted = (expression: ts.Expression) =>
			factory.createParenthesizedExpression(factory.createComma(counter(), expression));
		const visit = (node: ts.Node): ts.Node => {
			if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) texts.add(node.text);
			const visited = ts.visitEachChild(node, visit, context);
			if (ts.isBlock(visited)) {
				return factory.updateBlock(visited, [
					factory.createExpressionStatement(counter()),
					...visited.statements,
				]);
			}
			if (ts.isConditionalExpression(visited)) {
				const { condition, questionToken, whenTrue, colonToken, whenFalse } = visited;
				return factory.updateConditionalExpression(
					...([
						visited,
						condition,
						questionToken,
						counted(whenTrue),
						colonToken,
						counted(whenFalse),
					] as const),
				);
			}
			if (ts.isBinaryExpression(visited) && isShortCut(visited.operatorToken.kind)) {
				const { left, operatorToken, right } = visited;
				return factory.updateBinaryExpression(visited, left, operatorToken, counted(right));
			}
			if (ts.isIfStatement(visited)) {
				const { expression, thenStatement, elseStatement } = visited;
				return factory.updateIfStatement(visited, expression, asBlock(thenStatement), elseStatement);
			}
			if (ts.isArrowFunction(visited) && !ts.isBlock(visited.body)) {
				const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = visited;
				return factory.updateArrowFunction(
					...([
						visited,
						modifiers,
						typeParameters,
						parameters,
						type,
						equalsGreaterThanToken,
						counted(body),
					] as const),
				);
			}
			return visited;
		};
		const asBlock = (statement: ts.Statement) =>
			ts.isBlock(statement)
				? statement
				: factory.createBlock([factory.createExpressionStatement(counter()), statement]);
		return (file) => ts.visitEachChild(file, visit, context);
	};
}

function isShortCut(kind: ts.SyntaxKind): boolean {
	const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken } = ts.SyntaxKind;
	return [AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken].some((one) => one === kind);
}
