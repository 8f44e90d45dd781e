import type ts from 'typescript';
import { type AppCreation, appNameOf, scopeOf } from './app-creation.js';
import { conditionCode } from './environment.js';
import { type Edit, removeElement, removeStatement } from './edits.js';
import { shown } from './origins.js';
import { bare, importsOf, nodesOf, placeOf, type Project } from './project.js';
import type { Values } from './values.js';

/** One place where the app turns CORS on. */
export interface Layer {
  /** Its name for messages: `app.enableCors(…)`. */
  readonly what: string;
  readonly place: string;
  readonly options: ts.Expression | undefined;
  /** A comment goes above the line of this node. */
  readonly anchor: ts.Node;
  readonly removal: Edit;
  /** The condition that it depends on, as code. */
  readonly when: string | undefined;
  /** Why it cannot be translated, wherever its options are known or not. */
  readonly refusal: string | undefined;
  /** A difference that comes from its place. */
  readonly note?: string | undefined;
}

/** Finds every place in the project where CORS is turned on for requests. */
export function findLayers(project: Project, values: Values, app: AppCreation): readonly Layer[] {
  return project.files.flatMap((file) => new LayerFinder(project, values, app, file).layers());
}

class LayerFinder {
  private readonly ts: Project['ts'];
  /** Names of `cors` and of `@fastify/cors` in this file. */
  private readonly cors: ReadonlySet<string>;
  private readonly plugin: ReadonlySet<string>;

  constructor(
    project: Project,
    private readonly values: Values,
    private readonly app: AppCreation,
    private readonly file: ts.SourceFile,
  ) {
    this.project = project;
    this.ts = project.ts;
    const imports = importsOf(this.ts, file);
    const named = (from: string): Set<string> =>
      new Set(imports.filter((each) => each.from === from).map(({ local }) => local));
    this.cors = named('cors');
    this.plugin = named('@fastify/cors');
  }

  private readonly project: Project;

  layers(): readonly Layer[] {
    const { ts: typescript } = this;
    const option = this.file === this.project.main ? this.corsOption() : undefined;
    const calls = nodesOf(this.file).filter((node) => typescript.isCallExpression(node));
    const found = calls.flatMap((call) => this.layerOf(call) ?? []);
    const configured = nodesOf(this.file).filter(
      (node) => typescript.isDecorator(node) && /^@RouteConfig\([^)]*\bcors\b/.test(node.getText()),
    );
    const passedOn = nodesOf(this.file).filter((node) => this.isPassedOn(node));
    return [
      ...(option === undefined ? [] : [option]),
      ...found,
      ...passedOn.map((node) =>
        this.layer(
          'enableCors',
          node,
          undefined,
          'It is not called here, so it is not certain when it is, and by what options.',
        ),
      ),
      ...configured.map((node) =>
        this.layer(
          '@RouteConfig({ cors: … })',
          node,
          undefined,
          'It changes what @fastify/cors does for one route: use @CorsPolicy().',
        ),
      ),
    ];
  }

  /** Reports whether a node takes the method of the app without a call of it. */
  private isPassedOn(node: ts.Node): boolean {
    const { ts: typescript } = this;
    const isCalled =
      typescript.isCallExpression(node.parent ?? node) && (node.parent as ts.CallExpression).expression === node;
    return (
      (isMember(typescript, node) && memberOf(typescript, node) === 'enableCors' && !isCalled) ||
      (typescript.isBindingElement(node) && (node.propertyName ?? node.name).getText() === 'enableCors')
    );
  }

  private layerOf(call: ts.CallExpression): Layer | undefined {
    const { ts: typescript } = this;
    const { expression, arguments: args } = call;
    const name = memberOf(typescript, expression);
    if (isMember(typescript, expression) && name === 'enableCors') {
      return this.layer(`${expression.getText()}(…)`, call, args[0], this.refusalOf(call, expression.expression));
    }
    if (isMember(typescript, expression) && name === 'register') {
      const [plugin] = args;
      return plugin !== undefined && this.isPlugin(plugin)
        ? this.layer(
            `${expression.getText()}(${plugin.getText()}, …)`,
            call,
            args[1],
            this.refusalOf(call, expression.expression),
          )
        : undefined;
    }
    if (!typescript.isIdentifier(expression) || !this.cors.has(expression.text)) {
      return undefined;
    }
    const { parent } = call;
    const isUsed =
      typescript.isCallExpression(parent) &&
      isMember(typescript, parent.expression) &&
      memberOf(typescript, parent.expression) === 'use';
    if (isUsed && parent.arguments.length === 1) {
      const on = parent.expression.expression;
      return this.layer(
        `${parent.expression.getText()}(${expression.text}(…))`,
        parent,
        args[0],
        this.refusalOf(parent, on),
      );
    }
    const refusal =
      'It is for a part of the app only. Write an entry of `routes` for the path, or @CorsPolicy() on its handlers, and remove it.';
    return this.layer(`${expression.text}(…)`, call, args[0], refusal);
  }

