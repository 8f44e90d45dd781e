import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Caller, callers } from '../../sample/01-quickstart/src/report/scenario.js';
import { scenarios } from '../../sample/01-quickstart/src/report/scenarios.js';
import { buildQuickstart, PAGE_TOKEN, START_TIMEOUT_MS, startQuickstart } from '../sample/quickstart-process.js';
import { describeWith } from '../support/services.js';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const ids = Object.keys(callers) as Caller[];

describeWith('chromium', 'the quickstart in Chromium', (executablePath) => {
  let quickstart: Awaited<ReturnType<typeof startQuickstart>> | undefined;
  let browser: Browser | undefined;
  let context: BrowserContext;
  const pages = new Map<Caller, Tab>();

  beforeAll(async () => {
    await buildQuickstart();
    quickstart = await startQuickstart();
    browser = await chromium.launch({ executablePath, args });
    // All pages share one browser. The stranger's page also sends the shop's session cookie, and only CORS stops it.
    context = await browser.newContext();
    for (const caller of ids) {
      pages.set(caller, await Tab.open(context, quickstart.addresses.pages[caller]));
    }
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await quickstart?.close();
  }, START_TIMEOUT_MS);

  const resultsOf = (caller: Caller) => quickstart!.results.filter((result) => result.caller === caller);

  describe.each(ids)('from the origin of the %s', (caller) => {
    it.each(scenarios.map(({ title, id }) => [title, id]))(
      '%s: the page sees what is in the report',
      async (_title, id) => {
        const { exchange } = resultsOf(caller).find(({ scenario, operator }) => scenario.id === id && !operator)!;

        await pages.get(caller)!.expectToSee(id, exchange.seen);
      },
    );
  });

  it('the development page has a column in which the storefront is open', async () => {
    const page = await context.newPage();
    await page.goto(`${quickstart!.addresses.api}/__cors?token=${PAGE_TOKEN}`);
    const { tenant } = quickstart!.addresses.pages;

    await page.getByRole('tab', { name: 'Matrix' }).click();
    await page.getByRole('button', { name: `GET /storefront from ${tenant}: open, cookies too` }).waitFor();
    await page.close();
  });

  it('a tenant is allowed, and refused again, while the page stays open', async () => {
    const steps = quickstart!.results.filter((result) => result.operator);
    expect(steps.map(({ exchange }) => exchange.seen.blocked)).toEqual([false, true]);

    for (const { caller, scenario, operator, exchange } of steps) {
      const { method, url, headers = {}, body = null } = operator!;
      expect((await fetch(url, { method, headers, body })).ok).toBe(true);
      await pages.get(caller)!.expectToSee(scenario.id, exchange.seen);
    }
  });

  it('all of them run by keyboard only', async () => {
    const { page } = pages.get('shop')!;
    await page.bringToFront();
    await page.locator('#run-all').focus();
    await page.keyboard.press('Enter');

    const blocked = resultsOf('shop').filter(({ exchange }) => exchange.seen.blocked).length;
    await page.getByText(`${scenarios.length - blocked} seen, ${blocked} blocked`).waitFor();
  });
});

/** One open page with its console messages. */
class Tab {
  private readonly messages: string[] = [];

  private constructor(readonly page: Page) {
    page.on('console', (message) => this.messages.push(message.text()));
  }

  static async open(context: BrowserContext, origin: string): Promise<Tab> {
    const page = await context.newPage();
    const tab = new Tab(page);
    await page.goto(origin);
    await page.locator('tbody tr').first().waitFor();
    expect(tab.messages).toEqual([]);
    return tab;
  }

  /** Clicks the button of the scenario. Compares the page's result, and the reason, which only the console shows. */
  async expectToSee(id: string, seen: { blocked: boolean; message?: string }): Promise<void> {
    this.messages.length = 0;
    // Chromium draws a background page only once a second, and a click waits for the drawing.
    await this.page.bringToFront();
    const row = this.page.locator(`#${id}`);
    await row.evaluate((element) => element.removeAttribute('data-seen'));
    await row.getByRole('button').click();
    await this.page.locator(`#${id}[data-seen]`).waitFor();

    const actual = JSON.parse((await row.getAttribute('data-seen'))!);
    if (!seen.blocked) {
      expect(actual).toEqual(seen);
      return;
    }
    expect(actual).toEqual({ blocked: true, error: 'TypeError: Failed to fetch' });
    expect(await this.corsMessage()).toContain(`has been blocked by CORS policy: ${seen.message}`);
  }

  /** Waits for the CORS message, because the console may be later than the rejection. */
  private async corsMessage(): Promise<string | undefined> {
    const find = (): string | undefined => this.messages.find((text) => text.includes('CORS policy'));
    for (let waited = 0; find() === undefined && waited < 5_000; waited += 20) {
      await this.page.waitForTimeout(20);
    }
    return find();
  }
}
