import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/services.js';
import { withSocketIo, withWs } from '../support/sockets.js';
import { shoot, violations } from './page-checks.js';

/* Rules 6.5 and 8.6: the live tester opens real sockets, and shows the prediction and the result. */

@CorsPolicy('frontend')
@WebSocketGateway({ path: '/chat' })
class ChatGateway {}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedGateway {}

@WebSocketGateway({ path: '/plain' })
class PlainGateway {}

@CorsPolicy('frontend')
@WebSocketGateway()
class RootNamespace {}

@CorsPolicy('partner')
@WebSocketGateway({ namespace: 'partner' })
class PartnerNamespace {}

@CorsPolicy('partner')
@WebSocketGateway({ namespace: /^\/tenant-\d+$/ })
class TenantNamespace {}

@CorsPolicy('frontend')
@WebSocketGateway({ path: '/echo' })
class EchoGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: string): object {
    return { event: 'echoed', data };
  }
}

@CorsPolicy('frontend')
@WebSocketGateway({ namespace: 'echo' })
class EchoNamespace {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: string): object {
    return { event: 'echoed', data };
  }
}

const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';
type Name = 'localhost' | '127.0.0.1';

describeWith('chromium', 'the development page of gateways in Chromium', (executablePath) => {
  let browser: Browser;
  let page: Page;
  let messages: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
  }, 60_000);
  afterEach(async () => {
    await page?.close();
    await closeApps();
  });
  afterAll(() => browser?.close());

  describe.each(PLATFORMS)('on %s', (platform) => {
    const open = async (providers: (new () => object)[], setUp: typeof withWs): Promise<TestApp> => {
      const policies = {
        frontend: { origin: 'http://localhost:*', credentials: true },
        partner: { origin: 'http://127.0.0.1:*' },
      };
      const imports = [CorsDevtoolsModule.forRoot()];
      const started = await startApp({ cors: { policies }, imports, providers, setUp }, platform);
      page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
      page.setDefaultTimeout(15_000);
      messages = [];
      page.on('console', (message) => messages.push(message.text()));
      await page.goto(pageAddress(started));
      await page.locator('.route').first().waitFor();
      return started;
    };
    const send = async (
      url: string,
      name: Name,
      { namespace = '', message = '' } = {},
    ): Promise<readonly [string | null, string | null]> => {
      messages.length = 0;
      if ((await page.locator('#panel').count()) === 0) {
        await page.getByRole('button', { name: 'Explain a request' }).click();
      }
      await page.locator('#question [name=method]').fill('WS');
      await page.getByLabel('URL', { exact: true }).fill(url);
      await page.getByLabel('Namespace of socket.io').fill(namespace);
      const option = await page.locator('[name=from] option', { hasText: name }).getAttribute('value');
      await page.locator('[name=from]').selectOption(option);
      await page.getByLabel('First message to send').fill(message);
      await page.getByRole('button', { name: 'Send it for real' }).click();
      await page.locator('#told:not(:text-is("Asking…"))').waitFor();
      const seen = page.locator(message === '' ? '[data-seen]' : '[data-received]');
      return [await page.locator('.agreement').textContent(), await seen.textContent()];
    };
    const AS_ALLOWED = '✓ As predicted: allowed.';
    const AS_BLOCKED = '✓ As predicted: blocked.';
    const REFUSED = 'error, and close with the code 1006';

    it('opens gateways of ws for real, and it goes as predicted', async () => {
      const port = await freePort();

      @CorsPolicy('frontend')
      @WebSocketGateway(port)
      class OwnPort {}

      await open([ChatGateway, ClosedGateway, PlainGateway, OwnPort], withWs);
      const own = `ws://127.0.0.1:${port}/`;
      expect(await send('/chat', 'localhost')).toEqual([AS_ALLOWED, 'open']);
      expect(await send('/chat', '127.0.0.1')).toEqual([AS_BLOCKED, REFUSED]);
      expect(messages).toContainEqual(expect.stringMatching(/Unexpected response code: 403/));
      const predicted = await page.locator('[data-message]').textContent();
      expect(messages).toContain(predicted);
      expect(await send('/closed', 'localhost')).toEqual([AS_BLOCKED, REFUSED]);
      expect(await send('/plain', '127.0.0.1')).toEqual([AS_ALLOWED, 'open']);
      expect(await send(own, 'localhost')).toEqual([AS_ALLOWED, 'open']);
      expect(await send(own, '127.0.0.1')).toEqual([AS_BLOCKED, REFUSED]);
    }, 60_000);

    it('joins namespaces of socket.io for real, and it goes as predicted', async () => {
      await open([RootNamespace, PartnerNamespace], withSocketIo);
      expect(await send(SOCKET_IO, 'localhost')).toEqual([AS_ALLOWED, 'open, and joined /']);
      expect(await send(SOCKET_IO, '127.0.0.1', { namespace: '/partner' })).toEqual([
        AS_ALLOWED,
        'open, and joined /partner',
      ]);
      expect(await send(SOCKET_IO, 'localhost', { namespace: '/partner' })).toEqual([
        AS_BLOCKED,
        'connect_error: This origin may not join this namespace.',
      ]);
    }, 60_000);

    it('sends a first message, and shows the answer', async () => {
      await open([EchoGateway], withWs);
      expect(await send('/echo', 'localhost', { message: '{"event":"echo","data":"<b>tea</b>"}' })).toEqual([
        AS_ALLOWED,
        '{"event":"echoed","data":"<b>tea</b>"}',
      ]);
      expect(await page.locator('[data-reached]').textContent()).toContain('The connection was open.');
      expect(await send('/echo', 'localhost', { message: 'nothing that it knows' })).toEqual([
        AS_ALLOWED,
        '(none within 2 s)',
      ]);
      await closeApps();
      await page.close();
      await open([EchoNamespace], withSocketIo);
      expect(await send(SOCKET_IO, 'localhost', { namespace: '/echo', message: '["echo","tea"]' })).toEqual([
        AS_ALLOWED,
        '42/echo,["echoed","tea"]',
      ]);
    }, 60_000);

    it('shows gateways in the table and the matrix, and explains the cell that is pressed', async () => {
      await open([ChatGateway, ClosedGateway, PlainGateway], withWs);
      await page.getByRole('combobox', { name: 'Method', exact: true }).first().selectOption('WS');
      await page.getByText('3 routes', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Details of WS /plain' }).click();
      expect(await page.locator('.detail:visible').textContent()).toContain(
        "No policy reaches this gateway: any page may open it, with the user's cookies.",
      );
      expect(await page.locator('.detail:visible .finding').textContent()).toMatch(/^open-gateway/);
      await page.keyboard.press('2');
      await page
        .getByRole('button', { name: 'WS /plain from https://stranger.example: no policy, open to any' })
        .waitFor();

      await page.getByRole('button', { name: 'WS /chat from https://stranger.example: refused: origin-not' }).click();
      await page.getByText('Explained: blocked.').waitFor();
      expect(await page.locator('#question [name=method]').inputValue()).toBe('WS');
      expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('/chat');
      expect(await page.getByLabel('Headers that the script sets').isVisible()).toBe(false);
      expect(await page.locator('#result').textContent()).toContain('HTTP/1.1 403 Forbidden');
      expect(messages).toEqual([]);
    }, 60_000);

    it('says in its cell why the state of a regular expression is not known', async () => {
      await open([TenantNamespace], withSocketIo);
      await page.keyboard.press('2');
      const cell = 'from https://stranger.example: not known: no example of its address is known; ask about one below';
      await page.getByRole('button', { name: cell }).click();
      expect(await page.getByLabel('Namespace of socket.io').inputValue()).toBe(String.raw`/^\/tenant-\d+$/`);
      expect(messages).toEqual([]);
    }, 60_000);

    it.each(['light', 'dark'] as const)(
      'has no violation that axe finds, wide and narrow, in %s',
      async (colorScheme) => {
        await open([ChatGateway, ClosedGateway, PlainGateway], withWs);
        await page.emulateMedia({ colorScheme });
        await page.getByRole('button', { name: 'Details of WS /chat' }).click();
        await send('/chat', '127.0.0.1');
        await shoot(page, `sockets-${colorScheme}-${platform}`);
        expect(await violations(page)).toEqual([]);
        await page.setViewportSize({ width: 390, height: 800 });
        await shoot(page, `sockets-narrow-${colorScheme}-${platform}`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
        expect(await violations(page)).toEqual([]);
      },
      60_000,
    );
  });
});
