import { Controller, Get, Post, Redirect, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { exchange, rawHead, rawRequest } from '../support/raw-http.js';

/* 3.5: every response has the headers, even if the app changes its headers before the head is written. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const GRANTED = { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' };

type Reply = { raw?: ServerResponse; hijack?(): void };

function rawOf(reply: Reply): ServerResponse {
  reply.hijack?.();
  return reply.raw ?? (reply as unknown as ServerResponse);
}

/** Node's other name for `writeHead`. */
type Writer = (status: number, fields: Readonly<Record<string, string>>) => void;

/** A headers object that an app reuses for every head. */
const SHARED = Object.freeze({ 'Content-Type': 'text/plain' });

@Controller('heads')
@CorsPolicy({ origin: [APP, OTHER], credentials: true })
class HeadsController {
  @Get('cleared')
  cleared(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    // `send` also does this before it answers an error for a static file.
    raw.getHeaderNames().forEach((name) => raw.removeHeader(name));
    raw.statusCode = 404;
    raw.end('gone');
  }

  @Get('shared')
  shared(@Res() reply: Reply): void {
    rawOf(reply).writeHead(200, SHARED).end('x');
  }

  @Get('alias')
  alias(@Res() reply: Reply): void {
    const raw = rawOf(reply) as ServerResponse & { writeHeader: Writer };
    raw.writeHeader(200, { 'Content-Type': 'text/plain' });
    raw.end('x');
  }

  @Get('later')
  later(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    setTimeout(() => raw.write('x', () => raw.end()), 5);
  }

  @Get('informed')
  informed(@Res() reply: Reply): void {
    const raw = rawOf(reply);
    raw.writeContinue();
    raw.writeProcessing();
    raw.setHeader('Access-Control-Expose-Headers', 'X-Own');
    raw.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    raw.removeHeader('Access-Control-Expose-Headers');
    raw.end('x');
  }

  @Get('unchanged')
  unchanged(@Res() reply: Reply): void {
    rawOf(reply).writeHead(304, { ETag: '"1"' }).end();
  }

  @Get('elsewhere')
  @Redirect('https://elsewhere.example/', 307)
  elsewhere(): void {
    return undefined;
  }

  @Post('broken')
  broken(): string {
    return 'never';
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

afterEach(closeApps);

describe.each(PLATFORMS)('3.5, the head of a response on %s', (platform) => {
  test('3.5: has the headers although the app cleared all of them', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/cleared', APP);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([404, GRANTED, 'Origin']);
  });

  test('3.5: an object that the app reuses for all heads does not carry an origin to the next response', async () => {
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

  test.each([
    [APP, GRANTED],
    ['https://stranger.example', {}],
  ])('3.5: has the headers on a head that writeHeader() writes for %s', async (origin, fields) => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/alias', origin);
    expect([corsHeaders(response), response.headers.vary]).toEqual([fields, 'Origin']);
  });

  test('3.5: has the headers when the first byte is written long after the handler', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    expect(corsHeaders(await app.get('/heads/later', APP))).toEqual(GRANTED);
  });

  test('3.5: has the headers on the error after a head that Node refused', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/spoilt', APP);
    expect([response.status, response.text]).toEqual([500, 'ERR_INVALID_CHAR']);
    expect([corsHeaders(response), response.headers.vary]).toEqual([GRANTED, 'Origin']);
  });

  test('3.5: informational heads (100, 102, 103) do not replace the final one', async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const responses = await exchange(app.port, rawHead('GET /heads/informed HTTP/1.1', [`Origin: ${APP}`]));
    expect(responses.map(({ status, cors }) => [status, cors()])).toEqual([
      [100, {}],
      [102, {}],
      [103, {}],
      [200, GRANTED],
    ]);
    expect(responses.at(-1)!.all('vary')).toEqual(['Origin']);
  });

  test.each([
    ['an answer to HEAD', 'HEAD /heads/shared', [], 200],
    ['304', 'GET /heads/unchanged', [], 304],
    ['a redirect', 'GET /heads/elsewhere', [], 307],
    ['a body that is no JSON', 'POST /heads/broken', ['Content-Type: application/json', 'Content-Length: 1'], 400],
  ])("3.5: %s has the headers, only for the policy's origins", async (_title, line, fields, status) => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const body = fields.includes('Content-Length: 1') ? '{' : '';
    for (const [origin, expected] of [
      [APP, GRANTED],
      ['https://stranger.example', {}],
    ] as const) {
      const [response] = await exchange(app.port, rawHead(`${line} HTTP/1.1`, [...fields, `Origin: ${origin}`]) + body);
      expect([response?.status, response?.cors(), response?.all('vary').join().toLowerCase()]).toEqual([
        status,
        expected,
        expect.stringMatching(/^(?:[^o].*, *)?origin$/) as unknown,
      ]);
    }
  });

  test("writing a head twice is Node's own error", async () => {
    const app = await startApp({ controllers: [HeadsController] }, platform);
    const response = await app.get('/heads/twice', APP);
    expect([response.text, corsHeaders(response)]).toEqual(['ERR_HTTP_HEADERS_SENT', GRANTED]);
  });
});

test('3.5: a response of Express may send its head before the handler is known', async () => {
  @Controller()
  class LateController {
    @Get('early')
    @CorsPolicy({ origin: OTHER })
    early(): string {
      return 'early';
    }
    @Get('late')
    @CorsPolicy({ origin: APP })
    late(@Res() response: Response): void {
      response.end('late');
    }
  }
  const app = await startApp({
    controllers: [LateController],
    setUp: (nest) =>
      nest.use((request: Request, response: Response, next: () => void) => {
        request.url = '/late';
        response.flushHeaders();
        next();
      }),
  });
  const response = await rawRequest(app.port, 'GET /early HTTP/1.1', [`Origin: ${APP}`]);
  expect([response.status, response.cors(), response.body]).toEqual([
    200,
    {},
    expect.stringContaining('late') as unknown,
  ]);
});
