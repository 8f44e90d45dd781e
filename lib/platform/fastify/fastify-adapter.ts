import type { IncomingMessage, ServerResponse } from 'node:http';
import { PREFLIGHT_STATUS } from '../../core/decision.js';
import type { CorsContext, CorsRequest } from '../../core/request.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import type { RouteSearch } from '../../routing/route-search.js';
import type { ImaginedRequest, NativeRoute, OtherCorsLayer, Platform, RequestAddress } from '../adapter.js';
import { corsMiddlewareTest } from '../cors-middleware.js';
import { type Decider, exchangeFor } from '../exchange.js';
import { ownOriginOf } from '../native-request.js';
import { carry } from '../response-head.js';
import { imaginedMessage } from '../synthetic-request.js';
import {
  type FastifyApp,
  refusesLong,
  rewriteAddress,
  routerOptionsOf,
  strategiesOf,
  symbolProperty,
} from './fastify-app.js';
import {
  chosenRoute,
  FastifyCorsRequest,
  type FastifyRequest,
  imaginedFastifyRequest,
  rawOf,
} from './fastify-request.js';
import { corsLayersIn } from './other-layers.js';
import { type Choice, routeChoice } from './route-choice.js';
import type { FastifyRoutes } from './route-log.js';
import { type FindMyWay, pathEnd, searchRoutes } from './route-search.js';

interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): { send(): void };
}

/** The libraries that Nest's Fastify adapter itself is made of; imported once, where Fastify is used. */
export interface FastifyParts {
  readonly findMyWay: FindMyWay;
  readonly matchHost: (pattern: string) => (hostname: string) => unknown;
}

/** Fastify 5. */
export class FastifyPlatform implements Platform<FastifyRequest, FastifyReply> {
  readonly name = 'fastify';
  readonly isCorsMiddleware = corsMiddlewareTest();
  private choose: ((message: IncomingMessage) => Choice) | undefined;
  private readonly routerOptions: ReturnType<typeof routerOptionsOf>;
  /** The position where the path of an address ends. */
  private readonly pathEnd: RegExp;

  constructor(
    private readonly app: FastifyApp,
    private readonly recorded: FastifyRoutes,
    private readonly parts: FastifyParts,
  ) {
    this.routerOptions = routerOptionsOf(app);
    this.pathEnd = pathEnd(this.routerOptions);
  }

  request(native: FastifyRequest, sent?: CorsRequest): CorsRequest {
    return new FastifyCorsRequest(native, sent, this.pathEnd);
  }

  imagine(parts: ImaginedRequest): FastifyRequest | undefined {
    this.choose ??= routeChoice(
      this.recorded.routes,
      this.parts.findMyWay,
      this.routerOptions,
      strategiesOf(this.app),
      refusesLong(this.app),
    );
    const raw = imaginedMessage(parts);
    const choice = rewriteAddress(this.app, raw) ? this.choose(raw) : 'not routable';
    return choice === 'not routable' ? undefined : imaginedFastifyRequest(this.seenBy(raw), parts, choice);
  }

  addressOf(message: IncomingMessage): RequestAddress {
    const native = this.seenBy(message);
    return { hostname: native.hostname ?? '', origin: ownOriginOf(native.protocol, native.host) };
  }

  /** A request as Fastify's own class reads it, which it keeps under a symbol: the class knows what `trustProxy` says. */
  private seenBy(message: IncomingMessage): FastifyRequest {
    const { prototype } = symbolProperty(this.app, 'fastify.Request') as { readonly prototype: object };
    return Object.create(prototype, { raw: { value: message } }) as FastifyRequest;
  }

  isUnchanged(native: FastifyRequest, then: FastifyCorsRequest): boolean {
    const { method, url } = rawOf(native);
    return (
      then.method === method &&
      then.hasHostOf(native) &&
      (then.target === url || then.path === this.request(native).path)
    );
  }

  messageOf(native: FastifyRequest | IncomingMessage): IncomingMessage {
    return rawOf(native);
  }

  responseOf(reply: FastifyReply): ServerResponse {
    return reply.raw;
  }

  /** Fastify hands fields to Node with the head, so those of the decision have to join them there. */
  answer(native: FastifyRequest, reply: FastifyReply, decision: RequestDecision, decider: Decider): void {
    carry(exchangeFor(native.raw, decider, decision.request), reply.raw, decision);
    reply.code(decision.decision.status ?? PREFLIGHT_STATUS).send();
  }

  routes(): readonly NativeRoute[] {
    return this.recorded.routes;
  }

  unseenRoutes(): string | undefined {
    return this.recorded.missedSome
      ? 'Fastify had routes before this library could see them, so a preflight for one of them may be answered for a ' +
          'handler whose path matches too. Register them on the instance after NestFactory.create() has returned.'
      : undefined;
  }

  search(): RouteSearch {
    return searchRoutes(this.recorded.routes, chosenRoute, this.parts.findMyWay, this.routerOptions);
  }

  compilePath(pattern: string): NativeRoute['match'] {
    const router = this.parts.findMyWay(this.routerOptions);
    // A wildcard has no name in Fastify's syntax; with one it is Express's and Nest's.
    router.on('GET', pattern.replace(/\*\w+$/, '*'), () => undefined);
    return (path) => router.find('GET', path)?.params as CorsContext['params'] | undefined;
  }

  compileHost(pattern: string): (hostname: string) => boolean {
    const match = this.parts.matchHost(pattern);
    return (hostname) => match(hostname) !== false;
  }

  otherCorsLayers(): readonly OtherCorsLayer[] {
    return corsLayersIn(this.app, this.recorded.contexts, this.isCorsMiddleware);
  }

  onPluginsLoaded(check: () => void): void {
    this.app.addHook('onReady', (done) => {
      try {
        check();
        done();
      } catch (error) {
        done(error as Error);
      }
    });
  }
}
