import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { closeApps, type TestApp } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { CHROMIUM_ARGS } from './devtools-app.js';
import { largeAddress, ORIGINS, startLarge, TOKEN } from './devtools-large-app.js';
import { focused, SCREENSHOTS, violations } from './page-checks.js';

/** The most elements that the page may have: a row or a cell out of sight is no element. */
const MOST_ELEMENTS = 2_500;

describeWith('chromium', 'the development page of a large app', (executablePath) => {
  let browser: Browser;
  let page: Page;
  let started: TestApp;
  const restart = async (parts: { token?: string; controllers?: number }): Promise<void> => {
    started = await startLarge({ port: started.port, ...parts });
  };

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    started = await startLarge();
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(largeAddress(started));
    await page.locator('.routes').waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await closeApps();
  });

  const group = (number: number) =>
    page.locator('.routes h3 button', { hasText: `ResourceWithQuiteALongName${number}Controller` });
  const elements = (): Promise<number> => page.evaluate('document.querySelectorAll("*").length');
  const tab = (name: string) => page.getByRole('tab', { name });

  it('shows its 1,000 routes by controller, closed at first, and draws more as it is scrolled', async () => {
    const shown = () => page.locator('.route').count();
    await page.getByText('1000 routes', { exact: true }).waitFor();
    expect(await shown()).toBe(0);
    await page.screenshot({ path: `${SCREENSHOTS}/devtools-large-closed.png` });

    await group(7).click();
    expect(await shown()).toBe(10);
    await page.getByRole('button', { name: 'Close all' }).click();
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await shown()).toBeGreaterThan(20);
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
    const before = await shown();
    await page.mouse.wheel(0, 100_000);
    await page.waitForFunction((count) => document.querySelectorAll('.route').length > count, before);
    await page.evaluate('scrollTo(0, 0)');
    await page.getByRole('button', { name: 'Close all' }).click();
    expect(await shown()).toBe(0);

    await page.getByLabel('Search', { exact: true }).fill('resource-12/:id/parts');
    await page.getByText('5 of 1000 routes', { exact: true }).waitFor();
    expect(await shown()).toBe(5);
    expect(await page.locator('.routes .group').textContent()).toContain('5 of 10 routes');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('1000 routes', { exact: true }).waitFor();
    expect(await shown()).toBe(0);
  }, 60_000);

  it('draws of 1,000 routes × 50 origins what is in sight, wherever it is scrolled to', async () => {
    await tab('Matrix').click();
    const grid = page.getByRole('grid');
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(1 + 100 + 1000));
    await page.locator('[data-waiting="0"]').waitFor({ timeout: 120_000 });
    await page.getByLabel('Another origin').fill(ORIGINS.join(' '));
    await page.keyboard.press('Enter');
    await page.getByText('https://front-52.example has been added.').waitFor({ timeout: 120_000 });
    expect(await grid.getAttribute('aria-colcount')).toBe(String(1 + 50));
    const frame = page.locator('.matrix-frame');
    for (const [top, left] of [
      [0, 0],
      [20_000, 0],
      [10_000, 3_000],
      [1e6, 1e6],
    ]) {
      await frame.evaluate((element, to) => element.scrollTo(to[1]!, to[0]!), [top!, left!]);
      // The rows of the new place are drawn with the next frame.
      await page.waitForFunction((least) => {
        const sight = document.querySelector('.matrix-frame')!.getBoundingClientRect();
        const cells = [...document.querySelectorAll('.matrix .cell')].filter((each) => {
          const { x, y } = each.getBoundingClientRect();
          return x > sight.x && x < sight.right - 100 && y > sight.y && y < sight.bottom - 30;
        });
        return cells.length > least;
      }, 20);
      expect(await elements()).toBeLessThan(MOST_ELEMENTS);
    }
    await page.screenshot({ path: `${SCREENSHOTS}/devtools-large-matrix.png` });
    await page
      .getByRole('button', { name: /\/resource-99\/:id\/parts\/:part from https:\/\/front-52/ })
      .last()
      .waitFor();
    expect(await violations(page)).toEqual([]);
  }, 300_000);

  it('keeps the focus in the matrix while its cell is out of sight', async () => {
    await page.locator('.matrix-frame').evaluate((element) => element.scrollTo(0, 0));
    await page.locator('.matrix [data-active]').focus();
    for (const key of ['PageDown', 'PageDown', 'PageDown', 'PageDown', 'End']) {
      await page.keyboard.press(key);
    }
    const name = await focused(page);
    expect(name).toMatch(/from https:\/\/front-52\.example/);
    await page.locator('.matrix-frame').evaluate((element) => element.scrollTo(0, 20_000));
    await page.waitForFunction('document.querySelector(".matrix-frame").scrollTop > 10000');
    expect(await focused(page)).toBe(name);
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toMatch(/from https:\/\/front-52\.example/);
    const sight = await page.evaluate(() => {
      const { y } = document.activeElement!.getBoundingClientRect();
      const frame = document.querySelector('.matrix-frame')!.getBoundingClientRect();
      return y >= frame.y && y <= frame.bottom;
    });
    expect(sight).toBe(true);
    await tab('Routes').click();
  }, 60_000);

  it.each([400, 1280])(
    'does not scroll sideways at %i pixels, with unnamed policies too',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await group(7).click();
      const details = page.getByRole('button', { name: 'Details of GET /resource-7/:id/parts', exact: true });
      await details.click();
      await page.screenshot({ path: `${SCREENSHOTS}/devtools-large-${width}.png` });

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
      await group(7).click();
    },
    120_000,
  );

  it('connects again after a restart, and says what that has changed', async () => {
    await closeApps();
    await page.getByText('The app does not answer.').waitFor();
    expect(await page.locator('[data-connection]').textContent()).toBe('Reconnecting…');
    await restart({ controllers: 99 });
    await page.getByText('The app was restarted.').waitFor();
    expect(await page.locator('#run summary').allTextContents()).toEqual([
      'Routes that are gone (10)',
      'Findings that are gone (1)',
    ]);
    await page.getByText('990 routes', { exact: true }).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}/devtools-restarted.png` });
    expect(await violations(page)).toEqual([]);
    await page.locator('#run summary').first().click();
    await page.getByText('GET /resource-99 (ResourceWithQuiteALongName99Controller.list)').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.locator('#run').textContent()).toBe('');

    await closeApps();
    await page.getByText('The app does not answer.').waitFor();
    await restart({ controllers: 99 });
    await page.getByText('Nothing that this page shows has changed.').waitFor();
  }, 120_000);

  it('says that the app was restarted with another token', async () => {
    await closeApps();
    await restart({ token: `${TOKEN}-of-another-start` });
    await page.getByText('this page has a new address: open the one that the log of the app prints').waitFor();
    expect(await page.locator('[data-connection]').textContent()).toBe('Locked');
    expect((await page.reload())!.status()).toBe(403);
    expect(await page.textContent('body')).toContain('Open the address that the log of the app prints');
  }, 120_000);
});
