import diagnostics from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  BadRequestException,
  Body,
  type CanActivate,
  Controller,
  Delete,
  Get,
  Header,
  Injectable,
  Module,
  Post,
  Put,
  Redirect,
  Req,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  CorsInspector,
  CorsModule,
  CorsPolicy,
  NoCors,
  type OriginAllowlist,
  type OriginSource,
} from 'nestjs-cors-policy';
import { of } from 'rxjs';

const TENANT = 'https://tenant.example';

const decisions: unknown[] = [];
diagnostics.subscribe('nestjs-cors-policy:decision', (message) => decisions.push(message));

@Injectable()
export class TenantOrigins implements OriginSource {
  load() {
    return Promise.resolve([TENANT]);
  }
}

/** Answers later, so that preflights, requests and handshakes wait. */
@Injectable()
export class SlowOrigins implements OriginAllowlist {
  async isAllowed(origin: string) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return origin === TENANT;
  }
}

@Injectable()
export class DenyAll implements CanActivate {
  canActivate() {
    return false;
  }
}

@CorsPolicy('tenant')
@Controller('orders')
export class OrdersController {
  constructor(private readonly inspector: CorsInspector) {}

  @Put(':id')
  @UseGuards(DenyAll)
  update() {
    return {};
  }

  @Get('trusted')
  trusted(@Req() request: object) {
    return { trusted: this.inspector.isTrusted(request) };
  }

  @Get('closed')
  @NoCors()
  closed() {
    return {};
  }

  @Get('slow')
  @CorsPolicy('slow')
  slow() {
    return {};
  }

  @Delete('enforced')
  @CorsPolicy({ enforce: true })
  enforced() {
    return { deleted: true };
  }

  @Get('fail')
  fail() {
    throw new BadRequestException();
  }

  @Get('moved')
  @Redirect('https://elsewhere.example/', 302)
  moved() {
    return undefined;
  }

  @Get('own')
  @Header('Access-Control-Allow-Origin', 'https://own.example')
  own() {
    return {};
  }

  @Get('vary')
  @Header('Vary', 'Accept')
  vary() {
    return {};
  }

  @Get('file')
  file() {
    return new StreamableFile(Readable.from(['one', 'two']));
  }

  @Sse('events')
  events() {
    return of({ data: 'one' });
  }

  @Post('body')
  body(@Body() body: object) {
    return body;
  }
}

/** What `@Res()` gives: the response of Express, or the reply of Fastify around it. */
type Given = ServerResponse & { readonly raw?: ServerResponse; hijack?(): void };

function responseOf(given: Given): ServerResponse {
  given.hijack?.();
  return given.raw ?? given;
}

/** Each way to write the head of a response. */
@CorsPolicy('tenant')
@Controller('heads')
export class HeadsController {
  @Get('end')
  end(@Res() given: Given) {
    const response = responseOf(given);
    response.statusCode = 204;
    response.end();
  }

  @Get('write')
  write(@Res() given: Given) {
    const response = responseOf(given);
    response.write('one');
    setTimeout(() => response.end('two'), 5);
  }

  @Get('flush')
  flush(@Res() given: Given) {
    const response = responseOf(given);
    response.flushHeaders();
    setTimeout(() => response.end('late'), 5);
  }

  @Get('pipe')
  pipe(@Res() given: Given) {
    Readable.from(['one', 'two']).pipe(responseOf(given));
  }

  @Get('object')
  object(@Res() given: Given) {
    responseOf(given).writeHead(201, 'Made', { Vary: 'Accept' }).end();
  }

  @Get('list')
  list(@Res() given: Given) {
    responseOf(given).writeHead(200, ['Vary', 'Accept']).end();
  }

  @Get('appended')
  appended(@Res() given: Given) {
    const response = responseOf(given);
    response.appendHeader('Vary', 'Accept');
    response.appendHeader('Vary', 'Cookie');
    response.end();
  }

  @Get('cleared')
  cleared(@Res() given: Given) {
    const response = responseOf(given);
    response.getHeaderNames().forEach((name) => response.removeHeader(name));
    response.end();
  }

  @Get('hints')
  hints(@Res() given: Given) {
    const response = responseOf(given);
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.end();
  }
}

/** The decisions that were published, for a comparison of the whole run. */
@NoCors()
@Controller('decisions')
export class DecisionsController {
  @Get()
  list() {
    return [...decisions];
  }
}

const isWs = process.env.SOCKETS === 'ws';

@CorsPolicy('tenant')
@WebSocketGateway(isWs ? { path: '/chat' } : {})
export class ChatGateway {}

@CorsPolicy('slow')
@WebSocketGateway({ path: '/slow' })
export class SlowGateway {}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: {
        slow: { origin: SlowOrigins, credentials: true },
        tenant: {
          origin: TenantOrigins,
          allowedHeaders: ['X-Request-Id'],
          credentials: true,
          exposedHeaders: ['X-Total-Count'],
          maxAge: 60,
          resourcePolicy: 'cross-origin',
          timing: true,
        },
      },
      defaultPolicy: { origin: 'https://app.example' },
      routes: [{ path: '/raw', policy: 'tenant' }],
    }),
  ],
  controllers: [OrdersController, HeadsController, DecisionsController],
  providers: [TenantOrigins, SlowOrigins, ChatGateway, SlowGateway],
})
export class AppModule {}
