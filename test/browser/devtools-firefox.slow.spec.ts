import { mkdirSync, writeFileSync } from 'node:fs';
import { PLATFORMS } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inFirefox } from './devtools-driver-firefox.js';
import { SCREENSHOTS } from './page-checks.js';

describeWith('firefox', 'the development page in Firefox', (executable) => {
  describe.each(PLATFORMS)('on %s', (platform) => {
    const driver = inFirefox(executable, () => startDemo(platform));
    const keep = async (name: string): Promise<void> => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      writeFileSync(`${SCREENSHOTS}/devtools-firefox-${name}-${platform}.png`, await driver.page.picture());
    };

    it('searches, explains beside the row and returns, by keyboard alone', async () => {
      await driver.page.press('/', ...'orders');
      await driver.shows('.route', 4);
      await driver.page.press('Tab', 'Tab', 'Tab', 'Tab');
      expect(await driver.page.focused()).toBe('Explain GET /orders');
      await driver.page.press('ArrowDown', 'ArrowDown', 'Enter');
      await driver.says('Access-Control-Allow-Methods in preflight response', '#panel');
      await keep('panel');
      await driver.page.press('Escape');
      await driver.shows('#panel', 0);
      await driver.page.until(`document.activeElement.getAttribute('aria-label') === 'Explain DELETE /orders/:id'`);
    });

    it('moves in the matrix and explains a cell, by keyboard alone', async () => {
      await driver.page.press('2');
      await driver.shows('[data-waiting="0"]');
      await driver.page.evaluate(`String(document.querySelector('.matrix [data-active]').focus())`);
      await driver.page.press('ArrowDown', 'ArrowDown', 'End');
      expect(await driver.page.focused()).toMatch(
        /^GET \/catalogue\/:id from https:\/\/stranger\.example: open, without cookies/,
      );
      await driver.page.press('Enter');
      await driver.says('Allowed', '#panel');
      await keep('matrix');
      await driver.page.press('Escape');
      await driver.page.until(`document.activeElement.matches('.matrix .cell')`);
    });

    it('opens sections, rows, cells and the list of keys by the mouse', async () => {
      await driver.page.click('#tab-matrix');
      await driver.shows('[data-waiting="0"]');
      await driver.page.click('.matrix .cell.refused');
      await driver.says('Blocked', '#panel');
      await driver.page.click('#tab-findings');
      await driver.shows('#part-findings .notes');
      await driver.page.click('#tab-routes');
      await driver.page.click('.route .more');
      await driver.says('CatalogueController.list', '.detail');
      await driver.page.click('header button:last-child');
      await driver.shows('dialog[open]');
      await driver.page.press('Escape');
      await driver.shows('dialog[open]', 0);
      // The panel is still open.
      expect(await driver.page.evaluate(`String(document.querySelector('#panel') !== null)`)).toBe('true');
    });
  });
});
