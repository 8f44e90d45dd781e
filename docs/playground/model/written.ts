import type { CorsMetadata } from '../../../lib/config/metadata.js';
import type { CorsPolicyOptions, NoCorsOptions } from '../../../lib/config/options.js';
import {
  type CallNode,
  type ClassNode,
  type Decorator,
  type Expression,
  type NodeLike,
  nodesIn,
  type ObjectNode,
  parseText,
  placeOf,
  type Program,
  type Statement,
} from './parse.js';
import { type Problem, UnreadableError } from './problems.js';
import { nameOf, ValueReader } from './values.js';

/** A handler of a controller, as it is written. */
export interface WrittenHandler {
  /** `OrdersController.update` */
  readonly name: string;
  /** In upper case; `'*'` for `@All()`. */
  readonly method: string;
  /** Whole paths, in the order in which Nest registers them. */
  readonly paths: readonly string[];
  readonly metadata: readonly CorsMetadata[];
  /** The names of the headers that `@Header()` sets. */
  readonly headers: readonly string[];
}

export interface WrittenController {
  readonly name: string;
  readonly metadata: readonly CorsMetadata[];
  readonly handlers: readonly WrittenHandler[];
}

/** A text that has been read. */
export interface Written {
  /** The arguments of every `CorsModule.forRoot()`. */
  readonly roots: readonly unknown[];
  /** The arguments of every `CorsModule.forFeature()`. */
  readonly features: readonly unknown[];
  readonly controllers: readonly WrittenController[];
  /** What is not read, and has an effect in an app. */
  readonly notes: readonly Problem[];
  /** The node that an object was read from. */
  nodeOf(value: unknown): ObjectNode | undefined;
  /** The decorator, or the class or method, of a place: `OrdersController.update`. */
  readonly places: ReadonlyMap<string, WrittenPlace>;
}

/** Where a controller or a handler is written. */
export interface WrittenPlace {
  /** Its CORS decorator. */
  readonly cors: Decorator | undefined;
  /** The decorator that makes it a controller or a handler. */
  readonly route: Decorator;
  /** The options in its CORS decorator. */
  readonly options: object | undefined;
}

const HANDLERS: ReadonlyMap<string, string> = new Map([
  ...['Get', 'Post', 'Put', 'Patch', 'Delete', 'Options', 'Head', 'Search'].map((name): [string, string] => [
    name,
    name.toUpperCase(),
  ]),
  ['All', '*'],
  ['Sse', 'GET'],
]);

const CORS_DECORATORS: ReadonlySet<string> = new Set(['CorsPolicy', 'NoCors']);

/** Calls that change what an app does, and what to write here instead. */
const NOT_READ: ReadonlyMap<string, string> = new Map([
  ['enableCors', 'This library replaces enableCors(): write a defaultPolicy.'],
  ['enableVersioning', 'The playground has no versions. Write the version into the path of the controller.'],
  ['forRootAsync', 'The playground runs no factory. Write CorsModule.forRoot({ … }) with the values.'],
]);

/**
 * Reads a text: the options of `CorsModule.forRoot()` and `forFeature()`, and the controllers with their decorators.
 * Imports, types, bodies of methods and other decorators are ignored.
 *
 * @throws UnreadableError for the first problem that stops the reading
 */
export function readText(text: string): { readonly written: Written; readonly problems: readonly Problem[] } {
  const program = parseText(text);
  const problems: Problem[] = [];
  const reader = new ValueReader(text, constantsOf(program), problems);
  const nodes = nodesIn(program);
  const argumentsOf = (method: string): readonly unknown[] =>
    nodes.flatMap((node) => (isModuleCall(node, method) ? [argumentOf(node, reader)] : []));
  const places = new Map<string, WrittenPlace>();
  const prefix = nodes.reduce((known, node) => prefixIn(node, reader) ?? known, '');
  const written: Written = {
    roots: argumentsOf('forRoot'),
    features: argumentsOf('forFeature'),
    controllers: classesIn(program).flatMap((node) => new ClassReader(node, reader, places, prefix).read()),
    notes: nodes.flatMap(noteOn),
    nodeOf: (value) => reader.nodeOf(value),
    places,
  };
  if (written.roots.length === 0 && problems.length === 0) {
    const [note] = written.notes;
    throw new UnreadableError(note ?? { line: 1, column: 1, message: 'Write CorsModule.forRoot({ … }) first.' });
  }
  return { written, problems };
}

