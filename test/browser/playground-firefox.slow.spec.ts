import { hashOf } from '../../docs/playground/model/share.js';
import { describeWith } from '../support/services.js';
import { Firefox } from './kit/firefox.js';
import { servePlayground } from './playground-page.js';

const TIMEOUT_MS = 60_000;

describeWith('firefox', 'the playground of the documentation in Firefox', (executable) => {
  let site: Awaited<ReturnType<typeof servePlayground>> | undefined;
  let firefox: Firefox | undefined;

  beforeAll(async () => {
    site = await servePlayground();
    firefox = await Firefox.launch(executable);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await firefox?.close();
    await site?.stop();
  }, TIMEOUT_MS);

  const says = (selector: string, text: string): string =>
    `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`;

  it(
    'judges a shared state, applies the fix and loads the list of public suffixes',
    async () => {
      const code =
        "CorsModule.forRoot({\n  defaultPolicy: { origin: 'https://*.shop.example' },\n  routes: [{ path: '/a', policy: { origin: 'https://app.example' } }],\n});";
      const request = { method: 'GET', url: '/a', origin: 'https://b.example', headers: '', credentials: true };
      const page = await firefox!.open(`${site!.origin}/#${await hashOf({ code, request })}`);
      await page.until(says('.pg-status', 'Blocked GET /a'));
      await page.click('.pg-answer .pg-button');
      await page.until(says('.pg-status', 'Allowed GET /a'));
      expect(await page.evaluate(`document.querySelector('.pg-code textarea').value`)).toContain(
        "origin: ['https://app.example', 'https://b.example'], credentials: true",
      );
      await page.click('.pg-question > .pg-button');
      await page.until(says('.pg-notice', 'address'));
      expect(await page.evaluate('location.hash')).toMatch(/^#v1\./);
    },
    TIMEOUT_MS,
  );
});
