import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import type { RouteReport } from '../../inspect/policy-report.js';
import { CorsInspector } from '../../nest/cors-inspector.service.js';
import { askerOf, authorityOf, isOfOtherOrigin, strangerReason } from './access.js';
import { json, OWN_ORIGIN_ONLY, type PageAnswer, send, text } from './answers.js';
import { matrixColumn } from './matrix.js';
import type { DevtoolsSettings } from './options.js';
import { exchangeOf } from '../../platform/exchange.js';
import { overview } from './overview.js';
import { originOf } from './page-address.js';
import { originProblem } from './page-origin.js';
import { FILES, pageOf } from './page/files.js';
import { Pass } from './pass.js';
import { CONTROLLER, DEVTOOLS_SETTINGS, type DevtoolsPort } from './tokens.js';
import { Tester } from './tester.js';

/** Longest question that is read, in characters. */
const MAX_QUESTION = 4_096;
/** Routes that the page shows at most. */
const MAX_ROUTES = 2_000;
/** Questions that are answered at the same time; providers are asked for each. */
const MAX_AT_ONCE = 4;
/** Shortest time between two lines in the log that repeat the address, in milliseconds. */
const TOLD_EVERY_MS = 10_000;

const NO_TOKEN =
  'This page needs its token. Open the address that the log of the app prints: "The development page is at …?token=…".';

const DATA: ReadonlySet<string> = new Set(['overview.json', 'explain.json', 'matrix.json', 'run.json']);

