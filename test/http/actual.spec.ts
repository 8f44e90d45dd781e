import {
  ArgumentsHost,
  BadRequestException,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  Injectable,
  type NestInterceptor,
  Param,
  ParseIntPipe,
  Post,
  Redirect,
  Res,
  Scope,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type Observable, of, throwError } from 'rxjs';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';
const GRANTED = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Total-Count',
};

/** The Node response behind the response of either platform. */
const rawOf = (response: { raw?: ServerResponse }): ServerResponse =>
  response.raw ?? (response as unknown as ServerResponse);

@Injectable()
class Deny {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class Failing implements NestInterceptor {
  intercept(_context: ExecutionContext, _next: CallHandler): Observable<unknown> {
    return throwError(() => new ForbiddenException());
  }
}

@Catch(BadRequestException)
class OwnFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const raw = rawOf(host.switchToHttp().getResponse());
    raw.writeHead(418, { 'Content-Type': 'text/plain' });
    raw.end('own answer');
  }
}

@Controller()
@CorsPolicy({ origin: APP, credentials: true, exposedHeaders: 'X-Total-Count' })
class EverythingController {
  @Get('ok')
  ok(): string {
    return 'ok';
  }
  @Get('json')
  json(): object {
    return { a: 1 };
  }
  @Post('empty')
  @HttpCode(204)
  empty(): void {}
  @Get('redirect')
  @Redirect('/ok', 302)
  redirect(): void {}
  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from([Buffer.from('file')]));
  }
  @Sse('events')
  events(): Observable<{ data: string }> {
    return of({ data: 'one' });
  }
  @Get('denied')
  @UseGuards(Deny)
  denied(): void {}
  @Get('piped/:id')
  piped(@Param('id', ParseIntPipe) id: number): number {
    return id;
  }
  @Get('intercepted')
  @UseInterceptors(Failing)
  intercepted(): void {}
  @Get('thrown')
  thrown(): void {
    throw new Error('thrown');
  }
  @Get('rejected')
  async rejected(): Promise<void> {
    return Promise.reject(new Error('rejected'));
  }
  @Get('filtered')
  @UseFilters(OwnFilter)
  filtered(): void {
    throw new BadRequestException();
  }
  @Get('raw')
  raw(@Res() response: { raw?: ServerResponse; hijack?: () => void }): void {
    response.hijack?.();
    const raw = rawOf(response);
    raw.writeHead(200, { Vary: 'Accept-Encoding', 'Content-Type': 'text/plain' });
    raw.write('r');
    raw.end('aw');
  }
  @Get('raw-array')
  rawArray(@Res() response: { raw?: ServerResponse; hijack?: () => void }): void {
    response.hijack?.();
    rawOf(response).writeHead(200, ['Vary', 'Accept-Encoding', 'X-One', '1']).end('raw');
  }
  @Get('vary')
  @Header('Vary', 'Accept-Encoding, origin')
  vary(): string {
    return 'vary';
  }
  @Get('vary-any')
  @Header('Vary', '*')
  varyAny(): string {
    return 'vary';
  }
  @Get('own')
  @Header('Access-Control-Allow-Origin', OTHER)
  own(): string {
    return 'own';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
  @Get('plain')
  @CorsPolicy({ origin: '*', exposedHeaders: '*', credentials: false })
  plain(): string {
    return 'plain';
  }
}

