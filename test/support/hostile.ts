import { Controller, Get, Put } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import type { TestApp } from './app.js';
import { ask, type RawResponse } from './raw-http.js';

const APP = 'https://app.example';

export const GRANTED = { 'access-control-allow-origin': APP };

/** The routes of the normal request that a test sends after a hostile one. */
@Controller('one')
export class NextController {
  @Get()
  @CorsPolicy({ origin: APP })
  one(): string {
    return 'one';
  }
  @Put()
  @CorsPolicy({ origin: APP })
  put(): string {
    return 'put';
  }
}

/** Sends a preflight of an allowed origin. */
export function askPreflight(app: TestApp, target: string, method: string, ...fields: string[]): Promise<RawResponse> {
  return ask(app, `OPTIONS ${target}`, `Origin: ${APP}`, `Access-Control-Request-Method: ${method}`, ...fields);
}

/** Expects correct answers to a request and a preflight of `NextController`. */
export async function servesTheNext(app: TestApp): Promise<void> {
  const next = await ask(app, 'GET /one', `Origin: ${APP}`);
  expect([next.status, next.body, next.cors()]).toEqual([200, 'one', GRANTED]);
  const asked = await askPreflight(app, '/one', 'PUT', 'Access-Control-Request-Headers: x-a');
  expect([asked.status, asked.cors()]).toEqual([
    204,
    { ...GRANTED, 'access-control-allow-methods': 'GET, HEAD, PUT', 'access-control-allow-headers': 'x-a' },
  ]);
}
