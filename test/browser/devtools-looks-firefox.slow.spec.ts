import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { closeApps, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { Firefox, type FirefoxPage } from './kit/firefox.js';
import { SCREENSHOTS } from './page-checks.js';

/* Rule 6.5: the page is accessible in Firefox too, in both themes, narrow and wide. */

const TIMEOUT_MS = 120_000;
const SECTIONS = ['routes', 'matrix', 'live', 'allowlists', 'findings', 'reports'];
/** Values of `layout.css.prefers-color-scheme.content-override`. */
const THEMES = { dark: 0, light: 1 };

describeWith('firefox', 'the looks of the development page in Firefox', (executable) => {
  let axe: string;
  let started: TestApp;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    started = await startDemo('express');
    await started.preflight('/orders/1', { origin: 'https://shop.example', method: 'PUT' });
    await started.request('PUT', '/orders/1', { Origin: 'https://shop.example' });
    await started.get('/storefront/1/products', 'https://tea.example');
  }, TIMEOUT_MS);
  afterAll(closeApps, TIMEOUT_MS);

  describe.each(['light', 'dark'] as const)('in %s', (theme) => {
    let firefox: Firefox | undefined;
    let page: FirefoxPage;

    beforeAll(async () => {
      firefox = await Firefox.launch(executable, {
        'layout.css.prefers-color-scheme.content-override': THEMES[theme],
      });
      page = await firefox.open(pageAddress(started));
      await page.until(`document.querySelector('[data-connection=live]')`);
      // A debugger's script: the Content-Security-Policy of the page does not stop it.
      await page.evaluate(`${axe};'loaded'`);
    }, TIMEOUT_MS);
    afterAll(() => firefox?.close(), TIMEOUT_MS);

    const violations = async (): Promise<string[]> =>
      JSON.parse(
        await page.evaluate(
          `axe.run({ exclude: ['iframe'] }).then(({ violations }) => JSON.stringify(
            violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120)))))`,
        ),
      ) as string[];
    const looksWell = async (name: string, width: number): Promise<void> => {
      writeFileSync(`${SCREENSHOTS}/devtools-firefox-${name}-${width}-${theme}.png`, await page.picture());
      expect(await page.evaluate(`String(document.documentElement.scrollWidth <= ${width})`)).toBe('true');
      expect(await violations()).toEqual([]);
    };

    it('has the colours of the theme', async () => {
      expect(await page.evaluate(`String(matchMedia('(prefers-color-scheme: ${theme})').matches)`)).toBe('true');
      const [red = 0] = JSON.parse(
        await page.evaluate(`'[' + getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g) + ']'`),
      ) as number[];
      expect(red > 128).toBe(theme === 'light');
    });

    it.each([400, 800, 1280])(
      'has no violation that axe finds and does not scroll sideways, at %i pixels',
      async (width) => {
        await page.resize(width);
        for (const [index, section] of SECTIONS.entries()) {
          await page.press(String(index + 1));
          await page.until(`document.querySelector('#part-${section}')`);
          if (section === 'matrix') {
            await page.until(`document.querySelector('[data-waiting="0"]')`);
          }
          await looksWell(section, width);
        }
        await page.press('1');
        await page.tabTo('Explain DELETE /orders/:id');
        await page.press('Enter');
        await page.until(`document.querySelector('#told')?.textContent === 'Explained: blocked.'`);
        await looksWell('panel', width);
        await page.press('Escape');
        await page.until(`document.querySelector('#panel') === null`);
        expect(await page.focused()).toBe('Explain DELETE /orders/:id');
      },
      TIMEOUT_MS,
    );
  });
});
