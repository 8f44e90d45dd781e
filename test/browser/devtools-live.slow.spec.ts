import type { Locator } from 'playwright-core';
import { PLATFORMS, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inChromium } from './devtools-chromium.js';
import type { Driver } from './devtools-driver.js';
import { focused, shoot, violations } from './page-checks.js';

/* Rule 6.5: decisions are shown as they are made. */

const SHOP = 'https://shop.example';
const STRANGER = 'https://stranger.example';

describeWith('chromium', 'the live decisions of the development page in Chromium', (executablePath) => {
  const chromium = inChromium(executablePath);

  describe.each(PLATFORMS)('on %s', (platform) => {
    let started: TestApp;
    let driver: Driver;
    let messages: string[];

    // An app of its own for each test: the page begins with what was decided before.
    beforeEach(async () => {
      ({ started, driver, messages } = await chromium.open(() => startDemo(platform)));
      await driver.open(pageAddress(started));
      await driver.page.getByRole('tab', { name: 'Live' }).click();
    }, 60_000);
    afterEach(() => chromium.close());

    const calls = (): Locator => driver.page.locator('.call');
    const told = (): Locator => driver.page.locator('[data-live-told]');
    const call = async (method: string, path: string, origin: string, headers = {}): Promise<void> => {
      await started.request(method, path, { Origin: origin, ...headers });
    };
    const preflight = async (method: string, path: string, origin: string, headers?: string): Promise<void> => {
      await started.preflight(path, { origin, method, ...(headers === undefined ? {} : { headers }) });
    };
    const shownCount = (): Promise<string | null> => driver.page.locator('[data-live-count]').textContent();
    const texts = async (): Promise<string[]> => await calls().allTextContents();
    const waitFor = (count: number): Promise<void> =>
      driver.page.waitForFunction((wanted) => document.querySelectorAll('.call').length === wanted, count).then();

    it('shows decisions as they are made, the newest first', async () => {
      await driver.page.getByText('No call so far.').waitFor();
      await call('GET', '/orders', SHOP, { Cookie: 'session=secret' });
      await waitFor(1);
      await call('GET', '/orders?page=2', STRANGER);
      await waitFor(2);

      expect(await texts()).toEqual([
        expect.stringMatching(
          /request refused.*GET.*\/orders\?page=2.*stranger\.example.*origin-not-allowed · frontend/,
        ),
        expect.stringMatching(
          /request allowed.*GET.*\/orders.*shop\.example.*OrdersController\.list · with credentials/,
        ),
      ]);
      expect(await driver.page.textContent('body')).not.toContain('secret');
      expect(messages).toEqual([]);
    });

    it('shows a preflight and its request as one call', async () => {
      await preflight('PUT', '/orders/1', SHOP, 'x-api-key');
      await waitFor(1);
      expect((await texts())[0]).toMatch(/^.*preflight allowed(?!.*request)/);
      await call('PUT', '/orders/1', SHOP, { 'X-Api-Key': '1' });
      await driver.page.getByText('request allowed').waitFor();
      expect(await texts()).toEqual([expect.stringMatching(/preflight allowed.*request allowed.*PUT.*\/orders\/1/)]);
    });

    it('opens the explanation of a call, with the names of its headers', async () => {
      await preflight('DELETE', '/orders/1', SHOP, 'content-type,x-api-key');
      await calls().first().click();
      await driver.page.getByText('Explained: blocked.').waitFor();
      expect(await driver.filled()).toEqual({
        method: 'DELETE',
        url: '/orders/1',
        origin: SHOP,
        headers: 'content-type: application/json\nx-api-key: 1',
        credentials: false,
      });
      expect(await driver.panel.locator('.filled').textContent()).toContain('Filled in from a live decision.');
      expect(await driver.result.locator('.verdict').textContent()).toContain('method-not-allowed');
    });

    it('is used by keyboard alone', async () => {
      const { page } = driver;
      await call('GET', '/orders/1', SHOP);
      await call('GET', '/orders', STRANGER);
      await call('GET', '/catalogue', STRANGER);
      await waitFor(3);
      await page.keyboard.press('1');
      await page.keyboard.press('3');
      await page.keyboard.press('/');
      expect(await page.evaluate('document.activeElement.labels[0].textContent')).toBe('Route');
      await page.keyboard.type('orders');
      await waitFor(2);
      // The Tab key stops once at the list.
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Show all');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toContain('/orders');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      expect(await focused(page)).toContain('stranger');
      await page.keyboard.press('Enter');
      await page.getByText('Explained: blocked.').waitFor();
      expect(await focused(page)).toBe('Explain and try');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.activeElement?.classList.contains('call'));
      expect(await focused(page)).toContain('stranger');
    });

    it('filters by verdict, kind, origin and route', async () => {
      const { page } = driver;
      await preflight('PUT', '/orders/1', SHOP);
      await call('PUT', '/orders/1', SHOP);
      await call('GET', '/orders', STRANGER);
      await call('GET', '/catalogue', STRANGER);
      await waitFor(3);
      await page.getByLabel('Verdict').selectOption('refused');
      expect(await texts()).toEqual([expect.stringContaining('/orders')]);
      await page.getByLabel('Verdict').selectOption('');
      await page.getByLabel('Kind').selectOption('preflight');
      expect(await texts()).toEqual([expect.stringContaining('PUT')]);
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByLabel('Origin', { exact: true }).fill('stranger');
      expect(await calls().count()).toBe(2);
      await page.getByLabel('Route', { exact: true }).fill('CatalogueController');
      expect(await texts()).toEqual([expect.stringContaining('/catalogue')]);
      expect(await shownCount()).toBe('1 call');
      await page.getByLabel('Route', { exact: true }).fill('nothing');
      await page.getByText('No call fits the filter.').waitFor();
      // The filter stays while another section is open.
      await page.getByRole('tab', { name: 'Findings' }).click();
      await page.getByRole('tab', { name: 'Live' }).click();
      expect(await page.getByLabel('Route', { exact: true }).inputValue()).toBe('nothing');
    });

    it('stays as it is while it is paused, and goes on with what came since', async () => {
      const { page } = driver;
      await call('GET', '/orders', SHOP);
      await waitFor(1);
      await page.getByRole('button', { name: 'Pause' }).click();
      await call('GET', '/catalogue', SHOP);
      await call('GET', '/catalogue/1', SHOP);
      await page.getByText('Paused: 2 further calls came since.').waitFor();
      expect(await calls().count()).toBe(1);
      await page.getByRole('button', { name: 'Go on' }).click();
      await waitFor(3);
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('No call so far.').waitFor();
    });

    const hide = async (hidden: boolean): Promise<void> => {
      await driver.page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        Object.defineProperty(document, 'visibilityState', {
          value: value ? 'hidden' : 'visible',
          configurable: true,
        });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    };

    it('asks for nothing while its tab is hidden, and shows what came since', async () => {
      const { page } = driver;
      await call('GET', '/orders', SHOP);
      await waitFor(1);
      await hide(true);
      await page.getByText('The app sends no decisions at the moment.').waitFor();
      await call('GET', '/catalogue', SHOP);
      await page.waitForTimeout(800);
      expect(await calls().count()).toBe(1);
      await hide(false);
      await waitFor(2);
      expect(await told().textContent()).toBe('');
    });

    const flood = async (name: string, count: number): Promise<void> => {
      for (let at = 0; at < count; at += 20) {
        const batch = Array.from({ length: Math.min(20, count - at) }, (_, index) => at + index);
        await Promise.all(
          batch.map(async (number) => {
            const answer = await fetch(`${started.url}/orders?${name}=${number}`, { headers: { Origin: SHOP } });
            await answer.arrayBuffer();
          }),
        );
      }
    };

    it('says how many decisions were left out', async () => {
      await call('GET', '/orders', SHOP);
      await waitFor(1);
      await hide(true);
      // The app keeps 200.
      await flood('hidden', 260);
      await hide(false);
      await driver.page.getByText('60 decisions are missing: more came than the app keeps for a page.').waitFor();
      expect(await shownCount()).toBe('201 calls');
    }, 60_000);

    /** Sends 40 calls at a time: the app hands 50 at once to a page. */
    const fill = async (batches: number): Promise<void> => {
      for (let batch = 0; batch < batches; batch += 1) {
        await flood(`batch-${batch}`, 40);
        await driver.page.getByText(`batch-${batch}=39`).waitFor();
      }
    };

    it('keeps 500 calls in the page', async () => {
      await fill(13);
      await driver.page.getByText('500 calls', { exact: true }).waitFor();
    }, 120_000);

    it('draws the first calls, and the others as the list is scrolled', async () => {
      const { page } = driver;
      await fill(4);
      await page.getByText('160 calls', { exact: true }).waitFor();
      expect(await calls().count()).toBeLessThan(100);
      await calls().last().scrollIntoViewIfNeeded();
      await page.waitForFunction(() => document.querySelectorAll('.call').length > 100);
      // Another filter begins at the top again.
      await page.getByLabel('Route', { exact: true }).fill('batch');
      expect(await calls().count()).toBeLessThan(100);

      await calls().first().focus();
      await page.keyboard.press('End');
      expect(await calls().count()).toBe(160);
      expect(await focused(page)).toBe(await calls().last().textContent());
      await page.keyboard.press('Home');
      expect(await focused(page)).toBe(await calls().first().textContent());
    }, 60_000);

    it.each(['light', 'dark'] as const)('has no violation that axe finds, in %s', async (colorScheme) => {
      const { page } = driver;
      await page.emulateMedia({ colorScheme });
      await preflight('PUT', '/orders/1', SHOP);
      await call('PUT', '/orders/1', SHOP);
      await call('GET', `/orders?${'long'.repeat(60)}`, STRANGER);
      await waitFor(2);
      for (const width of [400, 800, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await shoot(page, `live-${width}-${colorScheme}-${platform}`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await violations(page)).toEqual([]);
      }
    });
  });
});
