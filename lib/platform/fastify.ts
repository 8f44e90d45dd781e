import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CorsContext, CorsRequest } from '../core/requests/request.js';
import type { RouteSearch } from '../core/requests/route-search.js';
import { type Choice, routeChoice, type Strategies } from './fastify-choice.js';
import { configAt, type FastifyRoutes, indexOf, type RecordedApp, type RouteConfig } from './fastify-routes.js';
import type { Decided } from './decided.js';
import { heldOf, lastWord } from './held.js';
import { imaginedMessage } from './imagined-message.js';
import { type FindMyWay, searchRoutes } from './fastify-search.js';
import type { ImaginedRequest, NativeRoute, Platform, SecondCorsLayer } from './platform.js';
import { ownOriginOf } from './own-origin.js';
import { carry, onHead } from './response-head.js';

/** What is read of a Fastify 5 instance. */
export interface FastifyApp extends RecordedApp {
  readonly version: string;
  readonly initialConfig: { readonly routerOptions?: object; readonly constraints?: Strategies };
  hasRequestDecorator(name: string): boolean;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly originalUrl: string;
  readonly hostname: string | undefined;
  readonly host: string | undefined;
  readonly protocol: string;
  readonly headers: IncomingMessage['headers'];
  readonly params: CorsContext['params'] | undefined;
  readonly is404: boolean;
  readonly routeOptions: { readonly config: RouteConfig };
}

interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): { send(): void };
}

/** The libraries that Nest's Fastify adapter itself is made of; imported once, where Fastify is used. */
export interface FastifyParts {
  readonly findMyWay: FindMyWay;
  readonly matchHost: (pattern: string) => (hostname: string) => unknown;
}

/** A query that stands before any slash ends the authority: a slash in it begins no path. */
const WHOLE_ADDRESS = /^https?:\/\/[^/?]+(?:\/|\?[^/]*$|$)/i;

/** Fastify 5. */
export class FastifyPlatform implements Platform<FastifyRequest, FastifyReply> {
  readonly name = 'fastify';
  private choose: ((message: IncomingMessage) => Choice) | undefined;

  constructor(
    private readonly app: FastifyApp,
    private readonly recorded: FastifyRoutes,
    private readonly parts: FastifyParts,
  ) {}

  request(native: FastifyRequest, sent?: CorsRequest): CorsRequest {
    return new FastifyCorsRequest(native, sent);
  }

  imagine(parts: ImaginedRequest): FastifyRequest | undefined {
    const { initialConfig } = this.app;
    const { constraints = initialConfig.constraints ?? {} } = (initialConfig.routerOptions ?? {}) as {
      constraints?: Strategies;
    };
    this.choose ??= routeChoice(
      this.recorded.routes,
      this.parts.findMyWay,
      this.routerOptions(),
      constraints,
      refusesLong(this.app),
    );
    const raw = imaginedMessage(parts);
    const choice = this.choose(raw);
    return choice === 'not routable' ? undefined : imaginedFastifyRequest(raw, parts, choice);
  }

  isUnchanged(native: FastifyRequest, then: CorsRequest): boolean {
    const { method, url } = rawOf(native);
    return then.method === method && (then.target === url || then.path === this.request(native).path);
  }

  decidedOf(native: FastifyRequest | IncomingMessage): Decided | undefined {
    const held = heldOf(rawOf(native));
    return held && lastWord(held);
  }

  carry(native: FastifyRequest, { raw }: FastifyReply, decided: Decided): void {
    carry(native.raw, raw, decided);
  }

  onHead(native: FastifyRequest, { raw }: FastifyReply, settled: () => void): void {
    onHead(native.raw, raw, settled);
  }

  answer(native: FastifyRequest, reply: FastifyReply, decided: Decided): void {
    this.carry(native, reply, decided);
    reply.code(decided.decision.status ?? 204).send();
  }

  routes(): readonly NativeRoute[] {
    return this.recorded.routes;
  }

  unseenRoutes(): string | undefined {
    return this.recorded.missedSome
      ? 'Fastify held routes before this library could see them, so a preflight for one of them may be answered for a ' +
          'handler whose path matches too. Register them on the instance after NestFactory.create() has returned.'
      : undefined;
  }

  search(): RouteSearch {
    const { findMyWay } = this.parts;
    return searchRoutes(this.recorded.routes, chosenRoute, findMyWay, this.routerOptions());
  }

  compilePath(pattern: string): NativeRoute['match'] {
    return this.matcher(pattern);
  }

