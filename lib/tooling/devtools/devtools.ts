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
import { workingFolder } from '../../config/working-folder.js';
import { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import { CorsInspector } from '../../nest/cors-inspector.service.js';
import { CORS_PAGE_PORT, type CorsPagePort } from '../../nest/page-port.js';
import { askerOf, authorityOf, isOfOtherOrigin, strangerReason } from './access.js';
import { begin, OWN_ORIGIN_ONLY, type PageAnswer, problem, send, text } from './answers.js';
import { keptSecret } from './kept-secret.js';
import { decisionContent } from './live/decision-event.js';
import { DecisionStreams } from './live/decision-streams.js';
import { RecentDecisions } from './live/recent-decisions.js';
import type { DevtoolsSettings } from './options.js';
import { exchangeOf } from '../../platform/exchange.js';
import { originOf } from './page-address.js';
import { FILES, pageOf } from './page/files.js';
import { Pass } from './pass.js';
import { Questions } from './questions.js';
import { CONTROLLER, DEVTOOLS_SETTINGS, type DevtoolsPort } from './tokens.js';
import { Tester } from './tester.js';

/** Shortest time between two lines in the log that repeat the address, in milliseconds. */
const TOLD_EVERY_MS = 10_000;

const NO_TOKEN =
  'This page needs its token. Open the address that the log of the app prints: "The development page is at …?token=…".';

const STREAM = 'decisions.events';
/** Compression would keep a message back. */
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Serves the page, its files and its data, and holds the tester. */
@Injectable()
export class Devtools implements DevtoolsPort, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('CorsDevtoolsModule');
  private readonly inspector: CorsInspector;
  private readonly questions: Questions;
  private readonly recent = new RecentDecisions();
  private readonly streams: DecisionStreams;
  /** Requests that the page has answered. */
  private readonly served = new WeakSet<object>();
  private readonly stopListening: () => void;
  private tester: Tester | undefined;
  private toldAt = -Infinity;
  private readonly pass: Pass;
  /** Another one after each start of the app: by it the page learns that it shows an app that is gone. */
  private readonly run = randomUUID();

  constructor(
    @Inject(DEVTOOLS_SETTINGS) private readonly settings: DevtoolsSettings,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Optional() @Inject(CorsInspector) inspector?: CorsInspector,
    @Optional() @Inject(CorsAllowlists) allowlists?: CorsAllowlists,
    @Optional() @Inject(CORS_PAGE_PORT) port?: CorsPagePort,
  ) {
    if (inspector === undefined || allowlists === undefined || port === undefined) {
      throw new Error('CorsDevtoolsModule shows what CorsModule does: import CorsModule.forRoot() in the app too.');
    }
    const { run, recent } = this;
    this.inspector = inspector;
    this.questions = new Questions({ run, port, inspector, allowlists, settings, recent });
    this.streams = new DecisionStreams(run, recent);
    this.stopListening = port.listen((message, about) => {
      if (!this.isOwn(about)) {
        recent.note(decisionContent(message, about));
      }
    });
    this.pass = new Pass(settings.token, sessionFor(settings));
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
      testerPort === undefined ? undefined : await Tester.start(testerPort, hosts, () => this.questions.socketPorts());
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    if (server?.listening === true) {
      this.tellAddress(server);
    } else {
      server?.once('listening', () => this.tellAddress(server));
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.stopListening();
    this.streams.close();
    await this.tester?.close();
    this.tester = undefined;
  }

  async serve(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): Promise<void> {
    const answer = await this.answerTo(request).catch((error: unknown) => this.failed(error));
    // A form of its address that the platform routes nowhere is under `defaultPolicy`, and the page never is.
    exchangeOf(request)?.revoke();
    this.served.add(request);
    const fields = {
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
    };
    if (answer === STREAM) {
      // A connection that goes on after the stream would keep the server from closing. HTTP/2 has no such header.
      const connection = request.httpVersionMajor === 1 ? { Connection: 'close' } : undefined;
      begin(response, 200, { ...fields, ...STREAM_HEADERS, ...connection });
      this.streams.open(request, response);
    } else {
      send(response, answer, fields);
    }
  }

  private async answerTo(request: IncomingMessage & { originalUrl?: string }): Promise<PageAnswer | typeof STREAM> {
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
    if (name === STREAM && request.method === 'GET') {
      return this.streams.hasRoom ? STREAM : problem('This page is open too often: close another one of it.', 429);
    }
    return Questions.has(name)
      ? await this.questions.answer(name, new URLSearchParams(query), ownOrigin(request), this.tester)
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

  /** Reports whether a decision is about a request for the page itself. */
  private isOwn({ route, request: { native } }: RequestDecision): boolean {
    return route?.startsWith(`${CONTROLLER}.`) === true || this.served.has(messageIn(native));
  }

  private failed(error: unknown): PageAnswer {
    this.logger.error(error instanceof Error ? error.stack : String(error));
    return problem('This could not be answered; the reason is in the log of the app.', 503);
  }
}

/** The page's own origin, as its user has opened it: the Host has been checked by now. */
function ownOrigin({ headers, socket }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${authorityOf(headers)}`;
}

/**
 * The secret of the cookie for several starts. Not where the page answers other machines: there it alone guards the
 * page.
 */
function sessionFor({ token, hosts, allowInProduction }: DevtoolsSettings): string | undefined {
  const isKept = token === undefined && hosts.size === 0 && !allowInProduction;
  const folder = workingFolder();
  return isKept && folder !== undefined && process.env['NODE_ENV'] !== 'production' ? keptSecret(folder) : undefined;
}

/** Node's request, as Express has it, or in the request of Fastify. */
function messageIn(native: unknown): object {
  const request = native as { readonly raw?: object };
  return request.raw ?? request;
}
