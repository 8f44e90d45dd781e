import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { EXAMPLES } from '../../docs/playground/model/examples.js';
import { hashOf } from '../../docs/playground/model/share.js';
import { describeWith } from '../support/services.js';
import { SCREENSHOTS, violations } from './page-checks.js';
import { servePlayground } from './playground-page.js';

/** The words that the verdict of an example begins with, and the reason or the code that the page links to. */
const VERDICTS: Readonly<Record<string, readonly [verdict: string, link: string]>> = {
  frontend: ['Allowed PUT /orders/7', '/reasons/allowed'],
  'public-api': ['Allowed GET /prices', '/reasons/allowed'],
  'cookies-and-wildcard': ['Blocked GET /prices', '/reasons/credentials-not-allowed'],
  tenants: ['Blocked GET /basket', '/reasons/origin-not-allowed'],
  'forgotten-origin': ['Blocked GET /orders/7', '/reasons/origin-not-allowed'],
  'narrow-headers': ['Blocked PUT /orders/7', '/reasons/header-not-allowed'],
  method: ['Blocked PUT /orders/7', '/reasons/method-not-allowed'],
  'closed-route': ['Blocked POST /purge', '/reasons/no-cors'],
  'no-policy': ['Blocked GET /health', '/reasons/no-policy'],
  'null-origin': ['Blocked GET /orders/7', '/reasons/origin-null'],
  graphql: ['Allowed POST /graphql', '/reasons/allowed'],
  'wrong-options': ['Startup stops There are 2 errors', '/errors/origin-scheme-missing'],
};

const HANGS = 15_000;