  compileHost(pattern: string): (hostname: string) => boolean {
    const match = this.parts.matchHost(pattern);
    return (hostname) => match(hostname) !== false;
  }

  secondCorsLayer(): SecondCorsLayer | undefined {
    return this.app.hasRequestDecorator('corsPreflightEnabled')
      ? {
          lines:
            '`app.enableCors(…)`, the `cors` option of `NestFactory.create(…)`, or `register(fastifyCors, …)`, whichever the app has',
          samePolicy:
            "defaultPolicy: { … } with the same options says the same; an origin that was left out or `true` is origin: '*'",
        }
      : undefined;
  }

  private routerOptions(): Parameters<typeof searchRoutes>[3] {
    const { initialConfig } = this.app;
    const { constraints: _, ...options } = (initialConfig.routerOptions ?? oldOptions(initialConfig)) as Record<
      string,
      unknown
    >;
    return options;
  }

  private matcher(pattern: string): NativeRoute['match'] {
    const router = this.parts.findMyWay(this.routerOptions());
    // A wildcard has no name in Fastify's syntax; with one it is Express's and Nest's.
    router.on('GET', pattern.replace(/\*\w+$/, '*'), () => undefined);
    return (path) => router.find('GET', path)?.params as CorsContext['params'] | undefined;
  }
}

/** Fastify before 5.5 keeps the options of its router among the others. */
function oldOptions(config: object): object {
  const names = ['caseSensitive', 'ignoreTrailingSlash', 'ignoreDuplicateSlashes', 'useSemicolonDelimiter'];
  const known = [...names, 'maxParamLength', 'allowUnsafeRegex'];
  return Object.fromEntries(Object.entries(config).filter(([name]) => known.includes(name)));
}

/** Since 5.9 Fastify answers 414 to a parameter that is too long; before, its path is not found. */
function refusesLong({ version }: FastifyApp): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || minor >= 9;
}

function chosenRoute(native: object): ReturnType<RouteSearch['chosen']> {
  const { raw, routeOptions, params = {} } = native as FastifyRequest;
  const index = indexOf(routeOptions.config);
  return index === undefined || !isRoutable(raw.url ?? '') ? undefined : { index, params };
}

/** A path, or a whole address: `*orders` and `http://host?x/orders` Fastify routes too, and Nest answers 404 to them. */
function isRoutable(target: string): boolean {
  return target.startsWith('/') || (WHOLE_ADDRESS.test(target) && URL.canParse(target));
}

/** What Fastify makes of a request once it has routed it, as far as hooks, providers and version extractors read it. */
function imaginedFastifyRequest(
  raw: IncomingMessage,
  parts: ImaginedRequest,
  choice: Exclude<Choice, 'not routable'>,
): FastifyRequest {
  const host = parts.headers.host ?? '';
  const found = choice === 'not found' ? undefined : choice;
  const query = parts.url.indexOf('?');
  return Object.freeze({
    raw,
    method: parts.method,
    url: parts.url,
    originalUrl: parts.url,
    headers: raw.headers,
    host,
    hostname: host.replace(/:\d*$/, ''),
    protocol: parts.secure ? 'https' : 'http',
    ip: raw.socket.remoteAddress,
    socket: raw.socket,
    query: Object.fromEntries(new URLSearchParams(query === -1 ? '' : parts.url.slice(query))),
    params: found?.params ?? {},
    is404: found === undefined,
    routeOptions: { config: found === undefined ? {} : configAt(found.index) },
  });
}

/** Middleware is handed the raw request, everything else Fastify's. */
function rawOf(native: FastifyRequest | IncomingMessage): IncomingMessage {
  return 'raw' in native ? native.raw : native;
}

class FastifyCorsRequest implements CorsRequest {
  readonly method: string;
  readonly target: string;
  readonly origin: string | undefined;
  private readonly headers: IncomingMessage['headers'];

  constructor(
    readonly native: FastifyRequest,
    sent: CorsRequest | undefined,
  ) {
    const raw = rawOf(native);
    this.method = raw.method ?? '';
    this.target = raw.url ?? '';
    this.headers = native.headers;
    this.origin = sent === undefined ? this.headers.origin : sent.origin;
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get path(): string {
    const query = this.target.indexOf('?');
    return query === -1 ? this.target : this.target.slice(0, query);
  }

  get hostname(): string {
    return this.native.hostname ?? '';
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    // HTTP/2 keeps its pseudo-header fields among the others.
    return Object.keys(this.headers).filter((name) => !name.startsWith(':'));
  }

  ownOrigin(): string | undefined {
    return ownOriginOf(this.native.protocol, this.native.host);
  }
}
