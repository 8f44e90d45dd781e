import {
  All,
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Put,
  Redirect,
  Sse,
} from '@nestjs/common';
import { connect } from 'node:net';
import { once } from 'node:events';
import { of } from 'rxjs';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, startApp, type TestApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

@Controller('things')
@CorsPolicy('app')
class ThingsController {
  @Get()
  list(): object {
    return [];
  }
  @Post()
  create(@Body() body: object): object {
    return body;
  }
  @Get(':id')
  @CorsPolicy({ maxAge: 60, exposedHeaders: ['X-One', 'X-Two'] })
  one(@Param('id', ParseIntPipe) id: number): number {
    return id;
  }
  @Put(':id')
  @CorsPolicy({ allowedHeaders: ['X-A', 'Authorization'] })
  replace(): void {}
  @Delete(':id')
  @CorsPolicy({ enforce: true })
  @HttpCode(204)
  remove(): void {}
}

@Controller()
class OthersController {
  @Get('plain')
  @CorsPolicy({ origin: '*', maxAge: 5 })
  plain(): string {
    return 'plain';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
  @All('all')
  @CorsPolicy('app', { credentials: false, allowedHeaders: '*' })
  all(): string {
    return 'all';
  }
  @Get('vary')
  @CorsPolicy('app')
  @Header('Vary', 'Accept-Encoding')
  vary(): string {
    return 'vary';
  }
  @Get('redirect')
  @CorsPolicy('app')
  @Redirect('/plain')
  redirect(): void {}
  @Sse('events')
  @CorsPolicy('app')
  events() {
    return of({ data: 'one' });
  }
  @Get('bare')
  bare(): string {
    return 'bare';
  }
}

const PREFLIGHT = (method: string, headers?: string): string[] => [
  `Access-Control-Request-Method: ${method}`,
  ...(headers === undefined ? [] : [`Access-Control-Request-Headers: ${headers}`]),
];

/** Method, target and further header lines. Each is sent with an allowed origin, a refused one, and without one. */
const REQUESTS: [method: string, target: string, ...lines: string[]][] = [
  ['GET', '/things'],
  ['HEAD', '/things'],
  ['POST', '/things', 'Content-Type: application/json', 'Content-Length: 5'],
  ['GET', '/things/1?x=1'],
  ['GET', '/things/x'],
  ['DELETE', '/things/1'],
  ['PATCH', '/things/1'],
  ['GET', '/plain'],
  ['GET', '/closed'],
  // `@All()` of Nest 11 does not reach this method on Fastify.
  [NEST < 12 ? 'PATCH' : 'PROPFIND', '/all'],
  ['GET', '/vary'],
  ['GET', '/events'],
  ['GET', '/bare'],
  ['GET', '/nowhere'],
  ['OPTIONS', '/things'],
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'put', 'P T'].flatMap((method): typeof REQUESTS => [
    ['OPTIONS', '/things', ...PREFLIGHT(method)],
    ['OPTIONS', '/things/1', ...PREFLIGHT(method, 'x-a')],
    ['OPTIONS', '/all', ...PREFLIGHT(method, 'x-a,authorization')],
  ]),
  ['OPTIONS', '/things/1', ...PREFLIGHT('PUT', 'x-a,x-b')],
  ['OPTIONS', '/things/1', ...PREFLIGHT('PUT', ','.repeat(200))],
  ['OPTIONS', '/plain', ...PREFLIGHT('GET', 'x-a')],
  ['OPTIONS', '/closed', ...PREFLIGHT('GET')],
  ['OPTIONS', '/nowhere', ...PREFLIGHT('GET')],
];

afterEach(closeApps);

/** The parts of the answer that the library chooses: the status, and its fields as they were sent. */
async function answerOf({ port }: TestApp, request: string): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
    if (answer.includes('\r\n\r\n')) {
      socket.destroy();
    }
  });
  socket.write(request);
  await once(socket, 'close');
  const [head] = answer.split('\r\n\r\n', 1);
  const [status, ...fields] = head!.split('\r\n');
  return [status!, ...fields.filter((field) => /^(access-control-|vary:)/i.test(field)).sort()];
}

test('one app answers byte for byte the same on Express and on Fastify, where the platforms leave the choice to us', async () => {
  const parts = {
    cors: {
      policies: { app: { origin: [APP, 'https://*.app.example'], credentials: true } },
      defaultPolicy: { origin: OTHER, exposedHeaders: 'X-Default' },
    },
    controllers: [ThingsController, OthersController],
  };
  const express = await startApp(parts, 'express');
  const fastify = await startApp(parts, 'fastify');
  for (const [method, target, ...lines] of REQUESTS) {
    for (const origin of [APP, 'https://a.app.example', OTHER, 'null', undefined]) {
      const fields = ['Host: a', 'Connection: close', ...(origin === undefined ? [] : [`Origin: ${origin}`]), ...lines];
      const body = method === 'POST' ? '{"a":' : '';
      const request = `${method} ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body}`;
      const [onExpress, onFastify] = await Promise.all([answerOf(express, request), answerOf(fastify, request)]);
      // The platform answers a request without a policy, and chooses its status.
      const ours = onExpress.length > 1;
      expect([request, ...onFastify.slice(ours ? 0 : 1)]).toEqual([request, ...onExpress.slice(ours ? 0 : 1)]);
    }
  }
}, 60_000);
