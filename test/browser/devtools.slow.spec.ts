import { mkdirSync } from 'node:fs';
import { Controller, Delete, Get, Header, Injectable, Post, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsModule, CorsPolicy, NoCors, type OriginSource } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/services.js';
import { SCREENSHOTS, shoot, violations } from './page-checks.js';

@Controller('catalogue')
@CorsPolicy('public')
class CatalogueController {
  @Get()
  list(): object {
    return { items: ['tea', '<img src=x onerror=alert(1)>'] };
  }

  @Get(':id')
  one(): string {
    return 'tea';
  }
}

@Controller('orders')
@CorsPolicy('frontend')
class OrdersController {
  @Get()
  list(): string[] {
    return ['order 1'];
  }

  @Put(':id')
  @CorsPolicy({ maxAge: 60 })
  update(): string {
    return 'updated';
  }

  @Delete(':id')
  @CorsPolicy({ methods: ['GET', 'PUT'] })
  remove(): string {
    return 'removed';
  }

  // The handler sets its own headers, which no prediction can know.
  @Get('own')
  @Header('Access-Control-Allow-Origin', '*')
  @CorsPolicy('partner')
  own(): string {
    return 'anyone';
  }
}

@Controller('storefront')
@CorsPolicy('tenant')
class StorefrontController {
  @Get(':tenant/products')
  products(): string[] {
    return [];
  }

  @Post(':tenant/baskets')
  basket(): string {
    return 'basket';
  }
}

@Controller('admin')
class AdminController {
  @Get('health')
  health(): string {
    return 'fine';
  }

  @Post('purge')
  @NoCors()
  purge(): string {
    return 'purged';
  }
}

@Injectable()
class TenantOrigins implements OriginSource {
  async load(): Promise<string[]> {
    return ['https://tea.example', 'https://coffee.example', 'https://BAD.example/'];
  }
}

const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const TOKEN = 'token-of-the-large-app';
const SCHEMES = ['light', 'dark'] as const;