function constantsOf({ body }: Program): ReadonlyMap<string, Expression> {
  return new Map(
    body
      .map(declarationIn)
      .flatMap((statement) =>
        statement.type === 'VariableDeclaration' && statement.kind === 'const'
          ? statement.declarations.flatMap(({ id, init }): [string, Expression][] =>
              id.type === 'Identifier' && init !== null && init !== undefined ? [[id.name, init]] : [],
            )
          : [],
      ),
  );
}

function classesIn({ body }: Program): readonly ClassNode[] {
  return body.map(declarationIn).filter((statement): statement is ClassNode => statement.type === 'ClassDeclaration');
}

/** A statement without the `export` before it. */
function declarationIn(statement: Statement): Statement {
  const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  return isExport && statement.declaration ? (statement.declaration as Statement) : statement;
}

function isModuleCall(node: NodeLike, method: string): node is CallNode {
  if (node.type !== 'CallExpression') {
    return false;
  }
  const { callee } = node as CallNode;
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'CorsModule' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === method
  );
}

function argumentOf(call: CallNode, reader: ValueReader): unknown {
  const [first] = call.arguments;
  return first === undefined ? undefined : reader.read(first as Expression);
}

/** The argument of `app.setGlobalPrefix()`. */
function prefixIn(node: NodeLike, reader: ValueReader): string | undefined {
  if (node.type !== 'CallExpression' || calledMethod(node as CallNode) !== 'setGlobalPrefix') {
    return undefined;
  }
  const [first, options] = (node as CallNode).arguments;
  if (options !== undefined) {
    reader.report(options, 'The playground reads no exclusions. Leave them out.');
  }
  const prefix = first === undefined ? undefined : reader.read(first as Expression);
  return typeof prefix === 'string' ? prefix : reader.report(node, 'A prefix is a string.');
}

