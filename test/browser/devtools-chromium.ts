import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { closeApps, type TestApp } from '../support/app.js';
import { CHROMIUM_ARGS } from './devtools-app.js';
import { Driver } from './devtools-driver.js';

/** An app, and a tab of Chromium that its page is opened in. */
export interface OpenedApp {
  readonly started: TestApp;
  readonly context: BrowserContext;
  readonly driver: Driver;
  /** The messages of the console, and the errors of scripts, which a test may empty. */
  readonly messages: string[];
}

export interface ChromiumOfTests {
  open(start: () => Promise<TestApp>): Promise<OpenedApp>;
  /** Closes the tab and the app. */
  close(): Promise<void>;
}

/** Runs Chromium while the tests of a block run. */
export function inChromium(executablePath: string, options: BrowserContextOptions = {}): ChromiumOfTests {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  }, 60_000);
  afterAll(() => browser?.close());
  return {
    async open(start) {
      const started = await start();
      context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const messages: string[] = [];
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(String(error)));
      return { started, context, driver: new Driver(page), messages };
    },
    async close() {
      await context?.close();
      await closeApps();
    },
  };
}
