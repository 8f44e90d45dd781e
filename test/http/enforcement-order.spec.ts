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
  Injectable,
  type NestInterceptor,
  Param,
  type PipeTransform,
  Post,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { CorsInspector, CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { ask } from '../support/raw-http.js';

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
}

describe.each(PLATFORMS)('the order of enforcement, on %s', (platform) => {
  const controllers = [EnforcedController];
  test('3.6: a refusal comes before middleware, guards, interceptors, pipes and the handler, and passes the app’s filters', async () => {
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
    expect([refused.status, refused.cors(), refused.all('vary')]).toEqual([403, {}, ['Origin, Sec-Fetch-Site']]);
    expect(JSON.parse(refused.body)).toEqual({
      own: {
        statusCode: 403,
        error: 'Forbidden',
        message: 'This route does not accept requests from this origin.',
        reason: 'origin-not-allowed',
      },
    });
    expect(ran.splice(0)).toEqual(['filter']);
    const allowed = await ask(app, 'POST /e/1', `Origin: ${APP}`, 'Content-Length: 0');
    expect([allowed.status, allowed.cors()]).toEqual([201, { 'access-control-allow-origin': APP }]);
    expect(ran).toEqual(['middleware', 'guard', 'interceptor', 'pipe', 'pipe', 'handler']);
  });

  test('3.6: the inspector has the decision of a refused request, and does not trust the request', async () => {
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
    await ask(app, 'POST /e/1', `Origin: ${STRANGER}`, 'Content-Length: 0');
    expect(seen).toEqual([['origin-not-allowed', false]]);
  });
});
