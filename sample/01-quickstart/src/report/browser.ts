import type { Block, CrossOriginRequest, Headers, ServerResponse } from './fetch-standard.js';
import { corsCheck, needsPreflight, preflightCheck, readableHeaders, unsafeHeaderNames } from './fetch-standard.js';
import type { HttpResponse } from './http.js';
import { send } from './http.js';
import type { PageRequest } from './scenario.js';

/** What a page sees of its `fetch()`. */
export type Seen =
  | ({ readonly blocked: true } & Block)
  | { readonly blocked: false; readonly status: number; readonly headers: Headers; readonly body: string };

/** One `fetch()` of a page, on the wire and as the page sees it. */
export interface Exchange {
  readonly preflight?: ServerResponse;
  /** Missing where the preflight kept the request from being sent. */
  readonly response?: ServerResponse;
  readonly seen: Seen;
}

/**
 * Sends what a browser would send, and judges as it would. One browser, several pages: they share the cookies of
 * `localhost`, as cookies do not know ports. All pages are same-site, so SameSite does not hide what CORS does.
 */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly api: string) {}

  async fetch(origin: string, { method, path, headers = {}, body, credentials }: PageRequest): Promise<Exchange> {
    const withCredentials = credentials === 'include';
    const request: CrossOriginRequest = { origin, method, headers, withCredentials };
    const url = this.api + path;

    const preflight = needsPreflight(request) ? await this.preflight(url, request) : undefined;
    const refusal = preflight && preflightCheck(request, preflight);
    if (refusal) {
      return { preflight, seen: { blocked: true, ...refusal } };
    }

    const cookie = withCredentials ? this.cookieHeader() : {};
    const response = await send({ method, url, body, headers: { ...headers, ...metadata(origin), ...cookie } });
    if (withCredentials) {
      // The cookie is kept even where the page may not see the answer.
      this.keepCookies(response);
    }
    return { ...(preflight && { preflight }), response: onWire(response), seen: see(request, response) };
  }

  /** A preflight carries neither cookies nor the request's own headers: only what it asks for. */
  private async preflight(url: string, request: CrossOriginRequest): Promise<ServerResponse> {
    const names = unsafeHeaderNames(request.headers).join(',');
    const headers = {
      'Access-Control-Request-Method': request.method,
      ...(names !== '' && { 'Access-Control-Request-Headers': names }),
      ...metadata(request.origin),
    };
    return onWire(await send({ method: 'OPTIONS', url, headers }));
  }

  private cookieHeader(): Headers {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? {} : { Cookie: pairs.join('; ') };
  }

  private keepCookies(response: HttpResponse): void {
    for (const cookie of response.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) {
        this.cookies.set(name, value);
      }
    }
  }
}

function see(request: CrossOriginRequest, response: HttpResponse): Seen {
  const block = corsCheck(request, response);
  if (block) {
    return { blocked: true, ...block };
  }
  const { status, body } = response;
  return { blocked: false, status, headers: readableHeaders(request, response), body };
}

/** What every request of a page says about where it comes from (Fetch Metadata). */
function metadata(origin: string): Headers {
  return { Origin: origin, 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' };
}

function onWire({ status, headers }: HttpResponse): ServerResponse {
  return { status, headers };
}