describeWith('chromium', 'the playground of the documentation', (executablePath) => {
  let site: Awaited<ReturnType<typeof servePlayground>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    site = await servePlayground();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => Promise.all([browser.close(), site.stop()]));
  beforeEach(async () => {
    problems = [];
    context = await browser.newContext();
    page = await context.newPage();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(site.origin) && !request.url().startsWith('data:')) {
        problems.push(`asks another host: ${request.url()}`);
      }
    });
  });
  afterEach(async () => {
    expect(problems).toEqual([]);
    await context.close();
  });

  const open = (hash = ''): Promise<unknown> => page.goto(`${site.origin}/${hash}`);
  const status = (): ReturnType<Page['locator']> => page.locator('.pg-status');
  const code = (): ReturnType<Page['locator']> => page.getByLabel('Policies and routes');
  const expectStatus = (text: string): Promise<unknown> =>
    status().filter({ hasText: text }).waitFor({ timeout: HANGS });

  test.each(EXAMPLES.map(({ id, title }) => [id, title]))('the example %s gives its verdict', async (id) => {
    await open();
    await page.getByLabel('Example').selectOption(id);
    const [verdict, link] = VERDICTS[id]!;
    await expectStatus(verdict);
    expect(await page.locator(`a[href="${link}"]`).count()).toBe(1);
  });

  test('shows the preflight, the response, the message of the console, the fix, and applies it', async () => {
    await open();
    await page.getByLabel('Example').selectOption('narrow-headers');
    await expectStatus('Blocked');
    expect(await page.locator('.pg-console').textContent()).toBe(
      "Access to fetch at 'https://api.example/orders/7' from origin 'https://app.example' has been blocked by CORS policy: " +
        'Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.',
    );
    expect(await page.getByRole('region', { name: 'Answer to the preflight' }).textContent()).toContain(
      'HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.example\n',
    );
    await page.getByRole('button', { name: 'Apply this change' }).click();
    await expectStatus('Allowed');
    expect(await code().inputValue()).toContain("allowedHeaders: ['Content-Type', 'authorization']");
    await page.getByRole('button', { name: 'Undo the change' }).click();
    await expectStatus('Blocked');
    expect(await code().inputValue()).toContain("allowedHeaders: ['Content-Type'],");
  });

  test('fills the request in from a message of the console', async () => {
    await open();
    await page.getByText('Fill in from a message').click();
    await page
      .getByLabel('The text to read')
      .fill(
        "Access to fetch at 'https://api.example/orders/9' from origin 'https://new.example' has been blocked by CORS policy: " +
          "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present.",
      );
    await page.getByRole('button', { name: 'Fill in' }).click();
    await expectStatus('/orders/9 from "https://new.example" is blocked');
    await page.getByLabel('The text to read').fill('something else');
    await page.getByRole('button', { name: 'Fill in' }).click();
    await page.getByText('none of the messages').waitFor();
  });

  test('stops an answer that takes too long, and stays usable', async () => {
    await page.route('**/worker.js', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: 'onmessage = ({ data: { id } }) => { postMessage({ id, kind: "judging" }); for (;;); };',
      }),
    );
    await open();
    await expectStatus('Stopped This took more than 3 seconds');
    await page.unroute('**/worker.js');
    await page.getByLabel('Example').selectOption('graphql');
    await expectStatus('Allowed POST /graphql');
  });

  test('judges what is typed, and leads to an error by its line', async () => {
    await open();
    await expectStatus('Allowed');
    await page.getByLabel('Origin of the page').fill('https://*.shop.example');
    await expectStatus('Blocked');
    await page.getByLabel('Address').fill('nowhere');
    await expectStatus('No such request The URL is "nowhere"');
    await code().fill('CorsModule.forRoot({\n  defaultPolicy: { origin: f() },\n});');
    await expectStatus('Not readable There is 1 error');
    await page.getByRole('button', { name: 'Line 2, column 28' }).click();
    expect(await page.evaluate('document.activeElement.selectionStart')).toBe(48);
    expect(await code().getAttribute('aria-invalid')).toBe('true');
  });

  test('loads the list of public suffixes when a pattern needs it', async () => {
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await open();
    await expectStatus('Allowed');
    const before = loaded.length;
    await code().fill("CorsModule.forRoot({ defaultPolicy: { origin: 'https://*.co.uk', credentials: true } });");
    await expectStatus('Startup stops');
    expect(await page.locator('.pg-problems').textContent()).toContain('co.uk');
    expect(loaded.length).toBeGreaterThan(before);
  });

  test('a shared address gives back what was written, also after a reload', async () => {
    await open();
    await expectStatus('Allowed');
    const text = "// €\nCorsModule.forRoot({ defaultPolicy: { origin: 'https://shared.example' } });";
    await code().fill(text);
    await page.getByLabel('Origin of the page').fill('https://other.example');
    await page.getByLabel(/With cookies/).uncheck();
    await page.getByRole('button', { name: 'Share by address' }).click();
    await page.locator('.pg-notice').filter({ hasText: 'address' }).waitFor();
    const shared = page.url();
    expect(shared).toMatch(/#v1\.[\w-]+$/);
    await page.reload();
    await expectStatus('Blocked');
    expect(await code().inputValue()).toBe(text);
    const other = await context.newPage();
    await other.goto(shared);
    await other.locator('.pg-status').filter({ hasText: 'Blocked' }).waitFor();
    expect(await other.getByLabel('Origin of the page').inputValue()).toBe('https://other.example');
    expect(await other.getByLabel(/With cookies/).isChecked()).toBe(false);
  });

  test('another anchor of the page changes nothing', async () => {
    await open();
    await code().fill('CorsModule.forRoot({});');
    await expectStatus('no route serves it');
    await page.evaluate(`location.hash = 'what-it-reads'`);
    await page.evaluate(`location.hash = 'v1.AAAA'`);
    await page.locator('.pg-notice').filter({ hasText: 'nothing has changed' }).waitFor();
    expect(await code().inputValue()).toBe('CorsModule.forRoot({});');
  });

  test('a hostile address is calm: nothing of it runs, and nothing of it becomes HTML', async () => {
    await open('#v1.AAAA');
    await page.locator('.pg-notice').filter({ hasText: 'nothing that the playground can read' }).waitFor();
    await expectStatus('Allowed');
    const attack = `<img src=x onerror="document.title='run'">`;
    const hash = await hashOf({
      code: `CorsModule.forRoot({ [document.title = 'run']: 1, '${attack.replaceAll("'", '"')}': 1 });`,
      request: {
        method: attack,
        url: `javascript:document.title='run'`,
        origin: attack,
        headers: attack,
        credentials: true,
      },
    });
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await expectStatus('Not readable');
    await code().fill('CorsModule.forRoot({});');
    await expectStatus('No such request');
    expect(await page.title()).toBe('Playground');
    expect(await page.locator('img').count()).toBe(0);
  });

  test.each([
    ['light', 400],
    ['light', 1280],
    ['dark', 400],
    ['dark', 1280],
  ] as const)('is accessible in %s at %d pixels, and not wider than the window', async (theme, width) => {
    await page.setViewportSize({ width, height: 900 });
    await open();
    await page.evaluate(`document.documentElement.classList.toggle('dark', ${theme === 'dark'})`);
    for (const id of ['narrow-headers', 'wrong-options', 'frontend']) {
      await page.getByLabel('Example').selectOption(id);
      await expectStatus(VERDICTS[id]![0]);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `${SCREENSHOTS}/playground-${id}-${theme}-${width}.png`, fullPage: true });
    }
  });

  test('is used by keyboard alone', async () => {
    await open();
    await expectStatus('Allowed');
    await page.getByLabel('Example').focus();
    const reached: string[] = [];
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(
          `document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel ?? document.activeElement.textContent`,
        ),
      );
    }
    expect(reached.slice(0, 8)).toEqual([
      'Policies and routes',
      'Method',
      'Address',
      'Origin of the page',
      'Headers that the script sets, one a line',
      "With cookies: credentials: 'include'",
      'Fill in from a message of the console, a curl command or an address',
      'Share by address',
    ]);
    expect(reached).toContain('Preflight');
  });
});