/** Serves the page, its files and its data, and holds the tester. */
@Injectable()
export class Devtools implements DevtoolsPort, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('CorsDevtoolsModule');
  private readonly inspector: CorsInspector;
  private readonly allowlists: CorsAllowlists;
  private tester: Tester | undefined;
  private atOnce = 0;
  private toldAt = -Infinity;
  private readonly pass: Pass;
  /** Another one after each start of the app: by it the page learns that it shows an app that is gone. */
  private readonly run = randomUUID();

  constructor(
    @Inject(DEVTOOLS_SETTINGS) private readonly settings: DevtoolsSettings,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Optional() @Inject(CorsInspector) inspector?: CorsInspector,
    @Optional() @Inject(CorsAllowlists) allowlists?: CorsAllowlists,
  ) {
    if (inspector === undefined || allowlists === undefined) {
      throw new Error('CorsDevtoolsModule shows what CorsModule does: import CorsModule.forRoot() in the app too.');
    }
    this.inspector = inspector;
    this.allowlists = allowlists;
    this.pass = new Pass(settings.token);
  }

  checkProduction(): void {
    if (process.env['NODE_ENV'] !== 'production') {
      return;
    }
    if (!this.settings.allowInProduction) {
      throw new Error(
        'CorsDevtoolsModule is a tool for development, and NODE_ENV is production: its page shows how the app is guarded. ' +
          'Import it only elsewhere (...(process.env.NODE_ENV === "production" ? [] : [CorsDevtoolsModule.forRoot()])), ' +
          'or pass allowInProduction: true if you mean it.',
      );
    }
    this.logger.warn('The development page is mounted in production (allowInProduction).');
  }

  async onApplicationBootstrap(): Promise<void> {
    const { testerPort, hosts } = this.settings;
    this.tester =
      testerPort === undefined ? undefined : await Tester.start(testerPort, hosts, () => this.socketPorts());
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    if (server?.listening === true) {
      this.tellAddress(server);
    } else {
      server?.once('listening', () => this.tellAddress(server));
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.tester?.close();
    this.tester = undefined;
  }

  async serve(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): Promise<void> {
    const answer = await this.answerTo(request).catch((error: unknown) => this.failed(error));
    // A form of its address that the platform routes nowhere is under `defaultPolicy`, and the page never is.
    exchangeOf(request)?.revoke();
    send(response, answer, {
      ...OWN_ORIGIN_ONLY,
      'Content-Security-Policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        `frame-src ${this.tester?.origins.join(' ') ?? "'none'"}`,
        "require-trusted-types-for 'script'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    });
  }

  private async answerTo(request: IncomingMessage & { originalUrl?: string }): Promise<PageAnswer> {
    const { headers } = request;
    const stranger = strangerReason(askerOf(request), this.settings.hosts);
    if (stranger !== undefined) {
      return text(stranger, 403);
    }
    const [path = '', query] = (request.originalUrl ?? request.url ?? '').split('?', 2);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const [own] = this.settings.path.split('/').slice(-1) as [string];
    const isPage = name === own || name === '';
    if (isOfOtherOrigin(headers, isPage)) {
      return text('Pages of other origins get nothing here.', 403);
    }
    const token = isPage ? new URLSearchParams(query).get('token') : null;
    if (this.pass.isToken(token)) {
      return this.admission(request, path);
    }
    if (!this.pass.isIn(headers)) {
      if (isPage) {
        this.repeatAddress(ownOrigin(request) + path);
      }
      return text(NO_TOKEN, 403);
    }
    if (isPage) {
      return { status: 200, ...pageOf(name === '' ? '' : `${own}/`) };
    }
    const file = FILES.get(name);
    if (file !== undefined) {
      return { status: 200, ...file };
    }
    return DATA.has(name)
      ? await this.data(name, new URLSearchParams(query), ownOrigin(request))
      : text('Nothing here.', 404);
  }

  /** Moves the token from the address into a cookie, and leads to the address without it. */
  private admission(request: IncomingMessage, path: string): PageAnswer {
    const { headers } = request;
    // The page may be below a prefix that a proxy removes, so the address is relative to its own.
    const address = path.slice(path.lastIndexOf('/') + 1) || './';
    const cookie = { 'Set-Cookie': this.pass.cookie(headers, path, 'encrypted' in request.socket) };
    if (headers['sec-fetch-site'] !== 'cross-site') {
      return { ...text('', 303), headers: { ...cookie, Location: address } };
    }
    // A browser sends no strict cookie along with a redirect that began on another site. This document begins anew.
    const body = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}"><title>CORS</title>`;
    return { status: 200, type: 'text/html; charset=utf-8', body, headers: cookie };
  }

  private tellAddress(server: Server): void {
    const path = this.inspector.routes().find(({ handler }) => handler.startsWith(`${CONTROLLER}.`))?.path;
    const address = `${originOf(server) ?? ''}${path ?? `/${this.settings.path}`}${this.pass.query}`;
    const tester = this.tester === undefined ? '' : ` (its live tester is ${this.tester.origins[0]})`;
    this.logger.log(`The development page${tester} is at ${address}`);
  }

  /** For apps that do not listen themselves, and for who has lost the first line. */
  private repeatAddress(address: string): void {
    const now = performance.now();
    if (now - this.toldAt >= TOLD_EVERY_MS) {
      this.toldAt = now;
      this.logger.log(`The development page was opened without its token. It is at ${address}${this.pass.query}`);
    }
  }

  private async data(name: string, query: URLSearchParams, origin: string): Promise<PageAnswer> {
    if (name === 'overview.json') {
      const { inspector, allowlists, tester, settings, run } = this;
      return json({ run, ...overview({ inspector, allowlists, routes: this.routes(), tester, settings, origin }) });
    }
    if (name === 'run.json') {
      return json({ run: this.run });
    }
    if (this.atOnce >= MAX_AT_ONCE) {
      return json({ error: 'Too many questions at once; ask again.' }, 429);
    }
    this.atOnce += 1;
    try {
      return await this.asked(name, query.get('q') ?? '', origin);
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) {
        return json({ error: error.message.replace('CorsInspector.explain(): ', '') }, 400);
      }
      throw error;
    } finally {
      this.atOnce -= 1;
    }
  }

  private async asked(name: string, question: string, base: string): Promise<PageAnswer> {
    if (question.length > MAX_QUESTION) {
      return json({ error: `The question is longer than ${MAX_QUESTION} characters.` }, 400);
    }
    const isMatrix = name === 'matrix.json';
    const explained = isMatrix
      ? { url: '/', origin: question }
      : (JSON.parse(question) as { url: string; origin?: unknown } | null);
    const problem = typeof explained?.origin === 'string' ? originProblem(explained.origin) : undefined;
    if (problem !== undefined) {
      return json({ error: problem.reason, field: 'origin', suggestion: problem.suggestion }, 400);
    }
    return json(
      isMatrix
        ? await matrixColumn(this.inspector, this.routes(), question, base)
        : await this.inspector.explain(explained as { url: string; origin?: string }),
    );
  }

  /** Those of the app itself. */
  private routes(): readonly RouteReport[] {
    return this.inspector
      .routes()
      .filter(({ handler }) => !handler.startsWith(`${CONTROLLER}.`))
      .slice(0, MAX_ROUTES);
  }

  /** The ports of gateways that have one of their own. */
  private socketPorts(): readonly number[] {
    return [...new Set(this.routes().flatMap(({ port }) => port ?? []))];
  }

  private failed(error: unknown): PageAnswer {
    this.logger.error(error instanceof Error ? error.stack : String(error));
    return json({ error: 'This could not be answered; the reason is in the log of the app.' }, 503);
  }
}

/** The page's own origin, as its user has opened it: the Host has been checked by now. */
function ownOrigin({ headers, socket }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${authorityOf(headers)}`;
}
