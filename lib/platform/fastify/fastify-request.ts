import type { IncomingMessage } from 'node:http';
import type { CorsContext, CorsRequest } from '../../core/request.js';
import type { RouteSearch } from '../../routing/route-search.js';
import type { ImaginedRequest } from '../adapter.js';
import { NativeRequest, type NativeRequestFields } from '../native-request.js';
import type { Choice } from './route-choice.js';
import { configAt, indexOf, type RouteConfig } from './route-log.js';
import { QUERY } from './route-search.js';

/** The part of a request of Fastify 5 that is read. */
export interface FastifyRequest extends NativeRequestFields {
  readonly raw: IncomingMessage;
  readonly params: CorsContext['params'] | undefined;
  readonly is404: boolean;
  readonly routeOptions: { readonly config: RouteConfig };
}

export class FastifyCorsRequest extends NativeRequest<FastifyRequest> {
  constructor(
    native: FastifyRequest,
    sent: CorsRequest | undefined,
    private readonly pathEnd: RegExp,
  ) {
    super(native, rawOf(native), sent);
  }

  override get path(): string {
    return this.pathUntil(this.pathEnd);
  }

  get wholePath(): string | undefined {
    return this.pathEnd === QUERY ? undefined : this.pathUntil(QUERY);
  }

  override headerNames(): readonly string[] {
    // HTTP/2 keeps its pseudo-header fields among the others.
    return super.headerNames().filter((name) => !name.startsWith(':'));
  }

  private pathUntil(end: RegExp): string {
    const { target } = this;
    const length = target.search(end);
    return length === -1 ? target : target.slice(0, length);
  }
}

/** Middleware is handed the raw request, everything else Fastify's. */
export function rawOf(native: FastifyRequest | IncomingMessage): IncomingMessage {
  const { raw } = native as { readonly raw?: IncomingMessage | null };
  return raw ?? (native as IncomingMessage);
}

/**
 * The request of Fastify once it is routed, as far as hooks, providers and version extractors read it.
 *
 * @param seen what Fastify's own class reads of it
 */
export function imaginedFastifyRequest(
  seen: Pick<FastifyRequest, 'raw' | 'host' | 'hostname' | 'protocol'> & { readonly ip?: string },
  parts: ImaginedRequest,
  choice: Exclude<Choice, 'not routable'>,
): FastifyRequest {
  const { raw, host, hostname, protocol, ip } = seen;
  const found = choice === 'not found' ? undefined : choice;
  const { url = parts.url } = raw;
  const query = url.indexOf('?');
  return Object.freeze({
    raw,
    method: parts.method,
    url,
    originalUrl: parts.url,
    headers: raw.headers,
    host,
    hostname,
    protocol,
    ip,
    socket: raw.socket,
    query: Object.fromEntries(new URLSearchParams(query === -1 ? '' : url.slice(query))),
    params: found?.params ?? {},
    is404: found === undefined,
    routeOptions: { config: found === undefined ? {} : configAt(found.index) },
  });
}

/** A query before any slash ends the authority: a slash in it begins no path. */
const WHOLE_ADDRESS = /^https?:\/\/[^/?]+(?:\/|\?[^/]*$|$)/i;

/** The route that Fastify has chosen for a request. */
export function chosenRoute(native: object): ReturnType<RouteSearch['chosen']> {
  const { raw, routeOptions, params = {} } = native as FastifyRequest;
  const index = indexOf(routeOptions.config);
  return index === undefined || !isRoutable(raw.url ?? '') ? undefined : { index, params };
}

/**
 * A path, or a whole address: `*orders` and `http://host?x/orders` Fastify routes too, and Nest answers 404 to them.
 */
function isRoutable(target: string): boolean {
  return target.startsWith('/') || (WHOLE_ADDRESS.test(target) && URL.canParse(target));
}
