import type { IncomingMessage } from 'node:http';
import { match } from 'path-to-regexp';
import type { CorsRequest } from '../../../lib/core/request.js';
import type { ImaginedRequest, NativeRoute } from '../../../lib/platform/adapter.js';
import { ExpressCorsRequest, type ExpressRequest } from '../../../lib/platform/express/express-request.js';

/**
 * Compiles a path as Express 5 compiles its own: case is ignored, and a slash may follow.
 *
 * @throws Error where Express would
 */
export function compilePath(pattern: string): NativeRoute['match'] {
  const matches = match(pattern === '/' ? pattern : pattern.replace(/\/+$/, ''), { decode: decoded });
  return (path) => {
    try {
      const found = matches(path);
      return found === false ? undefined : (found.params as Readonly<Record<string, string>>);
    } catch {
      // Express has found the route, and answers 400.
      return {};
    }
  };
}

function decoded(value: string): string {
  return value === '' ? value : decodeURIComponent(value);
}

/** The native request of an app on Express that trusts no proxy. */
export function imagine({ method, url, headers, secure }: ImaginedRequest): ExpressRequest {
  const host = headers['host'] ?? '';
  const request: Partial<ExpressRequest> = {
    method,
    url,
    originalUrl: url,
    baseUrl: '',
    headers,
    host,
    hostname: host.replace(/:\d*$/, ''),
    protocol: secure ? 'https' : 'http',
    path: url.split('?', 1)[0]!,
  };
  return request as ExpressRequest & IncomingMessage;
}

export function requestOf(native: object): CorsRequest {
  return new ExpressCorsRequest(native as ExpressRequest, undefined, undefined);
}
