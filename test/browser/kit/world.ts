import type { INestApplication } from '@nestjs/common';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { browser, type BrowserPage } from '../../../lib/testing.js';
import type { PlatformName } from '../../support/app.js';
import { createApp } from './app.js';
import { type Case, type PageName, pages, type RawAnswer } from './case.js';
import { cases } from './cases.js';
import type { Step } from './run.js';

/** The request fields that are compared. Of `Cookie`, only cookies that the case has set are compared. */
const watched = [
  ...['origin', 'referer', 'cookie', 'authorization', 'range', 'if-none-match', 'last-event-id', 'content-type'],
  ...[
    'content-length',
    'content-language',
    'accept',
    'cache-control',
    'pragma',
    'te',
    'date',
    'via',
    'dnt',
    'user-agent',
  ],
];
const watchedPrefixes = ['access-control-', 'sec-fetch-', 'x-', 'proxy-', 'sec-own'];

/** One app on 127.0.0.1 with several host names, pages on other origins, and a record of the requests to the app. */
export class World {
  private wire = new Map<string, string[]>();

  private constructor(
    private readonly app: INestApplication,
    private readonly pageServer: Server,
    private readonly apiPort: number,
    private readonly pagePort: number,
    private readonly blockThirdPartyCookies: boolean,
  ) {}

  static async start(platform: PlatformName, blockThirdPartyCookies: boolean): Promise<World> {
    let world: World | undefined = undefined;
    const app = await createApp(platform, (request) => world!.reply(request));
    await app.listen(0, '127.0.0.1');
    const pageServer = createServer((request, response) => {
      const sandbox = request.url === '/opaque' && { 'Content-Security-Policy': 'sandbox allow-scripts' };
      response.writeHead(200, { 'Content-Type': 'text/html', ...sandbox }).end('<link rel="icon" href="data:,">');
    });
    await new Promise<void>((done) => pageServer.listen(0, '127.0.0.1', done));
    const [apiPort, pagePort] = [app.getHttpServer(), pageServer].map(
      (server) => (server.address() as AddressInfo).port,
    );
    world = new World(app, pageServer, apiPort!, pagePort!, blockThirdPartyCookies);
    const own = world;
    app.getHttpServer().prependListener('request', (request: IncomingMessage) => own.watch(request));
    return world;
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.pageServer.closeAllConnections();
    this.pageServer.close();
  }

  /** The address of a page in Chromium. */
  addressOf(page: PageName): string {
    return page === 'home'
      ? `${this.at('home')}/`
      : `http://${this.hostOf(page)}:${this.pagePort}/${page === 'opaque' ? page : ''}`;
  }

  originOf(page: PageName): string {
    return page === 'opaque' ? 'null' : new URL(this.addressOf(page)).origin;
  }

  /** The steps of all cases of a page. Their ids are the indexes of the cases in the table. */
  stepsOf(page: PageName): Step[] {
    return cases.flatMap((each, index) => (each.page === page ? [this.step(each, String(index))] : []));
  }

  /** The pages of the kit, in one browser. */
  kitPages(): ReadonlyMap<PageName, BrowserPage> {
    const servers = Object.fromEntries(['other', 'home'].map((name) => [this.at(name), this.app]));
    const first = browser(this.app, {
      origin: this.originOf('app'),
      url: this.at('api'),
      blockThirdPartyCookies: this.blockThirdPartyCookies,
      servers: { ...servers, [`http://localhost:${this.apiPort}`]: this.app },
    });
    return new Map(pages.map((page) => [page, first.open(this.originOf(page))]));
  }

  /** The requests to the app since the last call, by case. */
  takeWire(): Map<string, string[]> {
    const taken = this.wire;
    this.wire = new Map();
    return taken;
  }

  private step({ page, path, init, then = [] }: Case, id: string): Step {
    const base = path.startsWith('$') ? '' : this.at(page === 'home' ? 'home' : 'api');
    return { id, url: `${base}${this.fill(path, page, id)}?case=${id}&`, inits: [init, ...then] };
  }

  private reply(request: IncomingMessage): RawAnswer {
    const id = idOf(request);
    const { page, raw = {} } = cases[Number(id)]!;
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    const [status, headers = {}] = isPreflight
      ? (raw.preflight ?? [204])
      : request.url!.includes('&next')
        ? (raw.next ?? [200])
        : (raw.answer ?? [200]);
    const fill = (value: string): string => this.fill(value, page, id);
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(fill) : fill(value),
    ]);
    return [status, Object.fromEntries(filled)];
  }

  private watch(request: IncomingMessage): void {
    const id = idOf(request);
    const fields = Object.entries(request.headersDistinct)
      .filter(([name]) => watched.includes(name) || watchedPrefixes.some((prefix) => name.startsWith(prefix)))
      .map(([name, values]) => `${name}: ${name === 'cookie' ? ownCookies(values![0]!, id) : values!.join(' AND ')}`)
      .filter((line) => line !== 'cookie: ' && !line.startsWith('user-agent: Mozilla'))
      .sort();
    const lines = this.wire.get(id) ?? [];
    lines.push([`${request.method} ${request.headers.host}${request.url}`, ...fields].join('\n'));
    this.wire.set(id, lines);
  }

  private at(name: string): string {
    return `http://${name}.example:${this.apiPort}`;
  }

  private hostOf(page: PageName): string {
    const hosts = {
      app: 'app.example',
      sub: 'sub.app.example',
      evil: 'evil.example',
      local: 'localhost',
      opaque: 'app.example',
    };
    return page === 'home' ? 'home.example' : hosts[page];
  }

  private fill(text: string, page: PageName, id: string): string {
    return text
      .replaceAll('$ORIGIN', this.originOf(page))
      .replaceAll('$OTHER', this.at('other'))
      .replaceAll('$USER', this.at('other').replace('//', '//u:p@'))
      .replaceAll('$HOME', this.at('home'))
      .replaceAll('$UNSAFE', 'http://api.example:22')
      .replaceAll('$LOCAL', `http://localhost:${this.apiPort}`)
      .replaceAll('$NEXT', `/raw?case=${id}&next`)
      .replaceAll('$SELF', `/raw?case=${id}&`)
      .replaceAll('$ID', id);
  }
}

function idOf(request: IncomingMessage): string {
  return /[?&]case=(\d+)&/.exec(request.url!)?.[1] ?? 'none';
}

function ownCookies(value: string, id: string): string {
  return value
    .split('; ')
    .filter((pair) => pair.includes(`c${id}z`))
    .join('; ');
}