describeWith('chromium', 'the development page in Chromium', (executablePath) => {
  let browser: Browser | undefined;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath, args });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  describe.each(PLATFORMS)('on %s', (platform) => {
    let started: TestApp;
    let context: BrowserContext;
    let page: Page;
    const messages: string[] = [];

    beforeAll(async () => {
      started = await startApp(
        {
          cors: {
            policies: {
              public: { origin: '*', maxAge: 600, exposedHeaders: ['X-Total-Count'] },
              frontend: { origin: ['http://localhost:*', 'https://shop.example'], credentials: true },
              partner: { origin: ['https://partner.example', 'https://*.partner.example'], credentials: true },
              tenant: { origin: TenantOrigins, credentials: true, enforce: true, reportOnly: 'partner' },
            },
          },
          imports: [CorsDevtoolsModule.forRoot()],
          controllers: [CatalogueController, OrdersController, StorefrontController, AdminController],
          providers: [TenantOrigins],
        },
        platform,
      );
      context = await browser!.newContext({ viewport: { width: 1280, height: 900 } });
      page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(String(error)));
    }, 60_000);

    afterAll(async () => {
      await context?.close();
      await closeApps();
    });

    beforeEach(async () => {
      await page.goto(pageAddress(started));
      await page.locator('table.matrix[data-filled]').waitFor();
      messages.length = 0;
    }, 60_000);

    const shownPaths = (): Promise<string[]> =>
      page.locator('.routes tbody tr:not(.detail):visible .c-path code').allTextContents();
    const ask = async (method: string, url: string, headers = '', credentials = false): Promise<void> => {
      await page.locator('#question [name=method]').fill(method);
      await page.getByLabel('URL', { exact: true }).fill(url);
      await page.getByLabel('Headers that the script sets').fill(headers);
      await page.getByLabel('with cookies').setChecked(credentials);
    };
    const send = async (name: 'localhost' | '127.0.0.1'): Promise<void> => {
      const select = page.locator('[name=from]');
      const option = await select.locator('option', { hasText: name }).getAttribute('value');
      await select.selectOption(option);
      await page.getByRole('button', { name: 'Send it for real' }).click();
      await page.locator('[data-agrees]').waitFor();
    };

    /** Pastes as a user does, by the clipboard. */
    const paste = async (text: string): Promise<void> => {
      await page.getByLabel('Paste what the console said').fill(text);
      await page.keyboard.press('Control+A');
      await page.keyboard.press('Control+X');
      await page.keyboard.press('Control+V');
    };
    const filled = async (): Promise<object> => ({
      method: await page.locator('#question [name=method]').inputValue(),
      url: await page.getByLabel('URL', { exact: true }).inputValue(),
      headers: await page.getByLabel('Headers that the script sets').inputValue(),
      credentials: await page.getByLabel('with cookies').isChecked(),
    });

    it('loads without a console message, and shows every route', async () => {
      await page.reload();
      await page.locator('table.matrix[data-filled]').waitFor();

      expect(messages).toEqual([]);
      expect(await shownPaths()).toHaveLength(10);
      expect(await page.locator('#summary').textContent()).toMatch(
        /^10 routes · 4 policies · 1 allowlist · \d+ findings?$/,
      );
    });

    it('filters by method, policy, path and text, in the matrix too', async () => {
      await page.locator('#filter [name=method]').selectOption('GET');
      await page.locator('#filter [name=policy]').selectOption('public');
      expect(await shownPaths()).toEqual(['/catalogue', '/catalogue/:id']);
      expect(await page.locator('.matrix tbody tr:visible').count()).toBe(2);

      await page.locator('#filter [name=path]').fill(':id');
      expect(await page.locator('#routes-count').textContent()).toBe('1 of 10 routes');

      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('10 routes', { exact: true }).waitFor();
      await page.locator('#filter [name=text]').fill('tenantorigins');
      expect(await shownPaths()).toEqual(['/storefront/:tenant/products', '/storefront/:tenant/baskets']);
      await page.locator('#filter [name=text]').fill('no such thing');
      await page.getByText('No route fits the filter.').waitFor();
    });

    it('shows the effective policy of a route with the place of each field', async () => {
      await page.getByRole('button', { name: 'Details of PUT /orders/:id' }).click();

      const detail = page.locator('.detail:visible');
      expect(await detail.getByRole('row', { name: /^maxAge/ }).textContent()).toContain('60OrdersController.update');
      expect(await detail.getByRole('row', { name: /^origin/ }).textContent()).toContain('policies.frontend');
    });

    it('shows what the boot audit found, at its route and as a list', async () => {
      await page.getByText('own-header').last().waitFor();
      await page.getByRole('button', { name: 'Details of GET /orders/own' }).click();

      expect(await page.locator('.detail:visible .finding').first().textContent()).toMatch(/^own-header .*@Header\(\)/);
      expect(await page.locator('#findings-body tbody tr').count()).toBeGreaterThan(0);
    });

    it('explains a request: preflight, response, verdict, reason, message and what to do', async () => {
      await ask('DELETE', '/orders/1');
      await page.getByLabel('Origin of the page').fill('https://shop.example');
      await page.getByRole('button', { name: 'Explain', exact: true }).click();

      await page.getByText('Explained: blocked.').waitFor();
      const result = page.locator('#result');
      expect(await result.locator('.verdict').textContent()).toContain('method-not-allowed');
      expect(await result.locator('pre').first().textContent()).toContain(
        'Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.',
      );
      expect(await result.getByRole('heading', { name: 'What to do' }).count()).toBe(1);
      expect(await result.getByText('Access-Control-Request-Method', { exact: true }).count()).toBe(1);
    });

    it('explains the cell of the matrix that is pressed', async () => {
      await page
        .getByRole('button', { name: 'PUT /orders/:id from https://stranger.example: refused: origin-not-allowed' })
        .click();

      await page.getByText('Explained: blocked.').waitFor();
      expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('/orders/1');
    });

    it('shows at the field what is wrong with an origin, and offers a correction', async () => {
      const columns = () => page.locator('.matrix thead th').count();
      const before = await columns();
      const input = page.getByLabel('Another origin');
      await input.fill('https://coffee.example/menu');
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByText('"https://coffee.example/menu" is not what browsers send').waitFor();
      expect(await columns()).toBe(before);
      expect(await input.getAttribute('aria-invalid')).toBe('true');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Use https://coffee.example' }).click();
      expect(await input.inputValue()).toBe('https://coffee.example');
      expect(await input.getAttribute('aria-invalid')).toBe('false');

      await page.getByLabel('Origin of the page').fill('shop.example');
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByRole('button', { name: 'Use https://shop.example' }).click();
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByText(/^Explained: /).waitFor();
      expect(await page.locator('#origin-told').textContent()).toBe('');
    });

    it('adds an origin to the matrix, or explains why it cannot', async () => {
      await page.getByLabel('Another origin').fill('https://coffee.example');
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByText('https://coffee.example has been added.').waitFor();

      const cell = page.getByRole('button', { name: /^GET \/storefront.* from https:\/\/coffee\.example/ });
      expect(await cell.textContent()).toBe('●');
    });

    it.each([
      ['an allowed request', 'GET', '/catalogue', '', false, '127.0.0.1', 'allowed', 'sent GET'],
      ['a refused request', 'GET', '/orders', '', true, '127.0.0.1', 'blocked', 'sent GET'],
      [
        'a preflighted request',
        'PUT',
        '/orders/1',
        'X-Api-Key: 1\nContent-Type: application/json',
        true,
        'localhost',
        'allowed',
        'sent PUT',
      ],
      [
        'a refused preflight',
        'DELETE',
        '/orders/1',
        '',
        false,
        'localhost',
        'blocked',
        'sent the preflight alone, and not DELETE',
      ],
      ['cookies under a wildcard', 'GET', '/catalogue', '', true, 'localhost', 'blocked', 'sent GET'],
      ['an enforced refusal', 'GET', '/storefront/1/products', '', false, 'localhost', 'blocked', 'sent GET'],
      ['a route without a policy', 'GET', '/admin/health', '', false, 'localhost', 'blocked', 'sent GET'],
    ] as const)(
      'sends %s, with the predicted result',
      async (_what, method, url, headers, credentials, name, verdict, sent) => {
        await ask(method, url, headers, credentials);

        await send(name);

        expect(await page.locator('.agreement').textContent()).toBe(`✓ As predicted: ${verdict}.`);
        expect(await page.locator('[data-sent]').textContent()).toMatch(new RegExp(`^This browser ${sent} http`));
        expect(await page.locator('.card .verdict').allTextContents()).toEqual([
          expect.stringContaining(verdict === 'allowed' ? 'Allowed' : 'Blocked'),
          expect.stringContaining(verdict === 'allowed' ? 'Allowed' : 'Blocked'),
        ]);
        if (verdict === 'blocked') {
          const predicted = await page.locator('.card pre').first().textContent();
          const printed = messages.find((text) => text.includes('CORS policy'));
          expect(printed).toContain(predicted!.slice(predicted!.indexOf('blocked by CORS policy')));
        }
      },
    );

    it('reports clearly if browser and prediction differ', async () => {
      await ask('GET', '/orders/own');

      await send('localhost');

      expect(await page.locator('.agreement').textContent()).toMatch(/^⚠ Not as predicted: blocked was predicted/);
      expect(await page.locator('[data-sent]').textContent()).toMatch(/^This browser sent GET/);
      await shoot(page, `differs-${platform}`);
    });

    it('explains what the console of this browser said, as it is pasted', async () => {
      await ask('DELETE', '/orders/1', '', true);
      await send('localhost');
      const said = messages.find((text) => text.includes('blocked by CORS policy'))!;
      await page.reload();
      await page.locator('table.matrix[data-filled]').waitFor();

      await paste(said);

      await page.getByText('Explained: blocked.').waitFor();
      expect(await filled()).toEqual({ method: 'DELETE', url: '/orders/1', headers: '', credentials: false });
      expect(await page.getByLabel('Origin of the page').inputValue()).toMatch(/^http:\/\/localhost:\d+$/);
      expect(await page.locator('#result pre').first().textContent()).toBe(said);
      expect(await focused(page)).toBe('Explain');
    });

    it('fills in method, headers, origin and cookies of a curl command', async () => {
      await page
        .getByLabel('Paste what the console said')
        .fill(
          `curl '${started.url}/orders/1' -X PUT -H 'Origin: https://shop.example' -H 'X-Api-Key: a' -b 's=1' --data-raw '{}'`,
        );
      await page.keyboard.press('Control+Enter');

      await page.getByText(/^Explained: /).waitFor();
      expect(await filled()).toEqual({
        method: 'PUT',
        url: '/orders/1',
        headers: 'X-Api-Key: a\nContent-Type: application/x-www-form-urlencoded',
        credentials: true,
      });
      expect(await page.getByLabel('Origin of the page').inputValue()).toBe('https://shop.example');
      expect(await page.locator('#filled').textContent()).toContain('Filled in from what was pasted.');
      expect(await violations(page)).toEqual([]);
    });

    it('explains a message of Firefox, and says what it does not know', async () => {
      await paste(
        `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${started.url}/orders. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.`,
      );

      await page.getByText(/^Explained: /).waitFor();
      expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('/orders');
      expect(await page.locator('#filled li').allTextContents()).toEqual([
        'The message does not say the method.',
        'The message does not say the origin of the page. Set it, and explain again.',
      ]);
    });

    it('says at the field why a pasted text cannot be read, and asks nothing', async () => {
      await paste('<img src=x onerror=alert(1)>');

      await page.getByText('This is none of the messages, commands and addresses').waitFor();
      const field = page.getByLabel('Paste what the console said');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await page.locator('#result').textContent()).toBe('');
      await shoot(page, `paste-problem-${platform}`);
      expect(await violations(page)).toEqual([]);
      expect(messages).toEqual([]);
    });

    it('shows data of the app as text, not as HTML', async () => {
      await ask('GET', '/catalogue');
      await send('localhost');

      expect(await page.locator('#result pre').last().textContent()).toContain('<img src=x onerror=alert(1)>');
      expect(await page.locator('#result img').count()).toBe(0);
    });

    it('moves its token from the address into a cookie that only its own path gets, and that reloads use', async () => {
      expect(page.url()).toBe(`${started.url}/__cors`);
      expect(await context.cookies()).toEqual([
        expect.objectContaining({ path: '/__cors', httpOnly: true, sameSite: 'Strict' }),
      ]);
      expect((await page.reload())!.status()).toBe(200);
      expect(await page.evaluate('document.cookie')).toBe('');
    });

    it('opens by a link on a page of another site, and not without the token', async () => {
      const stranger = await browser!.newContext();
      const other = await stranger.newPage();
      // The name localhost is another site than 127.0.0.1.
      await other.goto(`${started.url.replace('127.0.0.1', 'localhost')}/catalogue`);
      const follow = async (href: string): Promise<void> => {
        await other.evaluate(
          `document.body.replaceChildren(Object.assign(document.createElement('a'), { href: '${href}', textContent: 'page' }))`,
        );
        await other.click('a');
      };
      await follow(`${started.url}/__cors`);
      await other.getByText('This page needs its token').waitFor();
      await other.goto(`${started.url.replace('127.0.0.1', 'localhost')}/catalogue`);
      await follow(pageAddress(started));
      await other.locator('table.matrix[data-filled]').waitFor();
      expect(other.url()).toBe(`${started.url}/__cors`);
      await stranger.close();
    });

    it('keeps pages of other origins from its data and its files, in a real browser too', async () => {
      // Another origin, whose page has no Content-Security-Policy.
      const stranger = await context.newPage();
      await stranger.goto(`${started.url.replace('127.0.0.1', 'localhost')}/catalogue`);
      // The page gets no answer, not even an opaque one (Cross-Origin-Resource-Policy).
      const reach = (path: string): Promise<string> =>
        stranger.evaluate(
          (url) =>
            fetch(url, { mode: 'no-cors' }).then(
              ({ type }) => type,
              () => 'failed',
            ),
          started.url + path,
        );
      expect(await reach('/__cors/overview.json')).toBe('failed');
      expect(await reach('/__cors/main.js')).toBe('failed');
      expect(await reach('/admin/health')).toBe('opaque');
      await stranger.close();
    });

    it('can be used by keyboard only', async () => {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('To the routes');
      await page.locator('#filter select').first().focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.type('/orders');
      await page.getByText('4 of 10 routes').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Details of GET /orders');
      await page.keyboard.press('Enter');
      expect(await page.locator('.detail:visible').count()).toBe(1);

      // The Tab key stops once at the matrix. Arrow keys move inside.
      await page.locator('.matrix tbody tr:visible button').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      expect(await focused(page)).toMatch(/^PUT \/orders\/:id from /);
      await page.keyboard.press('Enter');
      await page.getByText(/^Explained: /).waitFor();
      expect(await focused(page)).toBe('Explain');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Send it for real');
      await page.keyboard.press('Enter');
      await page.locator('[data-agrees]').waitFor();
    });

    it.each(SCHEMES)(
      'has no violation that axe finds, in %s',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        await page.getByRole('button', { name: 'Details of PUT /orders/:id' }).click();
        await ask('DELETE', '/orders/1', 'X-Api-Key: 1');
        await send('localhost');
        await shoot(page, `page-${colorScheme}-${platform}`);

        expect(await violations(page)).toEqual([]);
      },
      60_000,
    );

    it.each(SCHEMES)(
      'fits a narrow window, in %s',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width: 390, height: 800 });
        try {
          await ask('PUT', '/orders/1', 'X-Api-Key: 1');
          await send('localhost');
          await shoot(page, `narrow-${colorScheme}-${platform}`);

          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
          expect(await violations(page)).toEqual([]);
        } finally {
          await page.setViewportSize({ width: 1280, height: 900 });
        }
      },
      60_000,
    );
  });
});

