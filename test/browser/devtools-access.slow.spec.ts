import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { closeApps, PLATFORMS, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { CHROMIUM_ARGS, startDemo } from './devtools-app.js';

describeWith('chromium', 'access to the development page in Chromium', (executablePath) => {
  let browser: Browser | undefined;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  describe.each(PLATFORMS)('on %s', (platform) => {
    let started: TestApp;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      started = await startDemo(platform);
      context = await browser!.newContext({ viewport: { width: 1280, height: 900 } });
      page = await context.newPage();
      page.setDefaultTimeout(15_000);
    }, 60_000);

    afterAll(async () => {
      await context?.close();
      await closeApps();
    });

    beforeEach(async () => {
      await page.goto(pageAddress(started));
      await page.locator('.route').first().waitFor();
    }, 60_000);

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
      await other.locator('.route').first().waitFor();
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
      expect(await reach('/__cors/page.js')).toBe('failed');
      expect(await reach('/admin/health')).toBe('opaque');
      await stranger.close();
    });
  });
});
