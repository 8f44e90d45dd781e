import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { CorsAllowlists } from '../module/allowlists.service.js';
import type { RouteReport } from '../module/boot/effective-report.js';
import { CorsInspector } from '../module/inspector.js';
import { authorityOf, isOfOtherOrigin, strangerReason } from './access.js';
import { type Answer, json, OWN_ORIGIN_ONLY, send, text } from './answers.js';
import { matrixColumn } from './matrix.js';
import type { DevtoolsSettings } from './options.js';
import { withhold } from '../module/requests/withhold.js';
import { overview } from './overview.js';
import { pageOf } from './page/html.js';
import { FILES } from './page/files.js';
import type { DevtoolsPort } from './port.js';
import { Tester } from './tester.js';
import { CONTROLLER, DEVTOOLS_SETTINGS } from './tokens.js';

/** Longest question that is read, in characters. */
const MAX_QUESTION = 4_096;
/** Routes that the page shows at most. */
const MAX_ROUTES = 2_000;
/** Questions that are answered at the same time; providers are asked for each. */
const MAX_AT_ONCE = 4;

const DATA: ReadonlySet<string> = new Set(['overview.json', 'explain.json', 'matrix.json']);

/** Serves the page, its files and its data, and holds the tester. */
@Injectable()
export class Devtools implements DevtoolsPort, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('CorsDevtoolsModule');
  private readonly inspector: CorsInspector;
  private readonly allowlists: CorsAllowlists;
  private tester: Tester | undefined;
  private atOnce = 0;

  constructor(
    @Inject(DEVTOOLS_SETTINGS) private readonly settings: DevtoolsSettings,
    @Optional() @Inject(CorsInspector) inspector?: CorsInspector,
    @Optional() @Inject(CorsAllowlists) allowlists?: CorsAllowlists,
  ) {
    if (inspector === undefined || allowlists === undefined) {
      throw new Error('CorsDevtoolsModule shows what CorsModule does: import CorsModule.forRoot() in the app too.');
    }
    this.inspector = inspector;
    this.allowlists = allowlists;
  }

  admit(): void {
    if (process.env['NODE_ENV'] !== 'production') {
      return;
    }
    if (!this.settings.allowInProduction) {
      throw new Error(
        'CorsDevtoolsModule is a tool for development, and NODE_ENV is production: its page tells how the app is guarded. ' +
          'Import it only elsewhere (...(process.env.NODE_ENV === "production" ? [] : [CorsDevtoolsModule.forRoot()])), ' +
          'or pass allowInProduction: true if you mean it.',
      );
    }
    this.logger.warn('The development page is mounted in production (allowInProduction).');
  }

  async onApplicationBootstrap(): Promise<void> {
    const { path, testerPort, hosts } = this.settings;
    this.tester = testerPort === undefined ? undefined : await Tester.start(testerPort, hosts);
    const tester = this.tester === undefined ? '' : `, its live tester is ${this.tester.origins[0]}`;
    this.logger.log(`The development page is at /${path}, below the app's global prefix if it has one${tester}.`);
  }

  async onModuleDestroy(): Promise<void> {
    await this.tester?.close();
    this.tester = undefined;
  }

  async serve(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): Promise<void> {
    const answer = await this.answerTo(request).catch((error: unknown) => this.failed(error));
    // A form of its address that the platform counts as nobody's is under `defaultPolicy`, and the page never is.
    withhold(request);
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

  private async answerTo(request: IncomingMessage & { originalUrl?: string }): Promise<Answer> {
    const { headers, socket } = request;
    const stranger = strangerReason({ headers, remoteAddress: socket.remoteAddress }, this.settings.hosts);
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
    if (isPage) {
      return { status: 200, type: 'text/html; charset=utf-8', body: pageOf(name === '' ? '' : `${own}/`) };
    }
    const file = FILES.get(name);
    if (file !== undefined) {
      return { status: 200, ...file };
    }
    return DATA.has(name)
      ? await this.data(name, new URLSearchParams(query), ownOrigin(request))
      : text('Nothing here.', 404);
  }

  private async data(name: string, query: URLSearchParams, origin: string): Promise<Answer> {
    if (name === 'overview.json') {
      return json(overview(this.inspector, this.allowlists, this.routes(), this.tester, origin));
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

  private async asked(name: string, question: string, base: string): Promise<Answer> {
    if (question.length > MAX_QUESTION) {
      return json({ error: `The question is longer than ${MAX_QUESTION} characters.` }, 400);
    }
    if (name === 'matrix.json') {
      return json(await matrixColumn(this.inspector, this.routes(), question, base));
    }
    return json(await this.inspector.explain(JSON.parse(question) as { url: string }));
  }

  /** Those of the app itself. */
  private routes(): readonly RouteReport[] {
    return this.inspector
      .routes()
      .filter(({ handler }) => !handler.startsWith(`${CONTROLLER}.`))
      .slice(0, MAX_ROUTES);
  }

  private failed(error: unknown): Answer {
    this.logger.error(error instanceof Error ? error.stack : String(error));
    return json({ error: 'This could not be answered; the log of the app says why.' }, 503);
  }
}

/** The page's own origin, as its user has opened it: the Host has been checked by now. */
function ownOrigin({ headers, socket }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${authorityOf(headers)}`;
}
