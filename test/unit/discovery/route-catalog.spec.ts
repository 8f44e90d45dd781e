import 'reflect-metadata';
import type { ControllerHandler } from '../../../lib/discovery/controllers.js';
import {
  type CatalogRoute,
  catalogRoutes,
  type CatalogSources,
  type HandlerTarget,
  isHandlerRoute,
  laterRoutes,
} from '../../../lib/discovery/route-catalog.js';
import type { RoutePaths } from '../../../lib/discovery/route-paths.js';
import type { NativeRoute, Platform } from '../../../lib/platform/adapter.js';

/** The metadata key that links the function that Nest registers to its handler. */
const HANDLER = 'nestjs-cors-policy:handler';

interface LocatedHandler extends ControllerHandler {
  readonly path: string;
}

interface LocatedTarget extends HandlerTarget {
  readonly source: LocatedHandler;
}

/** A handler of a controller. Handlers with the same `method` share one inherited function. */
function targetOf(name: string, path: string, method: object = () => undefined, host?: string | RegExp): LocatedTarget {
  const type = class {};
  if (host !== undefined) {
    Reflect.defineMetadata('host', host, type);
  }
  const controller = { name: name.split('.')[0]!, type, module: class {}, metadata: [] };
  const source: LocatedHandler = { name, controller, handler: method, metadata: [], path };
  return { kind: 'handler', name, policy: undefined, explicit: false, source, effective: undefined };
}

/** The route that Nest registers for a handler. It runs another function that has the handler's metadata. */
function nativeFor({ source: { handler, path: own } }: LocatedTarget, path = own): NativeRoute {
  const proxy = (): void => undefined;
  Reflect.defineMetadata(HANDLER, handler, proxy);
  return nativeOf(path, proxy);
}

function nativeOf(path: string, handler: object, methods: readonly string[] = ['GET']): NativeRoute {
  return {
    path,
    pattern: path,
    methods,
    implied: false,
    handlers: [handler],
    answers: (method) => methods.includes(method),
    match: (requested) => (requested === path ? {} : undefined),
    precede: () => undefined,
  };
}

function sourcesOf(
  natives: NativeRoute[],
  targets: readonly HandlerTarget[],
  { name = 'express', earlier = [] }: { name?: string; earlier?: readonly object[] } = {},
): CatalogSources {
  const platform = {
    name,
    routes: () => natives,
    search: () => (name === 'express' ? undefined : {}),
    compileHost: (pattern: string) => (hostname: string) => hostname === pattern,
  };
  const paths = {
    of: (source: LocatedHandler) => [source.path],
    variantsOf: (source: LocatedHandler) => [[source.path]],
    selectionOf: () => '',
  };
  return {
    platform: platform as unknown as Platform,
    adapter: {},
    versioning: undefined,
    targets,
    paths: paths as unknown as RoutePaths,
    earlier: new Set(earlier),
  };
}

function names(routes: readonly CatalogRoute[]): readonly string[] {
  return routes.map(({ info }) => `${info.path}: ${info.name}`);
}

