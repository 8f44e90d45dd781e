import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { PLATFORMS, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inChromium } from './devtools-chromium.js';
import type { Driver } from './devtools-driver.js';
import { focused, shoot, violations } from './page-checks.js';

/* Rule 6.5: the panel explains a request beside the row, and gives it to copy. */

const SHOP = 'https://shop.example';
const WIDTHS = [400, 800, 1280];

describeWith('chromium', 'the panel of the development page in Chromium', (executablePath) => {
  const chromium = inChromium(executablePath, { permissions: ['clipboard-read', 'clipboard-write'] });
  let frontEnd: Server;
  let frontEndOrigin: string;

  beforeAll(async () => {
    // A page of an origin that a policy allows.
    frontEnd = createServer((_request, response) => void response.end('<!doctype html><title>Front end</title>'));
    await new Promise<void>((done) => frontEnd.listen(0, '127.0.0.1', done));
    frontEndOrigin = `http://localhost:${(frontEnd.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(() => {
    frontEnd?.closeAllConnections();
    frontEnd?.close();
  });

  describe.each(PLATFORMS)('on %s', (platform) => {
    let started: TestApp;
    let context: BrowserContext;
    let driver: Driver;
    let messages: string[];

    beforeAll(async () => {
      ({ started, context, driver, messages } = await chromium.open(() => startDemo(platform)));
    }, 60_000);
    afterAll(() => chromium.close());
    beforeEach(async () => {
      await driver.open(pageAddress(started));
      messages.length = 0;
    }, 60_000);

    it('explains a request: verdict, message, what to do, wire, route and policy with places', async () => {
      await driver.ask('DELETE', '/orders/1', { origin: SHOP });
      await driver.explain();

      expect(await driver.page.locator('#told').textContent()).toBe('Explained: blocked.');
      expect(await driver.result.locator('.verdict').textContent()).toContain('method-not-allowed');
      expect(await driver.result.locator('[data-message]').textContent()).toContain(
        'Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.',
      );
      await driver.result.getByRole('heading', { name: 'What to do' }).waitFor();
      const preflight = driver.result.getByRole('region', { name: 'Preflight' });
      expect(await preflight.locator('pre').textContent()).toMatch(
        /^OPTIONS \/orders\/1 HTTP\/1\.1\nHost: .*\nAccess-Control-Request-Method: DELETE\n.*\n\nHTTP\/1\.1 204 No Content\n/s,
      );
      expect(await preflight.locator('h4').textContent()).toContain('not granted');
      const request = driver.result.getByRole('region', { name: 'Request' });
      expect(await request.locator('h4').textContent()).toContain('not sent: the preflight is not granted');
      expect(await driver.result.textContent()).toContain('Served by OrdersController.remove at /orders/:id');
      expect(await driver.result.getByRole('row', { name: /^methods/ }).textContent()).toContain(
        'OrdersController.remove',
      );
      expect(messages).toEqual([]);
    });

    it('shows a fix as code, and copies it', async () => {
      await driver.ask('DELETE', '/orders/1', { origin: SHOP });
      await driver.explain();

      const fix = driver.result.getByRole('region', { name: /^Fix: / }).first();
      const shown = await fix.locator('[data-fix]').textContent();
      expect(shown).toContain('DELETE');
      expect(await driver.copied('Copy the fix', { within: fix })).toBe(shown);
    });

    it.each([
      ['GET', '/catalogue', '', false, 'https://any.example'],
      ['PUT', '/orders/1', "X-Api-Key: it's\nX-Empty:\nContent-Type: application/json", true, SHOP],
      ['PUT', '/orders/1?a={1,2}[]&b=!$HOME', '', false, 'https://stranger.example'],
      ['DELETE', '/orders/1', '', false, SHOP],
      ['GET', '/storefront/1/products', '', false, 'https://stranger.example'],
    ])('copies %s %s as curl, and curl gets what was predicted', async (method, url, headers, credentials, origin) => {
      await driver.ask(method, url, { headers, credentials, origin });
      await driver.explain();

      const exchanges = await driver.result.getByRole('region', { name: /^(?:Preflight|Request)$/ }).all();
      for (const exchange of exchanges) {
        const [, predicted = ''] = (await exchange.locator('pre').textContent())!.split('\n\n');
        const isPreflight = (await exchange.getAttribute('aria-label')) === 'Preflight';
        const name = isPreflight ? 'Copy the preflight as curl' : 'Copy as curl';
        const command = await driver.copied(name, { within: exchange });
        const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent`]);
        const got = fieldsOf(stdout.replaceAll('\r', '').split('\n\n')[0]!);
        expect(got).toMatchObject(fieldsOf(predicted));
        const ofCors = (fields: object): string[] => Object.keys(fields).filter((field) => field.startsWith('access-'));
        expect(ofCors(got)).toEqual(ofCors(fieldsOf(predicted)));
      }
      expect(exchanges.length).toBeGreaterThan(0);
    });

    it.each([
      ['GET', '/catalogue', '', true],
      ['PUT', '/orders/1', 'X-Api-Key: 1', true],
      ['DELETE', '/orders/1', '', false],
    ] as const)('copies %s %s as fetch, and a page gets what was predicted', async (method, url, headers, allowed) => {
      await driver.ask(method, url, { headers, origin: frontEndOrigin });
      await driver.explain();
      expect(await driver.page.locator('#told').textContent()).toBe(`Explained: ${allowed ? 'allowed' : 'blocked'}.`);

      const code = await driver.copied('Copy as fetch');
      expect(code).toContain(`// In the console of a page of ${frontEndOrigin}`);
      const page = await context.newPage();
      await page.goto(frontEndOrigin);
      const outcome = await page.evaluate<string>(
        `(async () => { ${code}; return String(response.status); })().catch(String)`,
      );
      await page.close();
      expect(outcome).toBe(allowed ? '200' : 'TypeError: Failed to fetch');
    });

    it('says at the field what is wrong, and offers a correction where there is one', async () => {
      await driver.ask('GET', '/orders', { origin: 'shop.example' });
      await driver.page.getByRole('button', { name: 'Explain', exact: true }).click();
      await driver.page.getByRole('button', { name: 'Use https://shop.example' }).click();
      expect(await focused(driver.page)).toBe('');
      await driver.explain();
      expect(await driver.page.getByLabel('Origin of the page').getAttribute('aria-invalid')).toBe('false');

      await driver.page.getByLabel('Headers that the script sets').fill('no header');
      await driver.page.getByRole('button', { name: 'Explain', exact: true }).click();
      await driver.panel.getByText('this is not a header: no header').waitFor();
      const field = driver.page.getByLabel('Headers that the script sets');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await driver.page.locator('#told').textContent()).toBe('Nothing was asked: fix the field headers.');
      expect(await driver.result.textContent()).toBe('');
      expect(await violations(driver.page)).toEqual([]);
    });

    it('asks, copies and closes by keyboard alone', async () => {
      const { page } = driver;
      const button = page.getByRole('button', { name: 'Explain a request' });
      await button.focus();
      await page.keyboard.press('Enter');
      expect(await focused(page)).toBe('Explain and try');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Close');
      await page.keyboard.press('Tab');
      await page.keyboard.type('DELETE');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('/orders/1');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+A');
      await page.keyboard.type(SHOP);
      await page.keyboard.press('Enter');
      await page.getByText('Explained: blocked.').waitFor();
      await tabTo(driver, 'Copy the fix');
      await page.keyboard.press('Enter');
      await driver.result.getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain('DELETE');
      await page.keyboard.press('Escape');
      expect(await driver.panel.count()).toBe(0);
      expect(await focused(page)).toBe('Explain a request');
    });

    it.each(['light', 'dark'] as const)(
      'has no violation that axe finds and does not scroll sideways, in %s',
      async (colorScheme) => {
        const { page } = driver;
        await page.emulateMedia({ colorScheme });
        try {
          await driver.ask('DELETE', '/orders/1', { headers: 'X-Api-Key: 1' });
          await driver.send('localhost');
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            await shoot(page, `panel-${width}-${colorScheme}-${platform}`);
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
            expect(await violations(page)).toEqual([]);
          }
        } finally {
          await page.setViewportSize({ width: 1280, height: 900 });
        }
      },
      90_000,
    );
  });
});

/** Header fields by their name in lower case, and the status. */
function fieldsOf(head: string): Record<string, string> {
  const [first = '', ...lines] = head.split('\n');
  const status = / (\d{3})/.exec(first)?.[1];
  return Object.fromEntries([
    ...(status === undefined ? [] : [['status', status]]),
    ...lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  ]) as Record<string, string>;
}

async function tabTo({ page }: Driver, name: string): Promise<void> {
  for (let presses = 0; presses < 60 && (await focused(page)) !== name; presses += 1) {
    await page.keyboard.press('Tab');
  }
  expect(await focused(page)).toBe(name);
}
