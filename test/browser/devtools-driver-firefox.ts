import { jest } from '@jest/globals';
import { closeApps, type TestApp } from '../support/app.js';
import { pageAddress } from '../support/devtools.js';
import { Firefox, type FirefoxPage } from './kit/firefox.js';

/** Longest time that a test or a hook may take on a busy machine. */
export const LONGEST_MS = 180_000;

/** Uses the development page of an app in Firefox as a user does. */
export class FirefoxDriver {
  started!: TestApp;
  page!: FirefoxPage;
  /** Kept while it starts too, so that a test that gave up waiting leaves no browser behind. */
  private firefox: Promise<Firefox> | undefined;

  constructor(
    private readonly executable: string,
    private readonly start: () => Promise<TestApp>,
    private readonly addressOf: (started: TestApp) => string,
  ) {}

  /** Starts the app and the browser. */
  async launch(): Promise<void> {
    this.started = await this.start();
    this.firefox = Firefox.launch(this.executable);
    await this.firefox;
  }

  async close(): Promise<void> {
    await (await this.firefox)?.close();
    await closeApps();
  }

  /** Opens the page in a new tab, and waits until it has its data and its stream. */
  async open(): Promise<void> {
    this.page = await (await this.firefox!).open(this.addressOf(this.started));
    await this.page.until(`document.querySelector('[data-connection=live]')`);
  }

  /** Opens another tab in front of this one. */
  async openOther(): Promise<void> {
    await (await this.firefox!).open('about:blank');
  }

  /** Waits until the page has so many elements. */
  async shows(selector: string, count = 1): Promise<void> {
    await this.page.until(`document.querySelectorAll(${JSON.stringify(selector)}).length === ${count}`);
  }

  /** Waits until an element has a text. */
  async says(text: string, selector = '#content, #panel'): Promise<void> {
    await this.page.until(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].some(({ textContent }) => textContent.includes(${JSON.stringify(text)}))`,
    );
  }

  /** Waits until the panel says that it is done. */
  async told(text: string): Promise<void> {
    await this.page.until(`document.querySelector('#told')?.textContent === ${JSON.stringify(text)}`);
  }

  textOf(selector: string): Promise<string> {
    return this.page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  }

  async openMatrix(): Promise<void> {
    await this.page.press('2');
    await this.shows('[data-waiting="0"]');
  }

  /** Fills in method and URL by keyboard, and goes on to the field `next`. */
  async ask(method: string, url: string, next: string): Promise<void> {
    if ((await this.page.evaluate(`String(document.querySelector('#panel') === null)`)) === 'true') {
      await this.page.tabTo('Explain a request');
      await this.page.press('Enter');
    }
    await this.page.tabTo('Method');
    await this.page.press('Control+a', ...method);
    await this.page.tabTo('URL');
    await this.page.press('Control+a', ...url);
    await this.page.tabTo(next);
  }

  /** From the fold of the body, chooses its kind by the letters of its name. */
  async chooseBody(kind: string): Promise<void> {
    await this.page.press('Enter');
    await this.page.tabTo('Body none');
    await this.page.press(...kind);
    await this.page.until(`document.querySelector('[name=body]').value.startsWith('${kind}')`);
  }

  /** Sends the request of the form from one of the tester's origins. */
  async send(from: 'localhost' | '127.0.0.1', told: string): Promise<void> {
    await this.page.tabTo('Send it for real');
    await this.page.press('Tab', ...`http://${from}`);
    await this.page.until(
      `document.querySelector('[name=from]').selectedOptions[0].textContent.startsWith('http://${from}:')`,
    );
    await this.page.press('Shift+Tab', 'Enter');
    await this.told(told);
  }

  /** A line of the table "predicted / happened". */
  line(title: string): Promise<string> {
    return this.page.evaluate(
      `[...document.querySelectorAll('[data-line="${title}"] td')].map(({ textContent }) => textContent).join(' | ')`,
    );
  }
}

/** Starts an app and Firefox before the tests of a block, and opens the page before each. */
export function inFirefox(
  executable: string,
  start: () => Promise<TestApp>,
  addressOf: (started: TestApp) => string = pageAddress,
): FirefoxDriver {
  jest.setTimeout(LONGEST_MS);
  const driver = new FirefoxDriver(executable, start, addressOf);
  beforeAll(() => driver.launch());
  afterAll(() => driver.close());
  beforeEach(() => driver.open());
  return driver;
}