/** An app with many routes, and policies without names. */
function manyControllers(): { new (): object }[] {
  return Array.from({ length: 50 }, (_, number) => {
    const path = `resource-${number}`;
    @Controller(path)
    @CorsPolicy({ origin: [`https://front-${number}.example`], credentials: true })
    class ResourceWithQuiteALongNameController {
      @Get() list(): void {}
      @Get(':id') one(): void {}
      @Post() create(): void {}
      @Put(':id') update(): void {}
      @Delete(':id') remove(): void {}
      @Get(':id/parts') @CorsPolicy({ maxAge: 60 }) parts(): void {}
      @Post(':id/parts') addPart(): void {}
      @Get(':id/parts/:part') part(): void {}
      @Put(':id/parts/:part') updatePart(): void {}
      @Delete(':id/parts/:part') removePart(): void {}
    }
    Object.defineProperty(ResourceWithQuiteALongNameController, 'name', {
      value: `ResourceWithQuiteALongName${number}Controller`,
    });
    return ResourceWithQuiteALongNameController;
  });
}

describeWith('chromium', 'the development page of a large app', (executablePath) => {
  let browser: Browser;
  let page: Page;
  let port: number;
  const boot = async (token = TOKEN): Promise<TestApp['app']> => {
    const app = await NestFactory.create(
      {
        module: class AppModule {},
        imports: [CorsModule.forRoot({}), CorsDevtoolsModule.forRoot({ tester: false, token })],
        controllers: manyControllers(),
      },
      { logger: false, forceCloseConnections: true },
    );
    await app.listen(port, '127.0.0.1');
    return app;
  };
  let app: TestApp['app'];

  beforeAll(async () => {
    port = await freePort();
    app = await boot();
    browser = await chromium.launch({ executablePath, args });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`http://127.0.0.1:${port}/__cors?token=${TOKEN}`);
    await page.locator('table.matrix[data-filled]').waitFor({ timeout: 60_000 });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('shows its 500 routes by controller, closed at first', async () => {
    const shown = () => page.locator('.routes tbody tr:not(.detail):not(.group):visible').count();
    expect(await page.locator('.routes tr.group:visible').count()).toBe(50);
    expect(await shown()).toBe(0);
    await shoot(page, 'large-closed');

    await page.getByRole('button', { name: 'ResourceWithQuiteALongName7Controller' }).click();
    expect(await shown()).toBe(10);
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await shown()).toBe(500);
    await page.getByRole('button', { name: 'Close all' }).click();

    await page.locator('#filter [name=path]').fill('resource-12/:id/parts');
    expect(await shown()).toBe(5);
    expect(await page.locator('.routes tr.group:visible').textContent()).toContain('5 of 10 routes');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('500 routes', { exact: true }).waitFor();
    expect(await shown()).toBe(0);
  }, 60_000);

  it('shows forty rows of its matrix, and more on request', async () => {
    const rows = () => page.locator('.matrix tbody tr:visible').count();
    expect(await rows()).toBe(40);
    await page.getByRole('button', { name: 'Show 40 more of 500 routes' }).click();
    expect(await rows()).toBe(80);
  }, 60_000);

  it.each([400, 1280])(
    'does not scroll sideways at %i pixels, with unnamed policies too',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await page.getByRole('button', { name: 'ResourceWithQuiteALongName7Controller' }).click();
      await page.getByRole('button', { name: 'Details of GET /resource-7/:id/parts', exact: true }).click();
      await page.screenshot({ path: `${SCREENSHOTS}/devtools-large-${width}.png` });

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Details of GET /resource-7/:id/parts', exact: true }).click();
      await page.getByRole('button', { name: 'ResourceWithQuiteALongName7Controller' }).click();
    },
    120_000,
  );

  it('notices that the app does not answer, and that it was restarted', async () => {
    await app.close();
    await page.getByText('The app does not answer.').waitFor();
    app = await boot();
    await page.getByText('The app was restarted').waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}/devtools-restarted.png` });
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.locator('table.matrix[data-filled]').waitFor({ timeout: 60_000 });
    expect(await page.locator('#run').textContent()).toBe('');
  }, 120_000);

  it('notices that the app was restarted with another token', async () => {
    await app.close();
    app = await boot(`${TOKEN}-of-another-start`);
    await page.getByText('this page has a new address: open the one that the log of the app prints').waitFor();
    expect((await page.reload())!.status()).toBe(403);
    expect(await page.textContent('body')).toContain('Open the address that the log of the app prints');
  }, 120_000);
});

const focused = (page: Page): Promise<string | null> =>
  page.evaluate(`document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`);