describe('rule 3.2: a route of the platform', () => {
  it('leads to the handler that is registered on it, in the order of the router', () => {
    const list = targetOf('Orders.list', '/orders');
    const find = targetOf('Orders.find', '/orders/:id');
    const natives = [nativeFor(find), nativeFor(list)];
    const routes = catalogRoutes(sourcesOf(natives, [list, find]));
    expect(routes.map(({ target }) => target)).toEqual([find, list]);
    expect(routes.every(isHandlerRoute)).toBe(true);
  });

  it('is external if it has no handler', () => {
    const list = targetOf('Orders.list', '/orders');
    const natives = [nativeFor(list), nativeOf('/docs', () => undefined)];
    const routes = catalogRoutes(sourcesOf(natives, [list]));
    expect(names(routes)).toEqual(['/orders: Orders.list', '/docs: a route without a controller']);
    expect(routes.map(isHandlerRoute)).toEqual([true, false]);
    expect(routes.map(({ serves }) => serves)).toEqual([true, true]);
  });

  it('before the first handler on Express is middleware of a module, unless the app registered it earlier', () => {
    const list = targetOf('Orders.list', '/orders');
    const [own, bound] = [() => undefined, () => undefined];
    const natives = [nativeOf('/own', own), nativeOf('/bound', bound), nativeFor(list)];
    const told = (name: string) =>
      catalogRoutes(sourcesOf(natives, [list], { name, earlier: [own] })).map(({ serves, earlier }) => [
        serves,
        earlier,
      ]);
    expect(told('express')).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
    expect(told('fastify')[1]).toEqual([true, false]);
  });

  it('keeps the host filter of its controller', () => {
    const list = targetOf('Orders.list', '/orders', undefined, 'api.example');
    const any = targetOf('Any.list', '/any', undefined, /^api\./);
    const natives = [nativeFor(list), nativeFor(any)];
    const [one, other] = catalogRoutes(sourcesOf(natives, [list, any]));
    expect([one!.matchesHost!('api.example'), one!.matchesHost!('app.example')]).toEqual([true, false]);
    expect([other!.matchesHost!('api.other'), other!.matchesHost!('app.example')]).toEqual([true, false]);
    expect(one!.info.host).toEqual(['api.example']);
  });
});

describe('rule 3.2: one inherited method of several controllers', () => {
  const method = (): void => undefined;

  it('is identified by its path', () => {
    const cats = targetOf('Cats.list', '/cats', method);
    const dogs = targetOf('Dogs.list', '/dogs', method);
    const natives = [nativeFor(dogs), nativeFor(cats)];
    expect(catalogRoutes(sourcesOf(natives, [cats, dogs])).map(({ target }) => target)).toEqual([dogs, cats]);
  });

  it('is identified by its order if the path is shared too', () => {
    const one = targetOf('One.list', '/cats', method);
    const other = targetOf('Other.list', '/cats', method);
    const natives = [nativeFor(one), nativeFor(other)];
    expect(catalogRoutes(sourcesOf(natives, [one, other])).map(({ target }) => target)).toEqual([one, other]);
  });

  it('stops startup if neither identifies it: a guess could apply another policy', () => {
    const cats = targetOf('Cats.list', '/cats', method);
    const dogs = targetOf('Dogs.list', '/dogs', method);
    const sources = sourcesOf([nativeFor(cats, '/elsewhere')], [cats, dogs]);
    expect(() => catalogRoutes(sources)).toThrow(
      'cannot tell which controller serves GET /elsewhere: Cats.list, Dogs.list',
    );
  });
});

describe('rule 3.7: a handler that is not among the routes', () => {
  it('stops startup: its policy would not apply', () => {
    const list = targetOf('Orders.list', '/orders');
    expect(() => catalogRoutes(sourcesOf([nativeOf('/orders', () => undefined)], [list]))).toThrow(
      'does not find Orders.list among the routes',
    );
  });

  it('is left out if another handler has its method and path', () => {
    const first = targetOf('First.list', '/orders');
    const hidden = targetOf('Hidden.list', '/orders');
    Reflect.defineMetadata('method', 0, hidden.source.handler);
    const natives = [nativeFor(first)];
    expect(catalogRoutes(sourcesOf(natives, [first, hidden])).map(({ target }) => target)).toEqual([first]);
  });

  it('is found by its path on Fastify, where Nest 11 registers @All() without a name', () => {
    const all = targetOf('Orders.all', '/orders/:id');
    Reflect.defineMetadata('method', 5, all.source.handler);
    const natives = [nativeOf('/orders/:id', () => undefined, ['*'])];
    expect(catalogRoutes(sourcesOf(natives, [all], { name: 'fastify' })).map(({ target }) => target)).toEqual([all]);
  });
});

test('3.3: routes that the platform gets later are external', () => {
  const list = targetOf('Orders.list', '/orders');
  const natives = [nativeFor(list)];
  const sources = sourcesOf(natives, [list]);
  const routes = catalogRoutes(sources);
  expect(laterRoutes(routes, sources)).toEqual([]);
  natives.push(nativeOf('/late', () => undefined));
  expect(names(laterRoutes(routes, sources))).toEqual(['/late: a route without a controller']);
});
