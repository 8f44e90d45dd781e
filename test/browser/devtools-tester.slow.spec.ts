import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { All, Controller, Delete, Get, Header, Param, Redirect, Req } from '@nestjs/common';
import type { BrowserContext, Locator } from 'playwright-core';
import { CorsDevtoolsModule, type CorsTesterOptions } from '../../lib/devtools.js';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inChromium } from './devtools-chromium.js';
import type { Driver } from './devtools-driver.js';

/* Rule 6.5: the live tester sends a request for real, and shows the prediction beside what happened. */

describeWith('chromium', 'the live tester of the development page in Chromium', (executablePath) => {
  const chromium = inChromium(executablePath);
  let context: BrowserContext;
  let driver: Driver;
  let started: TestApp;
  let messages: string[];

  const open = async (start: () => Promise<TestApp>): Promise<void> => {
    ({ started, context, driver, messages } = await chromium.open(start));
  };

  describe.each(PLATFORMS)('on %s', (platform) => {
    beforeAll(() => open(() => startDemo(platform)), 60_000);
    afterAll(() => chromium.close());
    beforeEach(async () => {
      await driver.open(pageAddress(started));
      messages.length = 0;
    }, 60_000);

    const GOT = 'The app got the request.';
    const PREFLIGHT_ALONE = 'The app got the preflight alone. The browser did not send the request.';

    it.each([
      ['an allowed request', 'GET', '/catalogue', '', false, '127.0.0.1', 'allowed', GOT],
      ['a refused request', 'GET', '/orders', '', true, '127.0.0.1', 'blocked', GOT],
      [
        'a preflighted request',
        'PUT',
        '/orders/1',
        'X-Api-Key: 1\nContent-Type: application/json',
        true,
        'localhost',
        'allowed',
        GOT,
      ],
      ['a refused preflight', 'DELETE', '/orders/1', '', false, 'localhost', 'blocked', PREFLIGHT_ALONE],
      ['cookies under a wildcard', 'GET', '/catalogue', '', true, 'localhost', 'blocked', GOT],
      ['an enforced refusal', 'GET', '/storefront/1/products', '', false, 'localhost', 'blocked', GOT],
      ['a route without a policy', 'GET', '/admin/health', '', false, 'localhost', 'blocked', /app got|browser sent/],
    ] as const)(
      'sends %s, with the predicted result',
      async (_what, method, url, headers, credentials, name, verdict, reached) => {
        await driver.ask(method, url, { headers, credentials });
        await driver.send(name);

        expect(await driver.page.locator('.agreement').textContent()).toContain(`As predicted: ${verdict}.`);
        expect(await driver.page.locator('#told').textContent()).toBe(`As predicted: ${verdict}.`);
        expect(await driver.page.locator('[data-reached]').textContent()).toMatch(reached);
        expect(await driver.line('Verdict')).toEqual([verdict, verdict, expect.stringContaining('agrees')]);
        expect(await driver.page.locator('.compared').textContent()).not.toContain('differs');
        if (verdict === 'blocked') {
          const predicted = await driver.result.locator('[data-message]').textContent();
          const printed = messages.find((text) => text.includes('CORS policy'));
          expect(printed).toContain(predicted!.slice(predicted!.indexOf('blocked by CORS policy')));
        }
      },
    );

    it('shows what the app decided about the preflight', async () => {
      await driver.ask('PUT', '/orders/1', { headers: 'X-Api-Key: 1', credentials: true });
      await driver.send('localhost');
      expect(await driver.line('Preflight')).toEqual(['granted', 'granted', expect.stringContaining('agrees')]);
      await driver.ask('DELETE', '/orders/1');
      await driver.send('localhost');
      expect(await driver.line('Preflight')).toEqual(['not granted', 'not granted', expect.stringContaining('agrees')]);
    });

    it('reports clearly if browser and prediction differ', async () => {
      await driver.ask('GET', '/orders/own');
      await driver.send('localhost');

      expect(await driver.page.locator('.agreement').textContent()).toContain(
        'Not as predicted: blocked was predicted',
      );
      expect(await driver.line('Verdict')).toEqual(['blocked', 'allowed', expect.stringContaining('differs')]);
      expect(await driver.page.locator('[data-reached]').textContent()).toContain(GOT);
    });

    it('shows data of the app as text, not as HTML', async () => {
      await driver.ask('GET', '/catalogue');
      await driver.send('localhost');

      expect(await driver.page.locator('[data-seen]').textContent()).toContain('<img src=x onerror=alert(1)>');
      expect(await driver.result.locator('img').count()).toBe(0);
    });

    it.each([
      ['TRACE', '/catalogue', '', /No page can send "TRACE"/],
      ['GET', '/catalogue', 'X A: 1', /The header name "X A" has a character that no header name can have/],
    ])('sends nothing that no page can send, and never says so: %s %s %s', async (method, url, headers, why) => {
      await driver.ask(method, url, { headers });
      await driver.choose('localhost');
      await driver.page.getByRole('button', { name: 'Send it for real' }).click();
      await driver.page.locator('#told:not(:text-is("Asking…"))').waitFor();
      expect(await driver.panel.textContent()).not.toMatch(/As predicted|The app got/);
      expect(await driver.panel.textContent()).toMatch(why);
    });

    it('reaches this app alone', async () => {
      await driver.ask('GET', 'http://localhost:1/orders');
      await driver.page.getByRole('button', { name: 'Send it for real' }).click();
      await driver.panel.getByText('The live tester reaches this app alone').waitFor();
      expect(await driver.panel.getByLabel('URL').getAttribute('aria-invalid')).toBe('true');
    });
  });

  describe('with a body', () => {
    const received: { method: string; type: string; cookie: string; body: string }[] = [];

    @Controller('echo')
    @CorsPolicy('frontend')
    class EchoController {
      @All()
      @Header('X-Request-Id', '1')
      @Header('Cache-Control', 'no-store')
      async echo(@Req() request: IncomingMessage): Promise<object> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
          chunks.push(chunk as Buffer);
        }
        const { method = '', headers } = request;
        const { 'content-type': type = '', cookie = '' } = headers;
        received.push({ method, type, cookie, body: Buffer.concat(chunks).toString() });
        return {};
      }
    }

    @Controller('exposed')
    @CorsPolicy({ origin: 'http://localhost:*', exposedHeaders: ['X-Request-Id'] })
    class ExposedController {
      @Get()
      @Header('X-Request-Id', '1')
      get(): string {
        return 'exposed';
      }

      @Delete()
      @Header('Access-Control-Expose-Headers', 'X-Own')
      @Header('X-Own', '1')
      remove(): string {
        return 'removed';
      }
    }

    beforeAll(
      () =>
        open(() =>
          startApp({
            cors: {
              policies: { frontend: { origin: ['http://localhost:*', 'http://127.0.0.1:*'], credentials: true } },
            },
            imports: [CorsDevtoolsModule.forRoot()],
            controllers: [EchoController, ExposedController],
            create: { bodyParser: false },
          }),
        ),
      60_000,
    );
    afterAll(() => chromium.close());
    beforeEach(async () => {
      await driver.open(pageAddress(started));
      received.length = 0;
    }, 60_000);

    const choose = async (kind: string): Promise<void> => {
      await driver.panel.getByText('Body and cookies').click();
      await driver.panel.locator('[name=body]').selectOption(kind);
    };
    const agrees = async (): Promise<void> => {
      expect(await driver.page.locator('.agreement').textContent()).toContain('As predicted: allowed.');
    };

    it('sends a text without a preflight', async () => {
      await driver.ask('POST', '/echo');
      await choose('text');
      await driver.panel.getByLabel('Text', { exact: true }).fill('tea & <b>coffee</b>');
      await driver.send('localhost');
      await agrees();
      expect(await driver.line('Preflight')).toEqual(['none', 'none', expect.stringContaining('agrees')]);
      expect(received).toEqual([
        { method: 'POST', type: 'text/plain;charset=UTF-8', cookie: '', body: 'tea & <b>coffee</b>' },
      ]);
    });

    it('sends JSON, whose type needs a preflight', async () => {
      await driver.ask('PUT', '/echo');
      await choose('json');
      await driver.panel.getByLabel('JSON', { exact: true }).fill('{ "a": ');
      await driver.page.getByRole('button', { name: 'Send it for real' }).click();
      await driver.panel.getByText('This is not JSON').waitFor();
      expect(received).toEqual([]);
      await driver.panel.getByLabel('JSON', { exact: true }).fill('{ "a": 1 }');
      await driver.send('localhost');
      await agrees();
      expect(await driver.line('Preflight')).toEqual(['granted', 'granted', expect.stringContaining('agrees')]);
      expect(received).toEqual([{ method: 'PUT', type: 'application/json', cookie: '', body: '{ "a": 1 }' }]);
    });

    it('sends form fields', async () => {
      await driver.ask('POST', '/echo');
      await choose('form');
      await driver.panel.getByLabel('Form fields, one a line').fill('name=tea & milk\ncount=2');
      await driver.send('localhost');
      await agrees();
      expect(received).toEqual([
        {
          method: 'POST',
          type: 'application/x-www-form-urlencoded;charset=UTF-8',
          cookie: '',
          body: 'name=tea+%26+milk&count=2',
        },
      ]);
    });

    it('sends files with fields', async () => {
      await driver.ask('POST', '/echo');
      await choose('files');
      await driver.panel.getByLabel('Name of the field').fill('photo');
      await driver.panel
        .getByLabel('Files', { exact: true })
        .setInputFiles([{ name: 'tea.txt', mimeType: 'text/plain', buffer: Buffer.from('hot tea') }]);
      await driver.panel.getByLabel('Form fields, one a line').fill('title=Tea');
      await driver.send('localhost');
      await agrees();
      expect(await driver.line('Preflight')).toEqual(['none', 'none', expect.stringContaining('agrees')]);
      expect(received[0]).toMatchObject({
        method: 'POST',
        type: expect.stringContaining('multipart/form-data; boundary='),
      });
      expect(received[0]!.body).toMatch(/name="title"\s+Tea/);
      expect(received[0]!.body).toMatch(/name="photo"; filename="tea\.txt"\s+Content-Type: text\/plain\s+hot tea/);
    });

    it('sends no body with GET, and says so at the field', async () => {
      await driver.ask('GET', '/echo');
      await choose('text');
      await driver.page.getByRole('button', { name: 'Send it for real' }).click();
      await driver.panel.getByText('A page sends no body with GET: choose another method.').waitFor();
      expect(received).toEqual([]);
    });

    it('sets a cookie for the time of the request where the host is the same, and removes it', async () => {
      await driver.ask('GET', '/echo', { credentials: true });
      await driver.panel.getByText('Body and cookies').click();
      await driver.panel.getByLabel('Cookies for the time of the test').fill('session=tea');
      await driver.send('127.0.0.1');
      expect(received.map(({ cookie }) => cookie)).toEqual([expect.stringContaining('session=tea')]);
      await driver.result.getByText('Set for the time of the request, and removed since: session.').waitFor();
      expect((await context.cookies()).map(({ name }) => name)).not.toContain('session');
    });

    it('says why it sets no cookie', async () => {
      await driver.ask('GET', '/echo', { credentials: true });
      await driver.panel.getByText('Body and cookies').click();
      const cookies = driver.panel.getByLabel('Cookies for the time of the test');
      await cookies.fill('session=tea');
      await driver.send('localhost');
      await driver.result.getByText('a document of localhost sets none for 127.0.0.1').waitFor();
      expect(received.at(-1)!.cookie).not.toContain('session');

      await context.addCookies([{ name: 'session', value: 'own', url: started.url }]);
      await driver.send('127.0.0.1');
      await driver.result.getByText('your browser has a cookie session of 127.0.0.1, and sends that one').waitFor();
      expect(received.at(-1)!.cookie).toContain('session=own');
      expect((await context.cookies()).find(({ name }) => name === 'session')?.value).toBe('own');
      await context.clearCookies({ name: 'session' });

      await context.addCookies([{ name: 'secret', value: 'own', url: started.url, httpOnly: true }]);
      await cookies.fill('secret=tea');
      await driver.send('127.0.0.1');
      await driver.result.getByText('Your browser did not take the cookie secret.').waitFor();
      expect((await context.cookies()).find(({ name }) => name === 'secret')?.value).toBe('own');
    });

    it('compares the headers that a script may read', async () => {
      await driver.ask('GET', '/exposed');
      await driver.send('localhost');
      expect(await driver.line('Headers that a script may read')).toEqual([
        'those of every answer, x-request-id',
        expect.stringContaining('x-request-id'),
        expect.stringContaining('agrees'),
      ]);
      await driver.ask('GET', '/echo');
      await driver.send('localhost');
      expect((await driver.line('Headers that a script may read'))[1]).not.toContain('x-request-id');
    });
  });

  describe('with redirects', () => {
    let other: Server;
    let reached = 0;
    let otherOrigin: string;

    @Controller('leave')
    @CorsPolicy('frontend')
    class LeavingController {
      @Get('for/:where')
      @Redirect()
      leave(@Param('where') where: string): object {
        return { url: `${otherOrigin}/${where}` };
      }

      @Get('here')
      @Redirect('/leave/end')
      here(): void {}

      @Get('end')
      end(): string {
        return 'end';
      }
    }

    beforeAll(async () => {
      other = createServer(({ url = '' }, response) => {
        reached += 1;
        response.writeHead(200, url === '/allows' ? { 'Access-Control-Allow-Origin': '*' } : {}).end('elsewhere');
      });
      await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
      otherOrigin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      await open(() =>
        startApp({
          cors: { policies: { frontend: { origin: 'http://localhost:*' } } },
          imports: [CorsDevtoolsModule.forRoot()],
          controllers: [LeavingController],
        }),
      );
    }, 60_000);
    afterAll(async () => {
      await chromium.close();
      other.close();
    });
    beforeEach(() => driver.open(pageAddress(started)), 60_000);

    it.each(['allows', 'refuses'])('does not follow one to another origin that %s it, and says so', async (where) => {
      await driver.ask('GET', `/leave/for/${where}`);
      await driver.send('localhost');
      const told = 'The app redirected the request to another origin, which the live tester does not follow.';
      expect(await driver.page.locator('#told').textContent()).toContain(told);
      expect(await driver.line('Verdict')).toEqual(['allowed', 'redirected', '']);
      expect(await driver.line('Status')).toEqual(["the handler's own", 'not known', '']);
      expect(await driver.line('Headers that a script may read')).toEqual(['those of every answer', 'not known', '']);
      expect(await driver.page.locator('[data-reached]').textContent()).toContain('The app got the request.');
      expect(await driver.page.locator('[data-seen]').textContent()).toBe('TypeError: Failed to fetch');
      expect(reached).toBe(0);
    });

    it('shows a redirect that the policy refuses as a refusal', async () => {
      await driver.ask('GET', '/leave/for/allows');
      await driver.send('127.0.0.1');
      expect(await driver.page.locator('#told').textContent()).toBe('As predicted: blocked.');
      expect(reached).toBe(0);
    });

    it('follows one within the app', async () => {
      await driver.ask('GET', '/leave/here');
      await driver.send('localhost');
      expect(await driver.page.locator('#told').textContent()).toBe('As predicted: allowed.');
      expect(await driver.page.locator('[data-seen]').textContent()).toBe('end');
    });
  });

  describe('after a restart of the app', () => {
    const token = 'token-of-the-app-that-restarts';
    const note = (): Locator => driver.page.getByText('The app was restarted.');
    const openWith = async (tester: CorsTesterOptions): Promise<() => Promise<TestApp>> => {
      await open(() => startDemo('express', { token, tester }));
      await driver.open(`${started.url}/__cors?token=${token}`);
      return async () => {
        await closeApps();
        return await startDemo('express', { port: started.port, token, tester });
      };
    };
    afterEach(() => chromium.close());

    it('keeps no frame of the tester before it, but the one that waits for an answer', async () => {
      const restart = await openWith({ port: await freePort() });
      const { page } = driver;
      const shown = (): Promise<string | null> => page.locator('iframe').getAttribute('src');
      const becomes = (count: number): Promise<unknown> =>
        page.waitForFunction((frames) => document.querySelectorAll('iframe').length === frames, count);
      await driver.ask('GET', '/catalogue');
      await driver.send('localhost');
      await driver.send('127.0.0.1');
      await becomes(2);

      let answer = (): void => undefined;
      const asked = new Promise<void>((resolve) => {
        void page.route('**/catalogue', async (route) => {
          resolve();
          await new Promise<void>((answered) => (answer = answered));
          await route.fulfill({ headers: { 'Access-Control-Allow-Origin': '*' }, body: 'tea' });
        });
      });
      await driver.choose('localhost');
      const old = await page.locator('[name=from]').inputValue();
      await page.getByRole('button', { name: 'Send it for real' }).click();
      await asked;
      await restart();
      await note().waitFor();
      await becomes(1);
      expect(await shown()).toBe(old);

      answer();
      await page.locator('#told:not(:text-is("Asking…"))').waitFor();
      expect(await page.locator('#told').textContent()).toBe('As predicted: allowed.');
      await becomes(0);
      await page.unroute('**/catalogue');
      await driver.send('localhost');
      await becomes(1);
      expect(await shown()).not.toBe(old);
    }, 180_000);

    it('says that the page is to be reloaded where the tester has another port', async () => {
      const restart = await openWith({});
      await driver.ask('GET', '/catalogue');
      await driver.send('localhost');
      await restart();
      await note().waitFor();
      await driver.choose('localhost');
      await driver.page.getByRole('button', { name: 'Send it for real' }).click();
      await driver.panel
        .getByText('The live tester has another port since the app was restarted: reload this page.')
        .waitFor();
      await driver.page.reload();
      await driver.ask('GET', '/catalogue');
      await driver.send('localhost');
    }, 180_000);
  });
});
