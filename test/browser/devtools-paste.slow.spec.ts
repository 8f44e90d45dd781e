import { PLATFORMS, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inChromium } from './devtools-chromium.js';
import type { Driver } from './devtools-driver.js';
import { focused, shoot, violations } from './page-checks.js';

/* Rule 6.5: the page explains what the console said, a curl command and a URL. */

const UNREADABLE = 'This is none of the messages, commands and addresses';

describeWith('chromium', 'the paste field of the development page in Chromium', (executablePath) => {
  const chromium = inChromium(executablePath);

  describe.each(PLATFORMS)('on %s', (platform) => {
    let started: TestApp;
    let driver: Driver;
    let messages: string[];

    beforeAll(async () => {
      ({ started, driver, messages } = await chromium.open(() => startDemo(platform)));
    }, 60_000);
    afterAll(() => chromium.close());
    beforeEach(async () => {
      await driver.open(pageAddress(started));
      messages.length = 0;
    }, 60_000);

    it('explains what the console of this browser said', async () => {
      await driver.ask('DELETE', '/orders/1', { credentials: true });
      await driver.send('localhost');
      const said = messages.find((text) => text.includes('blocked by CORS policy'))!;
      await driver.open(pageAddress(started));

      await driver.paste(said);

      await driver.page.getByText('Explained: blocked.').waitFor();
      expect(await driver.filled()).toEqual({
        method: 'DELETE',
        url: '/orders/1',
        origin: expect.stringMatching(/^http:\/\/localhost:\d+$/),
        headers: '',
        credentials: false,
      });
      expect(await driver.result.locator('[data-message]').textContent()).toBe(said);
      expect(await focused(driver.page)).toBe('Explain and try');
    });

    it('fills in method, headers, origin and cookies of a curl command', async () => {
      const field = driver.page.getByLabel('Paste what the console said');
      await field.fill(
        `curl '${started.url}/orders/1' -X PUT -H 'Origin: https://shop.example' -H 'X-Api-Key: a' -b 's=1' --data-raw '{}'`,
      );
      await driver.page.keyboard.press('Control+Enter');

      await driver.page.getByText(/^Explained: /).waitFor();
      expect(await driver.filled()).toEqual({
        method: 'PUT',
        url: '/orders/1',
        origin: 'https://shop.example',
        headers: 'X-Api-Key: a\nContent-Type: application/x-www-form-urlencoded',
        credentials: true,
      });
      expect(await driver.panel.locator('.filled').textContent()).toContain('Filled in from what was pasted.');
      expect(await violations(driver.page)).toEqual([]);
    });

    it('explains a message of Firefox, and says what it does not know', async () => {
      await driver.paste(
        `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${started.url}/orders. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.`,
      );

      await driver.page.getByText(/^Explained: /).waitFor();
      expect(await driver.panel.getByLabel('URL', { exact: true }).inputValue()).toBe('/orders');
      expect(await driver.panel.locator('.filled li').allTextContents()).toEqual([
        'Filled in from what was pasted.',
        'The message does not say the method.',
        'The message does not say the origin of the page. Set it, and explain again.',
      ]);
    });

    it('is reached by a key, and its explanation left by another', async () => {
      await driver.page.keyboard.press('p');
      await driver.page.keyboard.type('PUT /orders/1');
      await driver.page.keyboard.press('Control+Enter');
      await driver.page.getByText(/^Explained: /).waitFor();
      await driver.page.keyboard.press('Escape');
      expect(await driver.panel.count()).toBe(0);
      await driver.page.waitForFunction(() => document.activeElement?.localName === 'textarea');
    });

    it('says at the field why a pasted text cannot be read, and asks nothing', async () => {
      await driver.paste('<img src=x onerror=alert(1)>');

      await driver.page.getByText(UNREADABLE).waitFor();
      const field = driver.page.getByLabel('Paste what the console said');
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await driver.panel.count()).toBe(0);
      await shoot(driver.page, `paste-problem-${platform}`);
      expect(await violations(driver.page)).toEqual([]);
      expect(messages).toEqual([]);
    });
  });
});
