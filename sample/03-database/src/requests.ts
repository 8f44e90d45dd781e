import type { HttpRequest, HttpResponse } from '../../01-quickstart/src/report/http.js';
import { send } from '../../01-quickstart/src/report/http.js';

/** The shop that the requests below are for. */
export interface Shop {
  readonly url: string;
}

export function admission({ url }: Shop, token: string, body: { tenant: string; origin: string }): HttpRequest {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  return { method: 'POST', url: `${url}/admin/origins`, headers, body: JSON.stringify(body) };
}

export function dismissal({ url }: Shop, token: string, origin: string): HttpRequest {
  const headers = { Authorization: `Bearer ${token}` };
  return { method: 'DELETE', url: `${url}/admin/origins?origin=${origin}`, headers };
}

/** The request of a page of `origin` that reads the storefront with cookies. */
export function greeting({ url }: Shop, origin: string): HttpRequest {
  return { method: 'GET', url: `${url}/storefront`, headers: { Origin: origin } };
}

/** The preflight for a page of `origin` that tries to add a tenant. */
export function adminPreflight({ url }: Shop, origin: string): HttpRequest {
  const asked = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type',
  };
  return { method: 'OPTIONS', url: `${url}/admin/origins`, headers: { Origin: origin, ...asked } };
}

/** Tells if a page of `origin` may read the answer to a request with cookies. */
function isGranted({ headers }: HttpResponse, origin: string): boolean {
  return headers['access-control-allow-origin'] === origin && headers['access-control-allow-credentials'] === 'true';
}

export async function mayRead(shop: Shop, origin: string): Promise<boolean> {
  return isGranted(await send(greeting(shop, origin)), origin);
}

/** The request as a command for the terminal. */
export function curl({ method, url, headers = {}, body }: HttpRequest): string {
  const fields = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  const verb = method === 'GET' ? '-i' : `-i -X ${method}`;
  return `curl ${verb} '${url}'${fields.join('')}${body === undefined ? '' : ` -d '${body}'`}`;
}
