import diagnostics from 'node:diagnostics_channel';
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CorsInspector, type CorsPolicyOptions, type ExplainRequest } from '../../lib/index.js';
import { previewPort } from '../../lib/nest/command-port.js';
import { browser, type BrowserFetchInit } from '../../lib/testing.js';
import { closeApps, type PlatformName, startApp } from '../support/app.js';
import { runExample } from '../support/run-example.js';
import { entriesOf } from './entries.js';
import { codeBlocksOf, pages } from './markdown.js';

/* Runs the examples of docs/reasons.md. Each gives the reason of its entry. */

interface Example {
  readonly partner?: CorsPolicyOptions;
  readonly platform?: PlatformName;
  readonly question?: ExplainRequest;
  readonly sent?: Readonly<Record<string, string>>;
  readonly AppModule?: Type;
  readonly setUp?: (app: INestApplication) => void;
  readonly init?: BrowserFetchInit;
  readonly answer?: OutgoingHttpHeaders;
  readonly status?: number;
  readonly url?: string;
  readonly ownOrigin?: boolean;
  readonly handshake?: string;
}

const APP = 'https://app.example';

/** The app in the introduction of the page. */
const controllerOf = async (): Promise<Type> => {
  const { text } = pages.find(({ path }) => path === 'docs/reasons.md')!;
  const { OrdersController } = await runExample(codeBlocksOf(text)[0]!.code);
  return OrdersController as Type;
};

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  await closeApps();
});

/** The reason from `explain()` or from the library's channel. */
async function decided({ partner, platform, question, sent, AppModule, setUp }: Example): Promise<string | undefined> {
  const test = await startApp(
    {
      ...(AppModule === undefined
        ? { cors: { policies: { partner: partner! } }, controllers: [await controllerOf()] }
        : { cors: null, imports: [AppModule] }),
      ...(setUp && { setUp }),
    },
    platform,
  );
  if (question !== undefined) {
    return (await test.app.get(CorsInspector).explain(question)).reason;
  }
  const reasons: string[] = [];
  const hear = (event: unknown): void => void reasons.push((event as { reason: string }).reason);
  diagnostics.subscribe('nestjs-cors-policy:decision', hear);
  await test.request('GET', '/orders', sent);
  diagnostics.unsubscribe('nestjs-cors-policy:decision', hear);
  return reasons.join();
}

/** The reason from the command, which reads an app without creating its providers. */
async function previewed({ AppModule, question }: Example): Promise<string> {
  const root = { module: class Root {}, imports: [AppModule!] };
  const app: INestApplication & { readonly container: object } = await NestFactory.create(root, new ExpressAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const port = await previewPort({
    host: app.get(HttpAdapterHost),
    modules: app.get(ModulesContainer),
    container: app.container,
    init: () => app.init(),
  });
  const { reason } = await port.explain(question!);
  await app.close();
  return reason;
}

/** The reason that a page gets from a server with these answers. */
async function seen({ init, answer, status = 200, url, ownOrigin, handshake }: Example): Promise<string | undefined> {
  server = createServer((request, response) =>
    answer === undefined ? request.socket.destroy() : response.writeHead(status, answer).end(),
  );
  server.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${handshake}\r\nContent-Length: 0\r\n\r\n`));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = browser(address, { origin: ownOrigin === true ? address : APP });
  const result = await (handshake === undefined ? page.fetch(url ?? '/', init) : page.webSocket('/'));
  page.close();
  return 'reason' in result ? result.reason : undefined;
}

describe('docs/reasons.md', () => {
  const examples = entriesOf('docs/reasons.md').map(({ code, text }) => [code, codeBlocksOf(text)[0]!.code] as const);

  it.each(examples)('%s: the example gives this reason', async (code, source) => {
    const example: Example = await runExample(source);
    const isOfBrowser = example.init !== undefined || example.handshake !== undefined;

    const ask = isOfBrowser ? seen : code === 'provider-not-asked' ? previewed : decided;

    expect(await ask(example)).toBe(code);
  });
});