@Controller('bare')
class BareController {
  @Get()
  @Header('Access-Control-Allow-Origin', 'https://set-by-the-app.example')
  @Header('Vary', 'Accept')
  bare(): string {
    return 'bare';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  @Get()
  @CorsPolicy({ origin: APP })
  scoped(): string {
    return 'scoped';
  }
}

afterEach(closeApps);

describe.each(PLATFORMS)('3.5, actual requests, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ controllers: [EverythingController, BareController, ScopedController] }, platform);
  });

  test.each<[string, string, number]>([
    ['a text', '/ok', 200],
    ['JSON', '/json', 200],
    ['a redirect', '/redirect', 302],
    ['a stream', '/file', 200],
    ['server-sent events', '/events', 200],
    ['a guard’s refusal', '/denied', 403],
    ['a pipe’s refusal', '/piped/x', 400],
    ['an interceptor’s error', '/intercepted', 403],
    ['a handler that throws', '/thrown', 500],
    ['a handler that rejects', '/rejected', 500],
    ['a filter that answers by itself', '/filtered', 418],
    ['an encoded parameter', '/piped/%31', 200],
  ])('3.5: the CORS headers are on %s', async (_title, path, status) => {
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
      [undefined, {}],
    ] as const) {
      const response = await app.get(path, origin);
      expect([response.status, corsHeaders(response)]).toEqual([status, expected]);
      // Express adds `Accept` to the `Vary` of redirects.
      expect(response.headers.vary).toMatch(/^(Accept, )?Origin$/);
    }
  });

  test('3.5: the CORS headers are on a 204, on HEAD and on a conditional answer', async () => {
    expect(corsHeaders(await app.request('POST', '/empty', { Origin: APP }))).toEqual(GRANTED);
    expect(corsHeaders(await app.request('HEAD', '/ok', { Origin: APP }))).toEqual(GRANTED);
    const { etag } = (await app.get('/ok', APP)).headers as { etag?: string };
    const again = await app.get('/ok', APP, etag === undefined ? {} : { 'If-None-Match': etag });
    expect([again.status, corsHeaders(again)]).toEqual([etag === undefined ? 200 : 304, GRANTED]);
  });

  test.each([
    ['/raw', 'raw'],
    ['/raw-array', 'raw'],
    ['/vary', 'vary'],
  ])('3.5: Vary is added once to the value that %s sets', async (path, text) => {
    for (const origin of [APP, STRANGER, undefined]) {
      const response = await app.get(path, origin);
      expect(response.text).toBe(text);
      const names = String(response.headers.vary).toLowerCase().split(/, */);
      expect(names).toEqual(['accept-encoding', 'origin']);
    }
  });

  test('3.5: Vary: * stays alone', async () => {
    expect((await app.get('/vary-any', APP)).headers.vary).toBe('*');
  });

  test('3.5: an ACAO of the handler replaces all CORS headers of the policy, and the boot log lists it', async () => {
    const response = await app.get('/own', APP);
    expect(corsHeaders(response)).toEqual({ 'access-control-allow-origin': OTHER });
    expect(app.logs.filter((line) => line.includes('EverythingController.own'))).toEqual([
      expect.stringMatching(/^warn: .*Access-Control-Allow-Origin.*@Header\(\)/),
    ]);
  });

  test('3.5: a value appended to ours replaces it, as every browser refuses two values', async () => {
    const other = await startApp(
      {
        controllers: [EverythingController],
        setUp: (nest) => {
          nest.use((_req: IncomingMessage, res: ServerResponse, next: () => void) => {
            res.appendHeader('Access-Control-Allow-Origin', OTHER);
            next();
          });
        },
      },
      platform,
    );
    expect(corsHeaders(await other.get('/ok', APP))['access-control-allow-origin']).toBe(OTHER);
  });

  test('3.5: with plain `*` every response has ACAO, and Vary is empty', async () => {
    for (const origin of [APP, STRANGER, 'null', 'nonsense', undefined]) {
      const response = await app.get('/plain', origin);
      expect([corsHeaders(response), response.headers.vary]).toEqual([
        { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' },
        undefined,
      ]);
    }
  });

  test('3.5: on a route without a policy no header is added or removed', async () => {
    const response = await app.get('/bare', APP);
    expect([corsHeaders(response), response.headers.vary]).toEqual([
      { 'access-control-allow-origin': 'https://set-by-the-app.example' },
      'Accept',
    ]);
  });

  test('3.5: a request for an unknown route gets no CORS header without a default policy', async () => {
    const response = await app.get('/nowhere', APP);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([404, {}, undefined]);
  });

  test('3.5: a refused request still runs its handler; @NoCors() sends nothing at all', async () => {
    const response = await app.get('/closed', APP);
    expect([response.text, corsHeaders(response), response.headers.vary]).toEqual(['closed', {}, undefined]);
  });

  test('3.5: a request-scoped controller gets the CORS headers too', async () => {
    expect(corsHeaders(await app.get('/scoped', APP))).toEqual({ 'access-control-allow-origin': APP });
  });

  test('3.5: on one connection each request gets the headers of its own origin', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (origin: string) =>
      new Promise<string | undefined>((resolve, reject) => {
        httpRequest(`${app.url}/ok`, { agent, headers: { Origin: origin } }, (response) => {
          response.resume().on('end', () => resolve(response.headers['access-control-allow-origin']));
        })
          .on('error', reject)
          .end();
      });
    expect([await ask(APP), await ask(STRANGER), await ask(APP)]).toEqual([APP, undefined, APP]);
    agent.destroy();
  });

  test('3.5: two apps in one process keep their policies apart', async () => {
    @Controller()
    class SecondController {
      @Get('ok')
      @CorsPolicy({ origin: OTHER })
      ok(): string {
        return 'second';
      }
    }
    const second = await startApp({ controllers: [SecondController] }, platform);
    expect(corsHeaders(await second.get('/ok', APP))).toEqual({});
    expect(corsHeaders(await second.get('/ok', OTHER))).toEqual({ 'access-control-allow-origin': OTHER });
    expect(corsHeaders(await app.get('/ok', APP))).toEqual(GRANTED);
  });
});

describe('3.5, a request that middleware leads elsewhere, on express', () => {
  test('3.5: the policy of the handler that is reached applies', async () => {
    const app = await startApp({
      controllers: [EverythingController, BareController],
      setUp: (nest) => {
        nest.use((req: IncomingMessage, _res: ServerResponse, next: () => void) => {
          const to = req.headers['accept-language'];
          req.url = to?.startsWith('/') ? to : req.url;
          next();
        });
      },
    });
    const to = async (from: string, path: string) => {
      const response = await app.get(from, APP, { 'Accept-Language': path });
      return [response.text, corsHeaders(response), response.headers.vary];
    };
    // A request that needed a preflight is enforced for the new route. A simple request needed none and is not.
    const asked = await app.get('/ok', APP, { 'Accept-Language': '/closed', 'X-Asked': '1' });
    expect([asked.status, corsHeaders(asked)]).toEqual([403, {}]);
    expect(await to('/plain', '/ok')).toEqual(['ok', GRANTED, 'Origin']);
    expect(await to('/ok', '/plain')).toEqual([
      'plain',
      { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' },
      undefined,
    ]);
    expect(await to('/ok', '/closed')).toEqual(['closed', {}, undefined]);
    expect(await to('/closed', '/ok')).toEqual(['ok', GRANTED, 'Origin']);
    expect(await to('/ok', '/bare')).toEqual([
      'bare',
      { 'access-control-allow-origin': 'https://set-by-the-app.example' },
      'Accept',
    ]);
    expect(await to('/nowhere', '/ok')).toEqual(['ok', GRANTED, 'Origin']);
  });
});
