import { type IncomingMessage, METHODS, type ServerResponse } from 'node:http';
import { VARY } from '../core/protocol/fields.js';
import type { CorsContext, CorsRequest } from '../core/requests/request.js';
import { describeCorsMiddleware } from './express-cors.js';
import { ownOriginOf } from './own-origin.js';
import type { Decided, Postponed } from './decided.js';
import { heldOf, hold, lastWord } from './held.js';
import { imaginedMessage } from './imagined-message.js';
import type { HandlerCheck, ImaginedRequest, NativeRoute, Platform, SecondCorsLayer } from './platform.js';
import { carry, onHead, postpone } from './response-head.js';
import { addVary } from './vary.js';

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
  handle: object & { stack?: readonly ExpressLayer[] };
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

  request(native: ExpressRequest, sent?: CorsRequest): CorsRequest {
    return new ExpressCorsRequest(native, sent);
  }

  /** Express makes its request of Node's by the same change of prototype. */
  imagine(parts: ImaginedRequest): ExpressRequest {
    const message = Object.setPrototypeOf(imaginedMessage(parts), this.app.request) as ExpressRequest;
    return Object.assign(message, { originalUrl: parts.url });
  }

  isUnchanged(native: ExpressRequest, then: CorsRequest): boolean {
    return then.method === native.method && (then.target === native.url || then.path === this.request(native).path);
  }

  decidedOf(native: ExpressRequest): Decided | undefined {
    const held = heldOf(native);
    return held && lastWord(held);
  }

  postponedOf(native: ExpressRequest): Postponed | undefined {
    const held = heldOf(native);
    return held?.decided === undefined ? held?.postponed : undefined;
  }

  carry(native: ExpressRequest, response: ServerResponse, decided: Decided): void {
    carry(native, response, decided);
  }

  postpone(native: ExpressRequest, response: ServerResponse, postponed: Postponed): void {
    postpone(native, response, postponed);
  }

  onHead(native: ExpressRequest, response: ServerResponse, settled: () => void): void {
    onHead(native, response, settled);
  }

  answer(native: ExpressRequest, response: ServerResponse, decided: Decided): void {
    const { headers, vary, status = 204 } = decided.decision;
    if (heldOf(native) !== undefined) {
      // Of an outer app, which this one is mounted in: its head must not be written over this answer.
      hold(native, decided);
    }
    for (const [name, value] of headers) {
      response.setHeader(name, value);
    }
    const names = addVary(response.getHeader(VARY), vary);
    if (names !== undefined) {
      response.setHeader(VARY, names);
    }
    response.statusCode = status;
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

/** Not any word: a method that the server's parser does not know reaches no route. */
const SERVER_METHODS: ReadonlySet<string> = new Set(METHODS);

function isServerMethod(method: string): boolean {
  return SERVER_METHODS.has(method);
}

function nativeRoute(layer: ExpressLayer): NativeRoute {
  const { path, methods, stack } = layer.route!;
  const names = Object.keys(methods).map((method) => method.toUpperCase());
  const all = names.includes('_ALL') || names.length > ALL_METHODS;
  return {
    path: String(path),
    pattern: path,
    methods: all ? ['*'] : names,
    implied: false,
    handlers: stack.map(({ handle }) => preceded.get(handle) ?? handle),
    answers: all
      ? isServerMethod
      : (method) => names.includes(method === 'HEAD' && !names.includes(method) ? 'GET' : method),
    match: (requested) => paramsOf(layer, requested),
    precede: (check) => stack.forEach((each) => precede(each, check)),
  };
}

type ExpressHandle = (request: object, response: object, next: (error?: Error) => void) => unknown;

/** What stands behind a check, by what stands in its place. */
const preceded = new WeakMap<object, object>();

/** In the router's own entry: a layer before it could not tell that the route was reached. */
function precede(layer: ExpressLayer, check: HandlerCheck): void {
  const handle = layer.handle as ExpressHandle;
  const checked: ExpressHandle = (request, response, next) => {
    const refusal = check(request, response);
    return refusal === undefined ? handle(request, response, next) : refuse(refusal, handle, request, response, next);
  };
  preceded.set(checked, preceded.get(handle) ?? handle);
  layer.handle = checked;
}

async function refuse(
  refusal: ReturnType<HandlerCheck>,
  handle: ExpressHandle,
  request: object,
  response: object,
  next: (error?: Error) => void,
): Promise<void> {
  const error = await refusal;
  if (error === undefined) {
    await handle(request, response, next);
  } else {
    next(error);
  }
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

const SLASH = 47;

/** What the path of an address may be read of without Express's own parser. */
const PLAIN_PATH = /^\/[^#\s]*$/;

/**
 * Reads each property of Express's request once: on Node before 24 every request has a shape of its own by then, and to
 * read it takes as long as all the rest.
 */
class ExpressCorsRequest implements CorsRequest {
  readonly method: string;
  readonly target: string;
  /** Read at once: what middleware makes of the headers is not what the client has sent. */
  readonly origin: string | undefined;
  private readonly headers: IncomingMessage['headers'];
  private knownPath: string | undefined;

  constructor(
    readonly native: ExpressRequest,
    sent: CorsRequest | undefined,
  ) {
    this.method = native.method ?? '';
    this.target = native.url ?? '';
    this.headers = native.headers;
    this.origin = sent === undefined ? this.headers.origin : sent.origin;
    if (this.target.charCodeAt(0) !== SLASH || this.target.includes('#')) {
      // Express reads it of what the address is by then.
      this.knownPath = this.readPath();
    }
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get path(): string {
    return (this.knownPath ??= this.readPath());
  }

  get hostname(): string {
    return this.native.hostname ?? '';
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.headers);
  }

  ownOrigin(): string | undefined {
    return ownOriginOf(this.native.protocol, this.native.host);
  }

  private readPath(): string {
    const { target } = this;
    if (PLAIN_PATH.test(target)) {
      const query = target.indexOf('?');
      return query === -1 ? target : target.slice(0, query);
    }
    try {
      return this.native.path;
    } catch {
      // An absolute address that cannot be parsed: Express finds no route for it either.
      return '';
    }
  }
}
