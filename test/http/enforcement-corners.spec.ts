import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Injectable,
  type NestInterceptor,
  Param,
  type PipeTransform,
  Post,
  Put,
  Scope,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { Express } from 'express';
import { CorsInspector, CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

/* 3.6: who is refused by the server itself, what has run by then, and who only claims to be of the same origin. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

const ran: string[] = [];
beforeEach(() => ran.splice(0));
afterEach(closeApps);

@Injectable()
class Noting implements CanActivate, PipeTransform, NestInterceptor {
  canActivate(): boolean {
    ran.push('guard');
    return true;
  }
  transform(value: unknown): unknown {
    ran.push('pipe');
    return value;
  }
  intercept(_context: ExecutionContext, next: CallHandler) {
    ran.push('interceptor');
    return next.handle();
  }
}

@Catch(ForbiddenException)
class NotingFilter implements ExceptionFilter {
  catch(error: ForbiddenException, host: ArgumentsHost): void {
    ran.push('filter');
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(403).send({ own: error.getResponse() });
  }
}

@Controller('e')
@CorsPolicy({ origin: APP, enforce: true })
class EnforcedController {
  @Post(':id')
  post(@Param('id') id: string, @Body() _body: unknown): string {
    ran.push('handler');
    return id;
  }
  @Get('refined')
  @CorsPolicy({ origin: [APP, STRANGER] })
  refined(): string {
    return 'refined';
  }
  @Get('read-only')
  @CorsPolicy({ methods: ['GET'] })
  readOnly(): string {
    return 'read-only';
  }
  @Put('read-only')
  @CorsPolicy({ methods: ['GET'] })
  write(): string {
    return 'written';
  }
}

@Controller('hidden')
@CorsPolicy({ origin: APP })
class HiddenController {
  @Get()
  get(): string {
    return 'hidden';
  }
  @Get('enforced')
  @CorsPolicy({ enforce: true })
  enforced(): string {
    return 'enforced';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
@CorsPolicy({ origin: '*', methods: ['GET'], enforce: true })
class OpenController {
  @Get()
  get(): string {
    return 'open';
  }
  @Post()
  post(): string {
    return 'posted';
  }
}

describe.each(PLATFORMS)('3.6, enforcement, on %s', (platform) => {
  const controllers = [EnforcedController, HiddenController, OpenController];
  const ask = (app: TestApp, line: string, ...fields: string[]) => rawRequest(app.port, `${line} HTTP/1.1`, fields);

  test('3.6: it comes before middleware, guards, interceptors, pipes and the handler, and through the app’s filters', async () => {
    const app = await startApp(
      {
        controllers,
        providers: [
          { provide: APP_GUARD, useClass: Noting },
          { provide: APP_PIPE, useClass: Noting },
          { provide: APP_INTERCEPTOR, useClass: Noting },
          { provide: APP_FILTER, useClass: NotingFilter },
        ],
        setUp: (nest) =>
          nest.use((_request: unknown, _response: unknown, next: () => void) => {
            ran.push('middleware');
            next();
          }),
      },
      platform,
    );
    const refused = await ask(app, 'POST /e/1', `Origin: ${STRANGER}`, 'Content-Length: 0');
    expect([refused.status, refused.cors(), refused.all('vary')]).toEqual([403, {}, ['Origin']]);
    expect(JSON.parse(refused.body)).toEqual({
      own: {
        statusCode: 403,
        error: 'Forbidden',
        message: 'This route does not accept requests from this origin.',
        reason: 'origin-not-allowed',
      },
    });
    expect(ran.splice(0)).toEqual(['filter']);
    const admitted = await ask(app, 'POST /e/1', `Origin: ${APP}`, 'Content-Length: 0');
    expect([admitted.status, admitted.cors()]).toEqual([201, { 'access-control-allow-origin': APP }]);
    expect(ran).toEqual(['middleware', 'guard', 'interceptor', 'pipe', 'pipe', 'handler']);
  });

  test('3.6: a handler refines what its controller enforces', async () => {
    const app = await startApp({ controllers }, platform);
    const status = async (line: string, origin = STRANGER) => (await ask(app, line, `Origin: ${origin}`)).status;
    expect(await status('GET /e/refined')).toBe(200);
    expect(await status('GET /e/refined', 'https://third.example')).toBe(403);
    expect(await status('GET /hidden')).toBe(200);
    expect(await status('GET /hidden/enforced')).toBe(403);
    expect(await status('GET /hidden/enforced', APP)).toBe(200);
    expect(await status('HEAD /hidden/enforced')).toBe(403);
  });

  test('3.6: a method that the policy lacks is refused whatever the origin, HEAD goes with GET', async () => {
    const app = await startApp({ controllers }, platform);
    const status = async (line: string, ...fields: string[]) => (await ask(app, line, ...fields)).status;
    expect(await status('GET /e/read-only', `Origin: ${APP}`)).toBe(200);
    expect(await status('HEAD /e/read-only', `Origin: ${APP}`)).toBe(200);
    expect(await status('PUT /e/read-only', `Origin: ${APP}`)).toBe(403);
    expect(await status('PUT /e/read-only')).toBe(200);
    expect(await status('GET /scoped', `Origin: ${STRANGER}`)).toBe(200);
    expect(await status('POST /scoped', `Origin: ${STRANGER}`, 'Content-Length: 0')).toBe(403);
    expect(await status('POST /scoped', 'Content-Length: 0')).toBe(201);
  });

  test.each([
    ['null', 'Origin: null'],
    ['an empty one', 'Origin:'],
    ['two of them', `Origin: ${APP}\r\nOrigin: ${APP}`],
    ['two in one field', `Origin: ${APP}, ${APP}`],
    ['one with a path', `Origin: ${APP}/`],
    ['one in another case', 'Origin: https://APP.example'],
    ['one that is no origin', 'Origin: app.example'],
  ])('3.6: an Origin that the policy does not admit is refused: %s', async (_title, field) => {
    const app = await startApp({ controllers }, platform);
    const response = await ask(app, 'POST /e/1', field, 'Content-Length: 0');
    expect([response.status, response.cors(), response.all('vary')]).toEqual([403, {}, ['Origin']]);
    expect(ran).toEqual([]);
  });

  test.each<[string, string, string[], number]>([
    ['its own host', 'http://api.example', ['Host: api.example'], 200],
    ['its own host in another case', 'http://api.example', ['Host: API.example'], 200],
    ['its own port', 'http://api.example:3000', ['Host: api.example:3000'], 200],
    ['the default port', 'http://api.example', ['Host: api.example:80'], 200],
    ['an IPv6 address', 'http://[::1]', ['Host: [::1]'], 200],
    ['an IPv6 address and port', 'http://[::1]:3000', ['Host: [::1]:3000'], 200],
    ['an IPv6 address and default port', 'http://[::1]', ['Host: [::1]:80'], 200],
    ['another scheme', 'https://api.example', ['Host: api.example'], 403],
    ['another port', 'http://api.example:81', ['Host: api.example'], 403],
    ['the other scheme’s default port', 'http://api.example', ['Host: api.example:443'], 403],
    ['a subdomain', 'http://a.api.example', ['Host: api.example'], 403],
    ['the host inside another', 'http://api.example.evil.test', ['Host: api.example'], 403],
    ['user info', 'http://api.example@evil.test', ['Host: api.example'], 403],
    ['a forwarded host that nobody trusts', 'http://evil.test', ['Host: a', 'X-Forwarded-Host: evil.test'], 403],
    ['a forwarded scheme that nobody trusts', 'https://a', ['Host: a', 'X-Forwarded-Proto: https'], 403],
    [
      'its own host, but called cross-site',
      'http://api.example',
      ['Host: api.example', 'Sec-Fetch-Site: cross-site'],
      403,
    ],
    [
      'its own host, but called same-site',
      'http://api.example',
      ['Host: api.example', 'Sec-Fetch-Site: same-site'],
      403,
    ],
    ['an empty Sec-Fetch-Site', STRANGER, ['Sec-Fetch-Site:'], 403],
    ['Sec-Fetch-Site in another case', STRANGER, ['Sec-Fetch-Site: Same-Origin'], 403],
    ['Sec-Fetch-Site twice', STRANGER, ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'], 403],
  ])('3.6: is it the request’s own origin? %s', async (_title, origin, fields, status) => {
    const app = await startApp({ controllers }, platform);
    expect((await ask(app, 'GET /hidden/enforced', `Origin: ${origin}`, ...fields)).status).toBe(status);
  });

  test('3.6: a refused request is known to the inspector, and trusted by nobody', async () => {
    const seen: unknown[] = [];
    @Catch()
    class SeeingFilter implements ExceptionFilter {
      constructor(private readonly inspector: CorsInspector) {}
      catch(_error: unknown, host: ArgumentsHost): void {
        const request = host.switchToHttp().getRequest<object>();
        seen.push([this.inspector.decisionOf(request)?.reason, this.inspector.isTrusted(request)]);
        host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>().status(403).send('');
      }
    }
    const app = await startApp({ controllers, providers: [{ provide: APP_FILTER, useClass: SeeingFilter }] }, platform);
    await ask(app, 'GET /hidden/enforced', `Origin: ${STRANGER}`);
    expect(seen).toEqual([['origin-not-allowed', false]]);
  });
});

describe('3.6, behind a proxy that Express trusts', () => {
  const start = (): Promise<TestApp> =>
    startApp({
      controllers: [HiddenController],
      setUp: (nest) => void (nest.getHttpAdapter().getInstance() as Express).set('trust proxy', true),
    });

  test.each<[string, string, string[], number]>([
    ['scheme and host', 'https://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example'], 200],
    ['the default port', 'https://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example:443'], 200],
    ['a port', 'https://api.example:8443', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example:8443'], 200],
    ['the scheme alone', 'https://internal', ['X-Forwarded-Proto: https', 'Host: internal'], 200],
    ['the wrong scheme', 'http://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example'], 403],
    ['the internal host', 'http://internal', ['X-Forwarded-Host: api.example', 'Host: internal'], 403],
    ['a list of hosts', 'http://api.example', ['X-Forwarded-Host: api.example, internal'], 200],
  ])('3.6: the request’s own origin is what the proxy says: %s', async (_title, origin, fields, status) => {
    const app = await start();
    const response = await rawRequest(app.port, 'GET /hidden/enforced HTTP/1.1', [`Origin: ${origin}`, ...fields]);
    expect(response.status).toBe(status);
  });
});
