import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { All, Controller, Header, type INestApplication, Req } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { FastifyInstance } from 'fastify';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { type PlatformName, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { withSocketIo, withWs } from '../support/sockets.js';
import { inFirefox } from './devtools-driver-firefox.js';

/* Rules 6.5 and 8.6: the live tester sends bodies, files and cookies, and opens sockets, by keyboard alone in Firefox. */

@CorsPolicy('frontend')
@WebSocketGateway({ path: '/chat' })
class ChatGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: string): object {
    return { event: 'echoed', data };
  }
}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedGateway {}

@CorsPolicy('frontend')
@WebSocketGateway()
class RootNamespace {}

@CorsPolicy('other')
@WebSocketGateway({ namespace: 'closed' })
class ClosedNamespace {}

@CorsPolicy('frontend')
@WebSocketGateway({ namespace: 'echo' })
class EchoNamespace {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: string): object {
    return { event: 'echoed', data };
  }
}

const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';

/** Leaves the body of a request to its handler. */
function withoutBodyParser(app: INestApplication, platform: PlatformName): void {
  if (platform === 'fastify') {
    const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  }
}

describeWith('firefox', 'the live tester of the development page in Firefox', (executable) => {
  const received: { method: string; type: string; cookie: string; body: string }[] = [];

  @Controller('echo')
  @CorsPolicy('frontend')
  class EchoController {
    @All()
    @Header('Cache-Control', 'no-store')
    async echo(@Req() request: IncomingMessage | { readonly raw: IncomingMessage }): Promise<object> {
      const chunks: Buffer[] = [];
      const message = 'raw' in request ? request.raw : request;
      const { method = '', headers } = message;
      for await (const chunk of message) {
        chunks.push(chunk as Buffer);
      }
      const { 'content-type': type = '', cookie = '' } = headers;
      received.push({ method, type, cookie, body: Buffer.concat(chunks).toString() });
      return {};
    }
  }

  const start = (
    platform: PlatformName,
    providers: (new () => object)[],
    setUpSockets: (app: INestApplication) => void,
  ): Promise<TestApp> =>
    startApp(
      {
        cors: {
          policies: {
            frontend: { origin: ['http://localhost:*', 'http://127.0.0.1:*'], credentials: true },
            other: { origin: 'https://other.example' },
          },
        },
        imports: [CorsDevtoolsModule.forRoot()],
        controllers: [EchoController],
        providers,
        create: { bodyParser: false },
        setUp: (app) => {
          setUpSockets(app);
          withoutBodyParser(app, platform);
        },
      },
      platform,
    );

  describe.each(PLATFORMS)('on %s', (platform) => {
    const driver = inFirefox(executable, () => start(platform, [ChatGateway, ClosedGateway], withWs));
    beforeEach(() => void (received.length = 0));

    it('sends JSON, whose type needs a preflight, and says at the field what is none', async () => {
      await driver.ask('PUT', '/echo', 'Body and cookies');
      await driver.chooseBody('json');
      await driver.page.tabTo('JSON');
      await driver.page.press(...'{ "a": ');
      await driver.page.tabTo('Send it for real');
      await driver.page.press('Enter');
      await driver.page.until(`document.querySelector('#question [name=text][aria-invalid=true]')`);
      expect(received).toEqual([]);
      await driver.page.tabTo('JSON', 'Shift+Tab');
      await driver.page.press('Control+a', ...'{ "a": 1 }');
      await driver.send('localhost', 'As predicted: allowed.');
      expect(await driver.line('Preflight')).toMatch(/^granted \| granted \| .*agrees$/);
      expect(received).toEqual([{ method: 'PUT', type: 'application/json', cookie: '', body: '{ "a": 1 }' }]);
    });

    it('sends a file with its type', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tester-'));
      await writeFile(join(folder, 'tea.txt'), 'hot tea');
      await driver.ask('POST', '/echo', 'Body and cookies');
      await driver.chooseBody('files');
      // The dialog of the operating system is no part of the driver.page.
      await driver.page.choose('#question [name=files]', [join(folder, 'tea.txt')]);
      await driver.send('localhost', 'As predicted: allowed.');
      await rm(folder, { recursive: true });
      expect(await driver.line('Preflight')).toMatch(/^none \| none \| .*agrees$/);
      expect(received).toMatchObject([
        {
          method: 'POST',
          type: expect.stringContaining('multipart/form-data; boundary='),
          body: expect.stringMatching(/filename="tea\.txt"\s+Content-Type: text\/plain\s+hot tea/),
        },
      ]);
    });

    it('sets a cookie for the time of the request where the host is the same, and says why it cannot elsewhere', async () => {
      await driver.ask('GET', '/echo', 'with cookies');
      await driver.page.press(' ');
      await driver.page.tabTo('Body and cookies');
      await driver.page.press('Enter');
      await driver.page.tabTo('Cookies for the time of the test');
      await driver.page.press(...'session=tea');
      await driver.send('127.0.0.1', 'As predicted: allowed.');
      expect(received.map(({ cookie }) => cookie)).toEqual([expect.stringContaining('session=tea')]);
      expect(await driver.textOf('#result')).toContain('Set for the time of the request, and removed since: session.');

      await driver.send('localhost', 'As predicted: allowed.');
      await driver.page.until(
        `document.querySelector('#result').textContent.includes('a document of localhost sets none for 127.0.0.1')`,
      );
      expect(received.at(-1)!.cookie).not.toContain('session');
    });

    it('opens a WebSocket, sends a first message and shows the answer, as predicted', async () => {
      await driver.ask('WS', '/chat', 'First message to send');
      await driver.page.press(...'{"event":"echo","data":"tea"}');
      await driver.send('localhost', 'As predicted: allowed.');
      expect(await driver.textOf('[data-received]')).toBe('{"event":"echoed","data":"tea"}');
    });

    it('shows that a refused WebSocket is refused, as predicted', async () => {
      await driver.ask('WS', '/closed', 'First message to send');
      await driver.send('127.0.0.1', 'As predicted: blocked.');
      expect(await driver.textOf('[data-seen]')).toBe('error, and close with the code 1006');
      await driver.page.press('Escape');
      await driver.shows('#panel', 0);
      expect(await driver.page.focused()).toBe('Explain a request');
    });

    it.each([
      ['a text', 'text', 'Text', 'tea & <b>coffee</b>', 'text/plain;charset=UTF-8', 'tea & <b>coffee</b>'],
      [
        'form fields',
        'form',
        'Form fields',
        'name=tea & milk',
        'application/x-www-form-urlencoded;charset=UTF-8',
        'name=tea+%26+milk',
      ],
    ])('sends %s without a preflight', async (_what, kind, label, text, type, body) => {
      await driver.ask('POST', '/echo', 'Body and cookies');
      await driver.chooseBody(kind);
      await driver.page.tabTo(label);
      await driver.page.press(...text);
      await driver.send('localhost', 'As predicted: allowed.');
      expect(await driver.line('Preflight')).toMatch(/^none \| none \| .*agrees$/);
      expect(received).toEqual([{ method: 'POST', type, cookie: '', body }]);
    });
  });

  describe.each(PLATFORMS)('with namespaces of socket.io on %s', (platform) => {
    const namespaces = [RootNamespace, ClosedNamespace, EchoNamespace];
    const driver = inFirefox(executable, () => start(platform, namespaces, withSocketIo));
    const join = async (namespace: string, message: string): Promise<void> => {
      await driver.ask('WS', SOCKET_IO, 'Namespace of socket.io');
      await driver.page.press('Control+a', ...(namespace || ' '));
      await driver.page.tabTo('First message to send');
      await driver.page.press(...message);
    };

    it('joins those that allow it, and shows the answer to a first message', async () => {
      await join('', '');
      await driver.send('localhost', 'As predicted: allowed.');
      expect(await driver.textOf('[data-seen]')).toBe('open, and joined /');
      await driver.open();
      await join('/echo', '["echo","tea"]');
      await driver.send('127.0.0.1', 'As predicted: allowed.');
      expect(await driver.textOf('[data-received]')).toBe('42/echo,["echoed","tea"]');
    });

    it('is refused by one that does not, as predicted', async () => {
      await join('/closed', '');
      await driver.send('localhost', 'As predicted: blocked.');
      expect(await driver.textOf('[data-seen]')).toBe('connect_error: This origin may not join this namespace.');
    });
  });
});
