import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { closeApps, PLATFORMS, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { CHROMIUM_ARGS, startDemo } from './devtools-app.js';
import { focused, SCREENSHOTS, shoot, violations } from './page-checks.js';

const TABS = ['Routes', 'Matrix', 'Live', 'Allowlists', 'Findings', 'Report-only'];
const LOOKS = [400, 800, 1280].flatMap((width) => [
  { width, colorScheme: 'light' as const },
  { width, colorScheme: 'dark' as const },
]);

describeWith('chromium', 'the sections of the development page', (executablePath) => {
  let browser: Browser | undefined;
  let started: TestApp;
  let context: BrowserContext;
  let page: Page;
  const messages: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
    started = await startDemo(PLATFORMS[0]!);
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(String(error)));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await closeApps();
  });

  beforeEach(async () => {
    messages.length = 0;
    await page.goto(pageAddress(started));
    await page.locator('.route').first().waitFor();
  }, 60_000);

  // No step may lead to a message of the browser: neither of a script, nor of the Content-Security-Policy.
  afterEach(() => expect(messages).toEqual([]));

  const shownPaths = (): Promise<string[]> => page.locator('.route .path code').allTextContents();
  const tab = (name: string) => page.getByRole('tab', { name });
  const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
  const openMatrix = async (): Promise<void> => {
    await tab('Matrix').click();
    await page.locator('[data-waiting="0"]').waitFor();
  };
  const cell = (name: string) => page.getByRole('button', { name });

  it('shows every route by its controller, and counts what there is', async () => {
    expect(await shownPaths()).toHaveLength(10);
    expect(await page.locator('.routes h3').allTextContents()).toEqual([
      expect.stringContaining('CatalogueController'),
      expect.stringContaining('OrdersController'),
      expect.stringContaining('StorefrontController'),
      expect.stringContaining('AdminController'),
    ]);
    expect(await page.locator('#summary').textContent()).toMatch(
      /^10 routes · 4 policies · 1 allowlist · \d+ findings?$/,
    );
    expect(await page.locator('[data-connection]').textContent()).toBe('Connected');
  });

  it('searches by method, policy and words, in the matrix too', async () => {
    await choice('Method').selectOption('GET');
    await choice('Policy').selectOption('public');
    expect(await shownPaths()).toEqual(['/catalogue', '/catalogue/:id']);
    await page.getByText('2 of 10 routes', { exact: true }).waitFor();
    await openMatrix();
    expect(await page.locator('.matrix [role=row]:not(.group)').count()).toBe(1 + 2);

    await page.getByLabel('Search', { exact: true }).fill(':ID catalogue');
    expect(await page.locator('.matrix [role=row]:not(.group)').count()).toBe(1 + 1);
    await page.getByRole('button', { name: 'Clear' }).click();
    await tab('Routes').click();
    await page.getByText('10 routes', { exact: true }).waitFor();
    await page.getByLabel('Search', { exact: true }).fill('tenantorigins');
    expect(await shownPaths()).toEqual(['/storefront/:tenant/products', '/storefront/:tenant/baskets']);
    await page.getByLabel('Search', { exact: true }).fill('no such thing');
    await page.getByText('No route fits the search.').waitFor();
    await page.getByLabel('Search', { exact: true }).fill('');
    await page.getByText('10 routes', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Clear' }).isDisabled()).toBe(true);
  });

  it('shows the effective policy of a route with the place of each field, and its findings', async () => {
    await page.getByRole('button', { name: 'Details of PUT /orders/:id' }).click();
    const detail = page.locator('.detail:visible');
    expect(await detail.getByRole('row', { name: /^maxAge/ }).textContent()).toContain('60OrdersController.update');
    expect(await detail.getByRole('row', { name: /^origin/ }).textContent()).toContain('policies.frontend');
    await page.getByRole('button', { name: 'Details of PUT /orders/:id' }).click();
    expect(await detail.count()).toBe(0);

    await page.getByRole('button', { name: 'Details of GET /orders/own' }).click();
    expect(await detail.locator('.finding').first().textContent()).toMatch(/^own-header .*@Header\(\)/);
  });

  it('explains a route in the panel beside it, and the next one in the same panel', async () => {
    await page.getByRole('button', { name: 'Explain GET /orders', exact: true }).click();
    await page.getByText('Explained: allowed.').waitFor();
    await page.getByRole('button', { name: 'Explain DELETE /orders/:id' }).click();
    await page.getByText('Explained: blocked.').waitFor();
    expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('/orders/1');
    const [list, panel] = await Promise.all([page.locator('main').boundingBox(), page.locator('#panel').boundingBox()]);
    expect(panel!.x).toBeGreaterThanOrEqual(list!.x + list!.width);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('#panel').count()).toBe(0);
  });

  it('shows in the matrix what each origin may do, and explains the cell that is pressed', async () => {
    await openMatrix();
    expect(await cell('GET /orders from https://shop.example: open, cookies too').textContent()).toBe('● cookies');
    expect(await cell('GET /catalogue from https://shop.example: open, without').textContent()).toBe('○ open');
    expect(await cell('GET /admin/health from https://shop.example: no policy').textContent()).toBe('– no policy');

    await cell('PUT /orders/:id from https://stranger.example: refused: origin-not-allowed').click();
    await page.getByText('Explained: blocked.').waitFor();
    expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe('/orders/1');
    expect(await page.getByLabel('Origin of the page').inputValue()).toBe('https://stranger.example');
  });

  it('folds a group of the matrix', async () => {
    await openMatrix();
    const rows = () => page.locator('.matrix [role=row]:not(.group)').count();
    expect(await rows()).toBe(1 + 10);
    await page.locator('.matrix .group button', { hasText: 'OrdersController' }).click();
    expect(await rows()).toBe(1 + 6);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(1 + 4 + 6));
  });

  it('adds an origin to the matrix and removes it, or says at the field why it cannot', async () => {
    await openMatrix();
    const columns = () => page.locator('.matrix-head .column').count();
    const before = await columns();
    const input = page.getByLabel('Another origin');
    await input.fill('https://coffee.example/menu');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('"https://coffee.example/menu" is not what browsers send').waitFor();
    expect(await columns()).toBe(before);
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use https://coffee.example' }).click();
    expect(await input.inputValue()).toBe('https://coffee.example');
    expect(await input.getAttribute('aria-invalid')).toBe('false');
    await page.keyboard.press('Enter');
    await page.getByText('https://coffee.example has been added.').waitFor();
    expect(await cell('GET /storefront/:tenant/products from https://coffee.example').textContent()).toBe('● cookies');

    await page.getByRole('button', { name: 'Remove https://coffee.example' }).click();
    expect(await columns()).toBe(before);
    messages.splice(0, messages.length, ...messages.filter((text) => !text.includes('400 (Bad Request)')));
  });

  it('lists allowlists and findings, and searches the findings', async () => {
    await tab('Allowlists').click();
    await page.getByRole('row', { name: /^TenantOrigins ok 2 / }).waitFor();
    await page.getByText('1 entry').click();
    await page.getByText('https://BAD.example/').waitFor();

    await tab('Findings').click();
    const findings = () => page.locator('.notes tbody tr').count();
    expect(await findings()).toBeGreaterThan(1);
    await page.getByLabel('Search the findings').fill('own-header');
    expect(await findings()).toBe(1);
    await page.getByLabel('Search the findings').fill('no such thing');
    await page.getByText('No finding fits the search.').waitFor();
  });

  it('finds entries of allowlists, and says who would admit an origin', async () => {
    await tab('Allowlists').click();
    await page.keyboard.press('/');
    await page.keyboard.type('coffee');
    const entry = page.getByRole('listitem').filter({ hasText: 'https://coffee.example' });
    await entry.filter({ hasText: 'provider TenantOrigins' }).waitFor();

    await page.getByLabel('Who would admit …?').fill('https://coffee.example');
    const answers = page.getByRole('list', { name: 'Answers about this origin' }).getByRole('listitem');
    await answers.filter({ hasText: /yes policies\.tenant policy$/ }).waitFor();
    expect(await answers.filter({ hasText: /no policies\.partner policy$/ }).count()).toBe(1);
    await shoot(page, 'who-would-admit');
    expect(await violations(page)).toEqual([]);

    await page.getByLabel('Who would admit …?').fill('https://coffee.example/menu');
    await page.getByRole('button', { name: 'Use https://coffee.example' }).click();
    await answers.filter({ hasText: /yes policies\.tenant policy$/ }).waitFor();
  });

  it('offers entries of providers and recently refused origins to the matrix', async () => {
    await started.get('/orders', 'https://refused.example');
    await page.reload();
    await openMatrix();
    await page.getByRole('button', { name: /origins$/ }).click();
    await page.getByLabel('Another origin').fill('tea.ex');
    const tea = page.getByRole('checkbox', { name: 'https://tea.example' });
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/matrix\.json/, (route) => answered.then(() => route.continue()));
    await tea.check();
    await page.getByText('Asking about https://tea.example…').waitFor();
    expect(await tea.isChecked()).toBe(true);
    answer();
    await cell('GET /storefront/:tenant/products from https://tea.example: open, cookies too').waitFor();
    expect(await tea.isChecked()).toBe(true);
    await page.unroute(/matrix\.json/);
    await page.getByRole('checkbox', { name: /https:\/\/refused\.example/ }).check();
    await cell('GET /orders from https://refused.example: refused').waitFor();
    await page.getByRole('checkbox', { name: /https:\/\/refused\.example/ }).uncheck();
    expect(await cell('GET /orders from https://refused.example: refused').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  it('lists what reportOnly policies would have refused, as it is now, and explains it', async () => {
    const response = await started.get('/storefront/1/products', 'https://tea.example');
    expect(response.status).toBe(200);
    await tab('Report-only').click();
    await page.getByRole('row', { name: /^\d+ StorefrontController\.products https:\/\/tea\.example/ }).waitFor();
    await page.getByRole('button', { name: 'Explain', exact: true }).first().click();
    await page.getByText('Explained: allowed.').waitFor();
  });

  it('keeps its section in the address', async () => {
    await tab('Findings').click();
    expect(new URL(page.url()).hash).toBe('#findings');
    await tab('Matrix').click();
    await page.goBack();
    expect(await tab('Findings').getAttribute('aria-selected')).toBe('true');
    await page.reload();
    await page.locator('.notes').waitFor();
    expect(await tab('Findings').getAttribute('aria-selected')).toBe('true');
  });

  describe('by keyboard alone', () => {
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) {
        await page.keyboard.press(key);
      }
    };

    it('opens sections by their numbers, and by arrows', async () => {
      for (const [index, name] of TABS.entries()) {
        await press(String(index + 1));
        expect(await tab(name).getAttribute('aria-selected')).toBe('true');
        expect(await focused(page)).toContain(name);
      }
      await press('ArrowRight');
      expect(await focused(page)).toBe('Routes');
      await press('ArrowLeft', 'Home', 'ArrowRight');
      expect(await focused(page)).toBe('Matrix');
      await press('Tab');
      expect(await page.evaluate('document.activeElement.closest("[role=tabpanel]") !== null')).toBe(true);
    });

    it('searches, moves in the list, explains, and returns to where it was', async () => {
      await press('/');
      await page.keyboard.type('orders');
      await page.getByText('4 of 10 routes').waitFor();
      await press('Tab', 'Tab', 'Tab', 'Tab');
      expect(await focused(page)).toBe('Explain GET /orders');
      await press('ArrowDown');
      expect(await focused(page)).toBe('Explain PUT /orders/:id');
      await press('Enter');
      await page.getByText(/^Explained: /).waitFor();
      expect(await focused(page)).toBe('Explain and try');
      await press('Escape');
      expect(await page.locator('#panel').count()).toBe(0);
      expect(await focused(page)).toBe('Explain PUT /orders/:id');
      await press('Tab', 'Enter');
      await page.locator('.detail:visible').waitFor();
    });

    it('moves in the matrix, explains a cell, and returns to it', async () => {
      await press('2');
      await page.locator('[data-waiting="0"]').waitFor();
      await page.locator('.matrix [data-active]').focus();
      await press('ArrowDown', 'ArrowRight', 'ArrowDown');
      expect(await focused(page)).toMatch(/^GET \/catalogue\/:id from http:\/\/localhost:8080/);
      await press('End', 'Enter');
      await page.getByText(/^Explained: /).waitFor();
      await press('Escape');
      expect(await focused(page)).toMatch(/^GET \/catalogue\/:id from https:\/\/stranger\.example/);
      // The Tab key stops once at the matrix.
      await press('Tab');
      expect(await page.evaluate('document.activeElement.closest(".matrix")')).toBe(null);
      await press('Shift+Tab', 'Home', 'ArrowUp', 'ArrowUp');
      expect(await focused(page)).toContain('CatalogueController');
      await press('Enter');
      await page.locator('.matrix [aria-expanded=false]').waitFor();
    });

    it('shows its keys, gives the focus back, and leaves single keys to who needs them', async () => {
      await tab('Routes').focus();
      await press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      expect(await focused(page)).toBe('Routes');

      await press('?');
      await page.getByLabel('Single keys work').uncheck();
      await press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      await press('2');
      expect(await tab('Routes').getAttribute('aria-selected')).toBe('true');
      await page.getByRole('button', { name: 'Keys' }).click();
      await page.getByLabel('Single keys work').check();
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      await press('2');
      expect(await tab('Matrix').getAttribute('aria-selected')).toBe('true');
    });

    it('types the same letters into fields', async () => {
      await press('/');
      await page.keyboard.type('1/?p');
      expect(await page.getByLabel('Search', { exact: true }).inputValue()).toBe('1/?p');
      expect(await tab('Routes').getAttribute('aria-selected')).toBe('true');
    });

    it('leads past the head of the page', async () => {
      await press('Tab');
      expect(await focused(page)).toBe('To the content');
      await press('Enter', 'Tab');
      expect(await page.evaluate('document.activeElement.matches("[data-search]")')).toBe(true);
    });
  });

  describe.each(LOOKS)('at $width pixels, in $colorScheme', ({ width, colorScheme }) => {
    beforeEach(async () => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
    });
    afterEach(async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    const look = async (name: string): Promise<void> => {
      await shoot(page, `${name}-${width}-${colorScheme}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
    };

    it('has no violation that axe finds, and never scrolls sideways', async () => {
      await page.getByRole('button', { name: 'Details of PUT /orders/:id' }).click();
      await look('routes');
      for (const name of TABS.slice(1)) {
        await tab(name).click();
        await look(name.toLowerCase());
      }
    }, 60_000);

    it('explains beside the list, or over it', async () => {
      await page.getByRole('button', { name: 'Explain DELETE /orders/:id' }).click();
      await page.getByText('Explained: blocked.').waitFor();
      await look('panel');
      expect(await page.locator('#panel').getAttribute('role')).toBe(width < 900 ? 'dialog' : 'complementary');
      await page.keyboard.press('Escape');
      expect(await focused(page)).toBe('Explain DELETE /orders/:id');
    }, 60_000);

    it('shows the matrix, in a narrow window for one origin at a time', async () => {
      await openMatrix();
      if (width >= 600) {
        expect(await page.locator('.matrix-head .column').count()).toBeGreaterThan(2);
        return;
      }
      expect(await page.locator('.matrix-head .column').count()).toBe(1);
      await choice('Origin').selectOption('https://stranger.example');
      await cell('GET /orders from https://stranger.example: refused').waitFor();
    });
  });
});
