import type ts from 'typescript';
import type { PlatformName } from '../app/job.js';
import { nodesOf, type Project } from './project.js';
import type { Values } from './values.js';

/** The app that a main file creates. */
export interface AppCreation {
  readonly call: ts.CallExpression;
  readonly platform: PlatformName | undefined;
  /** Why the app cannot be migrated as a whole. */
  readonly refusal: string | undefined;
}

/** Finds the calls of `NestFactory.create()` in the main file. */
export function findCreation(project: Project, values: Values): readonly AppCreation[] {
  const { ts: typescript, main } = project;
  return nodesOf(main)
    .filter((node) => typescript.isCallExpression(node))
    .filter((call) => call.expression.getText() === 'NestFactory.create')
    .map((call) => {
      const adapter = call.arguments[1] && values.follow(call.arguments[1]);
      return { call, ...platformOf(adapter, project, values) };
    });
}

function platformOf(
  adapter: ts.Expression | undefined,
  project: Project,
  values: Values,
): Pick<AppCreation, 'platform' | 'refusal'> {
  const { ts: typescript } = project;
  if (adapter === undefined || typescript.isObjectLiteralExpression(adapter)) {
    return { platform: 'express', refusal: undefined };
  }
  const made = typescript.isNewExpression(adapter) ? adapter.expression.getText() : '';
  if (made === 'FastifyAdapter') {
    return { platform: 'fastify', refusal: undefined };
  }
  if (made !== 'ExpressAdapter') {
    const refusal = `It is not known from the source text whether \`${adapter.getText()}\` is Express or Fastify, whose cors differ.`;
    return { platform: undefined, refusal };
  }
  const [server] = (adapter as ts.NewExpression).arguments ?? [];
  const isPlain = server === undefined || isUnusedServer(server, project, values);
  return {
    platform: 'express',
    refusal: isPlain
      ? undefined
      : `The Express instance \`${server.getText()}\` may have routes of its own, which had no CORS headers.`,
  };
}

/** Reports whether an Express instance is only created and given on. */
function isUnusedServer(server: ts.Expression, { ts: typescript, main }: Project, values: Values): boolean {
  return (
    values.follow(server).getText() === 'express()' &&
    !nodesOf(main).some(
      (node) =>
        typescript.isPropertyAccessExpression(node) &&
        node.expression.getText() === server.getText() &&
        !['listen', 'set', 'enable', 'disable'].includes(node.name.text),
    )
  );
}

/** The variable that `NestFactory.create()` is assigned to. */
export function appNameOf(call: ts.CallExpression, typescript: Project['ts']): string | undefined {
  let node: ts.Node = call;
  while (typescript.isAwaitExpression(node.parent) || typescript.isParenthesizedExpression(node.parent)) {
    node = node.parent;
  }
  if (typescript.isVariableDeclaration(node.parent)) {
    return node.parent.name.getText();
  }
  return typescript.isBinaryExpression(node.parent) ? node.parent.left.getText() : undefined;
}

/** The statements that a call is among: of the function around it, or of the file. */
export function scopeOf(node: ts.Node, typescript: Project['ts']): ts.Block | ts.SourceFile | undefined {
  for (let each = node.parent; each !== undefined; each = each.parent) {
    if (typescript.isSourceFile(each)) {
      return each;
    }
    if (typescript.isBlock(each) && each.parent !== undefined && typescript.isFunctionLike(each.parent)) {
      return each;
    }
  }
  return undefined;
}
