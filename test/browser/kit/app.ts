import {
  All,
  type CanActivate,
  Controller,
  ForbiddenException,
  Get,
  Header,
  type INestApplication,
  Injectable,
  Redirect,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CorsModule, CorsPolicy, type CorsPolicyOptions, NoCors } from '../../../lib/index.js';
import type { PlatformName } from '../../support/app.js';
import type { RawAnswer } from './case.js';

@Injectable()
class DenyAll implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

const APP = 'http://app.example:*';
const dangerously = { allowInsecureOrigins: true };
const session: CorsPolicyOptions = { origin: APP, credentials: true, dangerously };

/** A handler for each policy of the table. */
@Controller()
class Policies {
  /** A document on the API's own origin. */
  @Get()
  @Header('Content-Type', 'text/html')
  home() {
    return '<link rel="icon" href="data:,">';
  }

  @All('public') @CorsPolicy({ origin: '*' }) public() {
    return 'public';
  }

  @All('listed') @CorsPolicy({ origin: [APP, 'https://x.example'] }) listed() {
    return ['listed'];
  }

  @All('session') @CorsPolicy(session) session() {
    return { session: true };
  }

  @All('exposing')
  @CorsPolicy({ ...session, exposedHeaders: ['X-A', 'ETag'] })
  @Header('X-A', '1')
  @Header('X-B', '2')
  exposing() {
    return 'exposing';
  }

  @All('narrow') @CorsPolicy({ ...session, allowedHeaders: ['Content-Type'], maxAge: 60 }) narrow() {
    return 'narrow';
  }

  @All('any-header')
  @CorsPolicy({ origin: APP, allowedHeaders: '*', exposedHeaders: '*' })
  @Header('X-A', '1')
  anyHeader() {
    return 'any-header';
  }

  @All('no-patch') @CorsPolicy({ ...session, methods: ['GET', 'PUT'] }) noPatch() {
    return 'no-patch';
  }

  @All('closed') @NoCors() closed() {
    return 'closed';
  }

  @All('none') none() {
    return 'none';
  }

  @All('asked') @CorsPolicy({ origin: async (origin: string) => origin.includes('app.example') }) asked() {
    return 'asked';
  }

  @All('pattern') @CorsPolicy({ ...session, origin: 'http://*.app.example:*' }) pattern() {
    return 'pattern';
  }

  @All('nullable')
  @CorsPolicy({ ...session, origin: [APP, 'null'], dangerously: { ...dangerously, allowNullOrigin: true } })
  nullable() {
    return 'nullable';
  }

  @All('enforced') @CorsPolicy({ ...session, enforce: true }) enforced() {
    return 'enforced';
  }

  @All('guarded') @CorsPolicy(session) @UseGuards(DenyAll) guarded() {
    return 'guarded';
  }

  @All('failing') @CorsPolicy(session) failing() {
    throw new Error('on purpose');
  }

  @All('moved') @CorsPolicy(session) @Redirect('/session') moved() {}
}

/** Chooses the answer to a request without a policy, also to a preflight. */
export type RawReply = (request: IncomingMessage) => RawAnswer;

function rawController(reply: RawReply): new () => object {
  @Controller()
  class Raw {
    @All('raw')
    raw(@Req() request: { raw?: IncomingMessage }, @Res() response: { raw?: ServerResponse; hijack?(): void }): void {
      response.hijack?.();
      const native = response.raw ?? (response as unknown as ServerResponse);
      const [status, headers = {}] = reply(request.raw ?? (request as unknown as IncomingMessage));
      native.removeHeader('X-Powered-By');
      native.writeHead(status, headers);
      native.end(status === 204 || status === 304 ? undefined : 'raw');
    }
  }
  return Raw;
}

export async function createApp(platform: PlatformName, reply: RawReply): Promise<INestApplication> {
  const module = { imports: [CorsModule.forRoot({})], controllers: [Policies, rawController(reply)] };
  return NestFactory.create(module, platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
    logger: false,
    forceCloseConnections: true,
  });
}
