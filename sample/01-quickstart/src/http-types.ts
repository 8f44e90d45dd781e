import type { IncomingHttpHeaders } from 'node:http';

/** What the shop reads of a request. Express and Fastify have it alike, and so the shop runs on both. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
}

/** What the shop uses of a response, alike on both. */
export interface HttpResponse {
  header(name: string, value: string): unknown;
}
