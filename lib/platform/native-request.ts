import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CorsRequest } from '../core/request.js';

/** The properties that requests of Express and of Fastify have in common. Both follow the setting for trusted proxies. */
export interface NativeRequestFields {
  readonly originalUrl: string;
  /** The host name without its port. */
  readonly hostname: string | undefined;
  /** The host name with its port. */
  readonly host: string | undefined;
  readonly protocol: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * A request of Express or of Fastify. Reads each of its properties once: on Node before 24 every request of Express has a
 * shape of its own by then, and to read it takes as long as all the rest.
 */
export abstract class NativeRequest<Native extends NativeRequestFields> implements CorsRequest {
  readonly method: string;
  readonly target: string;
  /** Read at once: what middleware makes of the headers is not what the client has sent. */
  readonly origin: string | undefined;
  protected readonly headers: IncomingHttpHeaders;
  private knownHostname: string | undefined;
  abstract readonly path: string;

  /**
   * @param message Node's request behind the native one
   * @param sent the same request before anything else ran
   * @param target the address that the router reads the path from
   */
  constructor(
    readonly native: Native,
    message: Pick<IncomingMessage, 'method' | 'url'>,
    sent: CorsRequest | undefined,
    target = message.url ?? '',
  ) {
    this.method = message.method ?? '';
    this.target = target;
    this.headers = native.headers;
    this.origin = sent === undefined ? this.headers.origin : sent.origin;
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get hostname(): string {
    return (this.knownHostname ??= this.native.hostname ?? '');
  }

  /** Reports whether the host is still the one that was read. True if none was: then no decision depends on it. */
  hasHostOf(native: Native): boolean {
    return this.knownHostname === undefined || this.knownHostname === (native.hostname ?? '');
  }

  header(name: string): string | undefined {
    return fieldValue(this.headers, name);
  }

  headerNames(): readonly string[] {
    return Object.keys(this.headers);
  }

  ownOrigin(): string | undefined {
    return ownOriginOf(this.native.protocol, this.native.host);
  }
}

/** The value of a header field by its lower-case name. Several fields are joined by `, `. */
export function fieldValue(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/**
 * The origin that a request was sent to, serialized as browsers do
 * (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin): lower case, without the default port.
 *
 * @param host the `Host` field, or what a trusted proxy says instead, port included
 */
export function ownOriginOf(protocol: string, host: string | undefined): string | undefined {
  if (host === undefined) {
    return undefined;
  }
  const port = DEFAULT_PORTS[protocol];
  const withoutDefault = port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host;
  return `${protocol}://${withoutDefault.toLowerCase()}`;
}
