import { type IncomingMessage, METHODS, type ServerResponse } from 'node:http';
import type { Decision } from '../core/decisions/decision.js';
import type { CorsContext, CorsRequest } from '../core/requests/request.js';
import { describeCorsMiddleware } from './express-cors.js';
import { ownOriginOf } from './own-origin.js';
import { onHead } from './header-guard.js';
import { imaginedMessage } from './imagined-message.js';
import type { ImaginedRequest, NativeRoute, Platform, SecondCorsLayer } from './platform.js';
import { correctHeaders, writeHeaders } from './response-headers.js';

/** What is read of an Express 5 app and of its router; both have been stable since Express 5.0. */
export interface ExpressApp {
  readonly router: ExpressRouter;
  /** The prototype that Express gives to each request. */
  readonly request: object;
}

interface ExpressRouter {
  readonly stack: readonly ExpressLayer[];
  readonly caseSensitive: boolean | undefined;
  readonly strict: boolean | undefined;
}

interface ExpressLayer {
  readonly name: string;
  readonly handle: object & { stack?: readonly ExpressLayer[] };
  readonly route?: {
    readonly path: unknown;
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly ExpressLayer[];
  };
  match(path: string): { readonly params: Record<string, string | string[]> } | false;
}

type LayerConstructor = new (path: string, options: object, handle: () => void) => ExpressLayer;

interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly path: string;
  readonly hostname: string | undefined;
  readonly host: string | undefined;
  readonly protocol: string;
}

/** Express registers some 35 methods one by one for `all()`; nobody names so many by hand. */
const ALL_METHODS = 20;

/** Express 5. */
export class ExpressPlatform implements Platform<ExpressRequest, ServerResponse> {
  readonly name = 'express';

  constructor(private readonly app: ExpressApp) {}

  request(native: ExpressRequest): CorsRequest {
    return new ExpressCorsRequest(native);
  }

  /** Express makes its request of Node's by the same change of prototype. */
  imagine(parts: ImaginedRequest): ExpressRequest {
    const message = Object.setPrototypeOf(imaginedMessage(parts), this.app.request) as ExpressRequest;
    return Object.assign(message, { originalUrl: parts.url });
  }

  identity(native: ExpressRequest): object {
    return native;
  }

  write(response: ServerResponse, decision: Decision): void {
    if (decision.headers.length > 0 || decision.vary.length > 0) {
      writeHeaders(response, decision);
    }
  }

  correct(response: ServerResponse, earlier: Decision, later: Decision): void {
    correctHeaders(response, earlier, later);
  }

  onHead(response: ServerResponse, settled: () => void): void {
    onHead(response, settled);
  }

  answer(response: ServerResponse, decision: Decision): void {
    this.write(response, decision);
    response.statusCode = decision.status ?? 204;
    response.end();
  }

  routes(): readonly NativeRoute[] {
    return this.app.router.stack.flatMap((layer) => (layer.route === undefined ? [] : [nativeRoute(layer)]));
  }

  unseenRoutes(): undefined {
    return undefined;
  }

  /** Express tries its routes in order, and the routing index does so faster. */
  search(): undefined {
    return undefined;
  }

  compilePath(pattern: string): NativeRoute['match'] {
    const { stack, caseSensitive, strict } = this.app.router;
    const Layer = stack[0]!.constructor as LayerConstructor;
    const layer = new Layer(pattern, { sensitive: caseSensitive, strict, end: true }, () => undefined);
    return (path) => paramsOf(layer, path);
  }

  /** Nest matches hosts by the library that Express matches paths by. */
  compileHost(pattern: string): (hostname: string) => boolean {
    const Layer = this.app.router.stack[0]!.constructor as LayerConstructor;
    const layer = new Layer(pattern, { sensitive: false, strict: true, end: true }, () => undefined);
    return (hostname) => paramsOf(layer, hostname) !== undefined;
  }

  secondCorsLayer(): SecondCorsLayer | undefined {
    const layer = findLayer(this.app.router.stack, 'corsMiddleware');
    return layer && describeCorsMiddleware(layer.handle);
  }
}

function nativeRoute(layer: ExpressLayer): NativeRoute {
  const { path, methods, stack } = layer.route!;
  const names = Object.keys(methods).map((method) => method.toUpperCase());
  const all = names.includes('_ALL') || names.length > ALL_METHODS;
  // Not any word: a method that the server's parser does not know reaches no route.
  const answered = new Set(all ? METHODS : names.includes('GET') ? [...names, 'HEAD'] : names);
  return {
    path: String(path),
    pattern: path,
    methods: all ? ['*'] : names,
    implied: false,
    handlers: stack.map(({ handle }) => handle),
    answers: (method) => answered.has(method),
    match: (requested) => paramsOf(layer, requested),
  };
}

function paramsOf(layer: ExpressLayer, path: string): CorsContext['params'] | undefined {
  try {
    const match = layer.match(path);
    return match === false ? undefined : match.params;
  } catch {
    // A parameter that cannot be decoded: Express has found the route and answers 400 for it.
    return {};
  }
}

function findLayer(stack: readonly ExpressLayer[], name: string): ExpressLayer | undefined {
  for (const layer of stack) {
    if (layer.name === name) {
      return layer;
    }
    const inside = layer.route?.stack ?? layer.handle.stack;
    const nested = inside && findLayer(inside, name);
    if (nested !== undefined) {
      return nested;
    }
  }
  return undefined;
}

class ExpressCorsRequest implements CorsRequest {
  constructor(readonly native: ExpressRequest) {}

  get method(): string {
    return this.native.method ?? '';
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get path(): string {
    try {
      return this.native.path;
    } catch {
      // An absolute address that cannot be parsed: Express finds no route for it either.
      return '';
    }
  }

  get hostname(): string {
    return this.native.hostname ?? '';
  }

  get origin(): string | undefined {
    return this.native.headers.origin;
  }

  header(name: string): string | undefined {
    const value = this.native.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.native.headers);
  }

  ownOrigin(): string | undefined {
    return ownOriginOf(this.native.protocol, this.native.host);
  }
}