function calledMethod({ callee }: CallNode): string | undefined {
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

function noteOn(node: NodeLike): readonly Problem[] {
  if (node.type !== 'CallExpression') {
    return [];
  }
  const message = NOT_READ.get(calledMethod(node as CallNode) ?? '');
  return message === undefined ? [] : [{ ...placeOf(node), message }];
}

/** Reads one class: a controller, or nothing. */
class ClassReader {
  readonly #name: string;

  constructor(
    private readonly node: ClassNode,
    private readonly reader: ValueReader,
    private readonly places: Map<string, WrittenPlace>,
    private readonly prefix: string,
  ) {
    this.#name = node.id?.name ?? 'default';
  }

  read(): readonly WrittenController[] {
    const decorators = this.node.decorators ?? [];
    const route = decorators.find((each) => decoratorName(each) === 'Controller');
    const cors = decorators.find((each) => CORS_DECORATORS.has(decoratorName(each)));
    if (route === undefined) {
      if (cors !== undefined) {
        this.reader.report(cors, 'The playground reads CORS decorators of controllers and their handlers only.');
      }
      return [];
    }
    if (this.node.superClass) {
      this.reader.report(this.node.superClass, 'The playground reads no inherited handlers. Write them in this class.');
    }
    this.#place(this.#name, route, cors);
    const paths = this.#controllerPaths(route);
    // A later method of the same name replaces an earlier one.
    const handlers = new Map<string, WrittenHandler>();
    for (const member of this.node.body.body) {
      const handler = this.#handlerOf(member, paths);
      if (handler !== undefined) {
        handlers.set(handler.name, handler);
      }
    }
    return [{ name: this.#name, metadata: this.#metadataOf(decorators), handlers: [...handlers.values()] }];
  }

  #handlerOf(
    member: ClassNode['body']['body'][number],
    controllerPaths: readonly string[],
  ): WrittenHandler | undefined {
    const isMethod = (member.type === 'ClassMethod' && member.kind === 'method') || member.type === 'TSDeclareMethod';
    if (!isMethod || member.static === true) {
      return undefined;
    }
    const decorators = member.decorators ?? [];
    const routes = decorators.filter((each) => HANDLERS.has(decoratorName(each)));
    const [route] = routes;
    const name = `${this.#name}.${nameOf(member) ?? '?'}`;
    for (const each of decorators.filter((decorator) => decoratorName(decorator) === 'Version')) {
      this.reader.report(each, 'The playground has no versions. Write the version into the path.');
    }
    if (route === undefined) {
      const cors = decorators.find((each) => CORS_DECORATORS.has(decoratorName(each)));
      if (cors !== undefined) {
        this.reader.report(
          cors,
          'This method serves no route, so nothing reads the decorator. Add @Get(), for example.',
        );
      }
      return undefined;
    }
    if (routes.length > 1) {
      this.reader.report(routes[1]!, 'A handler has one method. Use @All() for every method.');
    }
    const cors = decorators.find((each) => CORS_DECORATORS.has(decoratorName(each)));
    this.#place(name, route, cors);
    const own = this.#paths(route, this.#argumentsOf(route)[0]);
    return {
      name,
      method: HANDLERS.get(decoratorName(route))!,
      paths: controllerPaths.flatMap((outer) => own.map((path) => joined(this.prefix, outer, path))),
      metadata: this.#metadataOf(decorators),
      headers: decorators
        .filter((each) => decoratorName(each) === 'Header')
        .map((each) => String(this.#argumentsOf(each)[0])),
    };
  }

  #place(name: string, route: Decorator, cors: Decorator | undefined): void {
    const given = cors === undefined ? [] : this.#argumentsOf(cors);
    const options = given.find((each): each is object => typeof each === 'object' && each !== null);
    this.places.set(name, { route, cors, options });
  }

  #controllerPaths(route: Decorator): readonly string[] {
    const [argument] = this.#argumentsOf(route);
    if (this.reader.nodeOf(argument) === undefined) {
      return this.#paths(route, argument);
    }
    const { path, host, version } = argument as Record<string, unknown>;
    if (host !== undefined || version !== undefined) {
      this.reader.report(route, 'The playground has no hosts and no versions. Leave them out of @Controller().');
    }
    return this.#paths(route, path);
  }

  #paths(route: Decorator, written: unknown): readonly string[] {
    const paths: unknown = written === undefined ? '' : written;
    const list: readonly unknown[] = Array.isArray(paths) ? paths : [paths];
    if (list.length > 0 && list.every((path) => typeof path === 'string')) {
      return list;
    }
    this.reader.report(route, 'A path is a string, or a list of strings.');
    return [];
  }

  /** In the order in which TypeScript runs decorators: the last one first. */
  #metadataOf(decorators: readonly Decorator[]): readonly CorsMetadata[] {
    return decorators
      .filter((each) => CORS_DECORATORS.has(decoratorName(each)))
      .toReversed()
      .map((each): CorsMetadata => {
        const [first, second] = this.#argumentsOf(each);
        if (decoratorName(each) === 'NoCors') {
          return { kind: 'no-cors', options: first as NoCorsOptions | undefined, at: {} };
        }
        return typeof first === 'object' && first !== null
          ? { kind: 'policy', name: undefined, options: first, at: {} }
          : { kind: 'policy', name: String(first), options: second as CorsPolicyOptions | undefined, at: {} };
      });
  }

  readonly #arguments = new Map<Decorator, readonly unknown[]>();

  #argumentsOf(decorator: Decorator): readonly unknown[] {
    const known = this.#arguments.get(decorator);
    if (known !== undefined) {
      return known;
    }
    const { expression } = decorator;
    const isCalled = expression.type === 'CallExpression';
    if (!isCalled) {
      this.reader.report(decorator, `Call the decorator: @${decoratorName(decorator)}()`);
    }
    const read = isCalled ? expression.arguments.map((each) => this.reader.read(each as Expression)) : [];
    this.#arguments.set(decorator, read);
    return read;
  }
}

function decoratorName({ expression }: Decorator): string {
  const named = expression.type === 'CallExpression' ? expression.callee : expression;
  return named.type === 'Identifier' ? named.name : '';
}

/** Joins the global prefix and the paths of a controller and of a handler as Nest does. */
function joined(...parts: readonly string[]): string {
  const path = parts.reduce(
    (outer, part) => (part === '' ? outer : withoutEndSlash(outer) + (/^\/|^\{\//.test(part) ? part : `/${part}`)),
    '',
  );
  return path === '' || path === '/' ? '/' : withoutEndSlash(path);
}

function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