  private isPlugin(node: ts.Expression): boolean {
    const name = bare(this.ts, node);
    const isRequired = /^(?:await )?(?:import|require)\(['"]@fastify\/cors['"]\)/.test(
      name.getText().replace(/^\(/, ''),
    );
    return isRequired || (this.ts.isIdentifier(name) && this.plugin.has(name.text));
  }

  private layer(what: string, call: ts.Node, options: ts.Expression | undefined, refusal: string | undefined): Layer {
    const statement = this.statementOf(call);
    const { condition, removed } = this.conditionOf(statement);
    const when = condition?.code;
    const earlier = this.earlier(removed);
    return {
      what,
      place: placeOf(call),
      options,
      anchor: statement,
      removal: removeStatement(removed),
      when,
      refusal: refusal ?? condition?.refusal ?? earlier.refusal,
      note: earlier.note,
    };
  }

  private statementOf(node: ts.Node): ts.Node {
    let each = node;
    while (
      each.parent !== undefined &&
      !this.ts.isBlock(each.parent) &&
      !this.ts.isSourceFile(each.parent) &&
      !this.ts.isIfStatement(each.parent) &&
      !this.ts.isClassElement(each)
    ) {
      each = each.parent;
    }
    return each;
  }

  /** The `if` around a statement, and what is to be removed with it. */
  private conditionOf(statement: ts.Node): {
    readonly condition: { readonly code?: string; readonly refusal?: string } | undefined;
    readonly removed: ts.Node;
  } {
    const { ts: typescript } = this;
    const block = statement.parent;
    const isBlock = block !== undefined && typescript.isBlock(block);
    const branch = isBlock ? block : statement;
    const outer = branch.parent;
    if (outer === undefined || !typescript.isIfStatement(outer) || branch === outer.expression) {
      return { condition: undefined, removed: statement };
    }
    const code = conditionCode(outer.expression, this.project, this.values);
    if (code === undefined) {
      const refusal = `It depends on \`${outer.expression.getText()}\`, which is not known from the source text.`;
      return { condition: { refusal }, removed: outer };
    }
    const isAlone = !isBlock || block.statements.length === 1;
    const isThen = branch === outer.thenStatement;
    if (isAlone && (outer.elseStatement === undefined || this.isCallOnly(outer.elseStatement)) && isThen) {
      return { condition: { code }, removed: outer };
    }
    if (isAlone && !isThen && this.isCallOnly(outer.thenStatement)) {
      // Both branches turn CORS on: the whole statement goes, once.
      return { condition: { code: `!(${code})` }, removed: outer };
    }
    if (!isBlock) {
      return { condition: { refusal: 'It is a branch of an `if` without braces.' }, removed: outer };
    }
    return { condition: { code: isThen ? code : `!(${code})` }, removed: statement };
  }

  private isCallOnly(branch: ts.Statement): boolean {
    const [only, ...others] = this.ts.isBlock(branch) ? branch.statements : [branch];
    return (
      others.length === 0 &&
      only !== undefined &&
      this.ts.isExpressionStatement(only) &&
      /^(?:await )?\w+\.(?:enableCors\(|use\(cors\()/.test(only.getText())
    );
  }

  /** Why a call on an object is not certain to be for the app, once, always. */
  private refusalOf(call: ts.CallExpression, receiver: ts.Expression): string | undefined {
    const { ts: typescript } = this;
    if (this.file !== this.project.main) {
      return 'It is in another file than NestFactory.create(), so it is not certain that it runs. Move it there, and migrate again.';
    }
    const name = appNameOf(this.app.call, typescript);
    if (name === undefined || receiver.getText() !== name) {
      return `It is not certain that \`${receiver.getText()}\` is the app of NestFactory.create(). Write the policy by hand.`;
    }
    const parent = typescript.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
    const statement = this.statementOf(call);
    const { condition, removed } = this.conditionOf(statement);
    // What is removed is the whole `if`, or a statement of its block.
    const outermost = condition !== undefined && removed === statement ? removed.parent.parent : removed;
    const inScope = outermost.parent === scopeOf(this.app.call, typescript);
    return typescript.isExpressionStatement(parent) &&
      parent === statement &&
      inScope &&
      removed.pos > this.app.call.pos
      ? undefined
      : 'It is not a statement of the function that creates the app, so it is not certain that it always runs.';
  }

  /** Finds something on the app before a layer, which had no CORS headers on Express. */
  private earlier(layer: ts.Node): Pick<Partial<Layer>, 'refusal' | 'note'> {
    const { ts: typescript } = this;
    const name = appNameOf(this.app.call, typescript);
    const scope = scopeOf(this.app.call, typescript);
    if (
      this.app.platform !== 'express' ||
      name === undefined ||
      scope === undefined ||
      this.file !== this.project.main
    ) {
      return {};
    }
    const before = scope.statements.filter(
      (each) => each.pos >= startOf(this.app.call, scope) && each.end <= layer.getStart(),
    );
    const returns = before
      .flatMap((each) => nodesOf(each))
      .find((node) => typescript.isReturnStatement(node) && scopeOf(node, typescript) === scope);
    if (returns !== undefined) {
      return { refusal: 'A `return` is before it, so it is not certain that it always runs.' };
    }
    const calls = before.flatMap((each) => nodesOf(each)).filter((node) => typescript.isCallExpression(node));
    const mounted = calls.find((call) => call !== this.app.call && mounts(call, name, this.values, typescript));
    const refusal =
      mounted &&
      `\`${mounted.expression.getText()}(…)\` is before it, and what it adds had no CORS headers; a policy would cover it. Move ` +
        'the call to just below NestFactory.create() if that is meant, and migrate again.';
    const used = calls
      .filter((call) => calleeOf(call) === `${name}.use`)
      .map((call) => `\`${shown(call)}\``)
      .join(', ');
    const note =
      used === ''
        ? undefined
        : `Before it: ${used}. What this middleware answers itself (a 401, a 429, a file) had no CORS headers, and has them now.`;
    return { refusal, note };
  }

  private corsOption(): Layer | undefined {
    const { ts: typescript } = this;
    const { call } = this.app;
    const written = call.arguments.find((each) => typescript.isObjectLiteralExpression(this.values.follow(each)));
    const options = written && this.values.follow(written);
    if (!written || !options || !typescript.isObjectLiteralExpression(options) || call.arguments[0] === written) {
      return undefined;
    }
    const property = options.properties.find((each) => each.name?.getText() === 'cors');
    const value = property && (typescript.isPropertyAssignment(property) ? property.initializer : property.name);
    if (property === undefined || /^(?:false|undefined|null)$/.test(value?.getText() ?? '')) {
      return undefined;
    }
    const isOnly = options.properties.length === 1 && options === bare(typescript, written);
    return {
      what: 'the option `cors` of NestFactory.create()',
      place: placeOf(property),
      options: value as ts.Expression,
      anchor: options.getSourceFile() === this.file ? this.statementOf(property) : property,
      removal: isOnly ? removeElement(written, call.arguments) : removeElement(property, options.properties),
      when: undefined,
      refusal: options.properties.slice(options.properties.indexOf(property)).some(typescript.isSpreadAssignment)
        ? 'What is spread after it may replace it.'
        : undefined,
    };
  }
}

/** The text of the function that is called, with `app['use']` written as `app.use`. */
const calleeOf = (call: ts.CallExpression): string =>
  call.expression.getText().replaceAll(/\[['"`](\w+)['"`]\]/g, '.$1');

type Member = ts.PropertyAccessExpression | ts.ElementAccessExpression;

const isMember = (typescript: Project['ts'], node: ts.Node): node is Member =>
  typescript.isPropertyAccessExpression(node) || typescript.isElementAccessExpression(node);

/** The name of a member: `app.name` or `app['name']`; `undefined` where it is not known from the source text. */
function memberOf(typescript: Project['ts'], node: ts.Node): string | undefined {
  return typescript.isPropertyAccessExpression(node)
    ? node.name.text
    : typescript.isElementAccessExpression(node) && typescript.isStringLiteralLike(node.argumentExpression)
      ? node.argumentExpression.text
      : undefined;
}

/** Reports whether a call may add something to the app that answers requests. */
function mounts(call: ts.CallExpression, app: string, values: Values, typescript: Project['ts']): boolean {
  const callee = calleeOf(call);
  const [first] = call.arguments;
  if (callee === `${app}.use`) {
    const path = first && values.follow(first);
    return (
      path !== undefined &&
      (typescript.isStringLiteralLike(path) ||
        typescript.isTemplateExpression(path) ||
        typescript.isBinaryExpression(path) ||
        typescript.isRegularExpressionLiteral(path) ||
        typescript.isArrayLiteralExpression(path))
    );
  }
  return (
    [
      `${app}.init`,
      `${app}.listen`,
      `${app}.getHttpAdapter`,
      `${app}.useStaticAssets`,
      `${app}.getHttpServer`,
    ].includes(callee) ||
    /(?:adapter|server|instance|express)\w*\.(?:get|post|put|all|use)$/i.test(callee) ||
    // A function that gets the app may do anything with it.
    call.arguments.some((each) => each.getText() === app)
  );
}

function startOf(node: ts.Node, scope: ts.Node): number {
  let each = node;
  while (each.parent !== scope) {
    each = each.parent;
  }
  return each.pos;
}
