import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import {
  Controller,
  type INestApplication,
  Module,
  Req,
  RequestMapping,
  RequestMethod,
  type Type,
  Version,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsModule } from '../../lib/index.js';
import { browser } from '../../lib/testing.js';
import type { PlatformName } from '../support/app.js';
import { API, type Asked, type Decoration, type Handlers, NAMED, type Site } from './domain.js';
import { decoratorOf } from './pure-app.js';
import type { Verdict } from './reference.js';

/** The versioning type of the whole app. */
export type Carrier = 'accept' | 'x-version' | undefined;

/** Sites with one default policy in one Nest app, started as users start it. Each site has its own path. */
export class HttpApp {
  private constructor(
    private readonly app: INestApplication,
    private readonly ran: string[],
  ) {}

  static async start(platform: PlatformName, sites: readonly Site[], carrier: Carrier): Promise<HttpApp> {
    const ran: string[] = [];
    const adapter = platform === 'express' ? new ExpressAdapter() : (new FastifyAdapter() as never);
    const app = await NestFactory.create(rootModule(sites, ran), adapter, { logger: false, abortOnError: false });
    if (carrier !== undefined) {
      app.enableVersioning(
        carrier === 'accept'
          ? { type: VersioningType.MEDIA_TYPE, key: 'v=' }
          : { type: VersioningType.HEADER, header: 'X-Version' },
      );
    }
    await app.init();
    return new HttpApp(app, ran);
  }

  /** The result for a page that visits a site with the browser of the test kit, over HTTP. */
  async visit(at: number, { origin, method, headers, credentials, mode }: Asked): Promise<Verdict> {
    const page = browser(this.app, { origin, url: API });
    page.setCookie('sid=1; SameSite=None; Secure');
    this.ran.length = 0;
    const hasBody = headers.some(([name]) => name === 'content-type') && method !== 'GET' && method !== 'HEAD';
    const result = await page.fetch(pathOf(at), {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      credentials,
      mode: mode === 'cors' ? 'cors' : 'no-cors',
      ...(hasBody && { body: '{}' }),
    });
    page.close();
    return { reads: !result.blocked && result.response.type !== 'opaque', runs: this.ran.includes(pathOf(at)) };
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function pathOf(at: number): string {
  return `/s${at}`;
}

function rootModule(sites: readonly Site[], ran: string[]): Type {
  const [first] = sites;
  const routes = sites.flatMap(({ entry }, at) =>
    entry === undefined
      ? []
      : [{ path: pathOf(at), policy: optionOf(entry.policy), ...(entry.methods && { methods: entry.methods }) }],
  );
  class Root {}
  Module({
    imports: [
      CorsModule.forRoot({
        policies: NAMED,
        routes,
        ...(first?.defaultPolicy && { defaultPolicy: optionOf(first.defaultPolicy) }),
      }),
    ],
    controllers: sites.flatMap((site, at) => site.handlers.map((each) => controllerOf(each, pathOf(at), ran))),
  })(Root);
  return Root;
}

function optionOf({ name, options }: Decoration): string | NonNullable<Decoration['options']> {
  return name ?? options!;
}

function controllerOf({ methods, version, onClass, onMethod }: Handlers, path: string, ran: string[]): Type {
  class Made {}
  Controller(path)(Made);
  if (onClass !== undefined) {
    decoratorOf(onClass)(Made);
  }
  for (const method of methods) {
    const value = ({ headers }: IncomingMessage): string => {
      // Without a policy, a preflight is an ordinary OPTIONS request.
      if (headers['access-control-request-method'] === undefined) {
        ran.push(path);
      }
      return 'served';
    };
    Object.defineProperty(Made.prototype, method, { value, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Made.prototype, method)!;
    const decorators: MethodDecorator[] = [
      RequestMapping({ path: '', method: RequestMethod[method as keyof typeof RequestMethod] }),
      ...(version === undefined ? [] : [Version(version)]),
      ...(onMethod === undefined ? [] : [decoratorOf(onMethod)]),
    ];
    decorators.forEach((decorate) => void decorate(Made.prototype, method, descriptor));
    Req()(Made.prototype, method, 0);
  }
  return Made;
}
