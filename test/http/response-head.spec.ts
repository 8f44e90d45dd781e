import { Controller, Get, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

/* 3.5: the headers stand on every response, whatever the app does to its headers before the head is written. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const GRANTED = { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' };

type Reply = { raw?: ServerResponse; hijack?(): void };

function rawOf(reply: Reply): ServerResponse {
  reply.hijack?.();
  return reply.raw ?? (reply as unknown as ServerResponse);
}

/** An object that an app writes every head with. */
const SHARED = Object.freeze({ 'Content-Type': 'text/plain' });

@Controller('heads')
@CorsPolicy({ origin: [APP, OTHER], credentials: true })
class HeadsController {
  @Get('cleared')
  cleared(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    // As `send` does before it answers an error of a static file.
    raw.getHeaderNames().forEach((name) => raw.removeHeader(name));
    raw.statusCode = 404;
    raw.end('gone');
  }

  @Get('shared')
  shared(@Res() reply: Reply): void {
    rawOf(reply).writeHead(200, SHARED).end('x');
  }

  @Get('later')
  later(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    setTimeout(() => raw.write('x', () => raw.end()), 5);
  }

  @Get('spoilt')
  spoilt(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    try {
      raw.writeHead(200, { 'X-Spoilt': 'two\nlines' });
    } catch (error) {
      raw.writeHead(500).end((error as { code: string }).code);
    }
  }

  @Get('twice')
  twice(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    raw.writeHead(200, { 'X-Error': '' });
    try {
      raw.writeHead(500);
    } catch (error) {
      raw.write((error as { code: string }).code);
    }
    raw.end();
  }
}

describe.each(PLATFORMS)('3.5, the head of a response on %s', (platform) => {
  afterEach(closeApps);

  test('3.5: carries the headers though the app has cleared all of them', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/cleared', APP);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([404, GRANTED, 'Origin']);
  });

  test('3.5: one origin is not told to another by an object that the app writes all heads with', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    for (const [origin, expected] of [
      [APP, GRANTED],
      ['https://stranger.example', {}],
      [OTHER, { ...GRANTED, 'access-control-allow-origin': OTHER }],
      [undefined, {}],
    ] as const) {
      const response = await app.get('/heads/shared', origin);
      expect([corsHeaders(response), response.headers.vary]).toEqual([expected, 'Origin']);
    }
    expect(SHARED).toEqual({ 'Content-Type': 'text/plain' });
  });

  test('3.5: carries the headers when the first byte is written long after the handler', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    expect(corsHeaders(await app.get('/heads/later', APP))).toEqual(GRANTED);
  });

  test('3.5: carries the headers on the error that follows a head which Node has refused', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/spoilt', APP);
    expect([response.status, response.text]).toEqual([500, 'ERR_INVALID_CHAR']);
    expect([corsHeaders(response), response.headers.vary]).toEqual([GRANTED, 'Origin']);
  });

  test("a head that is written twice is Node's own error", async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/twice', APP);
    expect([response.text, corsHeaders(response)]).toEqual(['ERR_HTTP_HEADERS_SENT', GRANTED]);
  });
});
