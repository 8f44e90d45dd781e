import type { EventEmitter } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import { PREFLIGHT_STATUS } from '../../core/decision.js';
import type { CorsRequest } from '../../core/request.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import type {
  ImaginedRequest,
  NativeRoute,
  OtherCorsLayer,
  Platform,
  RequestAddress,
  RewriteCheck,
} from '../adapter.js';
import { corsMiddlewareTest } from '../cors-middleware.js';
import { exchangeOf } from '../exchange.js';
import { writeFields } from '../head-fields.js';
import { ownOriginOf } from '../native-request.js';
import { reserve } from '../response-head.js';
import { imaginedMessage } from '../synthetic-request.js';
import { ExpressCorsRequest, type ExpressRequest } from './express-request.js';
import { corsLayersIn } from './other-layers.js';
import { isUnchanged, watchAll } from './rewrites.js';
import { compilePattern, type ExpressApp } from './router.js';
import { routesOf } from './routes.js';

/** On objects whose prototype was changed, as Express does. */
const ADDED_PROPERTIES_ARE_SLOW = Number.parseInt(process.versions.node, 10) < 24;

/** Express 5. */
export class ExpressPlatform implements Platform<ExpressRequest, ServerResponse> {
  readonly name = 'express';
  readonly isUnchanged = isUnchanged;
  readonly isCorsMiddleware: (handle: unknown, name?: string) => boolean;

  /** @param corsMiddleware a middleware of the `cors` package; others are recognized by it, under any name */
  constructor(
    private readonly app: ExpressApp,
    corsMiddleware?: unknown,
  ) {
    this.isCorsMiddleware = corsMiddlewareTest(corsMiddleware);
  }

  request(native: ExpressRequest, sent?: CorsRequest, target?: string): CorsRequest {
    return new ExpressCorsRequest(native, sent, target);
  }

  /** Express makes its request of Node's by the same change of prototype. */
  imagine(parts: ImaginedRequest): ExpressRequest {
    const message = Object.setPrototypeOf(imaginedMessage(parts), this.app.request) as ExpressRequest;
    return Object.assign(message, { originalUrl: parts.url });
  }

  addressOf(message: IncomingMessage): RequestAddress {
    const { headers, socket } = message;
    // Express reads its own settings by the prototype that it gives to requests.
    const native = Object.create(this.app.request, {
      headers: { value: headers },
      socket: { value: socket },
      connection: { value: socket },
    }) as ExpressRequest;
    return { hostname: native.hostname ?? '', origin: ownOriginOf(native.protocol, native.host) };
  }

  prepareRequests(server: EventEmitter): () => void {
    if (!ADDED_PROPERTIES_ARE_SLOW || this.app.response.writeHead !== ServerResponse.prototype.writeHead) {
      return () => undefined;
    }
    // No preflight is carried on: it is answered at once.
    const prepare = (message: IncomingMessage, response: ServerResponse): void => {
      if (message.method !== 'OPTIONS') {
        reserve(message, response);
      }
    };
    server.prependListener('request', prepare);
    return () => server.off('request', prepare);
  }

  messageOf(native: ExpressRequest): IncomingMessage {
    return native;
  }

  responseOf(response: ServerResponse): ServerResponse {
    return response;
  }

  /**
   * Sets the fields at once, without an exchange: nothing runs after this answer that could ask for one.
   */
  answer(native: ExpressRequest, response: ServerResponse, decision: RequestDecision): void {
    const exchange = exchangeOf(native);
    if (exchange !== undefined) {
      // Of an app around this one: its head must not replace this answer.
      exchange.decision = decision;
    }
    writeFields(response, [], decision);
    response.statusCode = decision.decision.status ?? PREFLIGHT_STATUS;
    response.end();
  }

  routes(): readonly NativeRoute[] {
    return routesOf(this.app.router.stack);
  }

  watchRewrites(check: RewriteCheck, from: number): void {
    watchAll(this.app.router.stack.slice(from), check);
  }

  unseenRoutes(): undefined {
    return undefined;
  }

  /** Express tries its routes in order, and the routing index does so faster. */
  search(): undefined {
    return undefined;
  }

  compilePath(pattern: string): NativeRoute['match'] {
    const { router } = this.app;
    return compilePattern(router, pattern, { sensitive: router.caseSensitive, strict: router.strict });
  }

  /** Nest matches hosts by the library that Express matches paths by. */
  compileHost(pattern: string): (hostname: string) => boolean {
    const match = compilePattern(this.app.router, pattern, { sensitive: false, strict: true });
    return (hostname) => match(hostname) !== undefined;
  }

  otherCorsLayers(): readonly OtherCorsLayer[] {
    return corsLayersIn(this.app.router.stack, this.isCorsMiddleware);
  }
}
