import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that the shop reads. They are the same on Express and Fastify, so the shop runs on both. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
}

/** The parts of a response that the shop uses. They are the same on both platforms. */
export interface HttpResponse {
  header(name: string, value: string): unknown;
}
