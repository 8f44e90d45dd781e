import { PLATFORMS } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inFirefox } from './devtools-driver-firefox.js';

/* Rule 6.5: pasting, live decisions and the live tester in Firefox. */

const SHOP = 'https://shop.example';

describeWith('firefox', 'explanations of the development page in Firefox', (executable) => {
  describe.each(PLATFORMS)('on %s', (platform) => {
    const driver = inFirefox(executable, () => startDemo(platform));

    it('explain what was pasted, by keyboard alone', async () => {
      await driver.page.press('p', ...'DELETE http://localhost:1/orders/1');
      // The clipboard gets the text, and the field gets it back.
      await driver.page.press('Control+a', 'Control+x', 'Control+v');
      await driver.told('Explained: blocked.');
      expect(await driver.page.evaluate(`document.querySelector('#question [name=method]').value`)).toBe('DELETE');
      expect(await driver.page.evaluate(`document.activeElement.textContent`)).toBe('Explain and try');
      await driver.page.press('Escape');
      await driver.shows('#panel', 0);
    });

    it('open from decisions, which are shown as they are made', async () => {
      await driver.page.press('Tab', '3');
      await driver.page.until(`document.querySelector('#tab-live[aria-selected=true]')`);
      await driver.started.preflight('/orders/1', { origin: SHOP, method: 'PUT' });
      await driver.started.request('PUT', '/orders/1', { Origin: SHOP });
      await driver.page.until(`document.querySelector('.call .tag + .tag')`);
      expect(await driver.textOf('.call')).toMatch(/preflight allowed.*request allowed/);
      await driver.page.click('.call');
      await driver.told('Explained: allowed.');
    });

    it('agree with what happens to a request that is sent for real', async () => {
      await driver.ask('PUT', '/orders/1', 'with cookies');
      await driver.page.press(' ');
      await driver.send('localhost', 'As predicted: allowed.');
      expect(await driver.line('Preflight')).toMatch(/^granted \| granted \| .*agrees$/);
    });
  });
});
