import type { Locator, Page } from 'playwright-core';

/** Uses the development page as a user does. */
export class Driver {
  constructor(readonly page: Page) {}

  /** Opens the page and waits until it has its data and its stream. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('[data-connection=live]').waitFor();
  }

  get panel(): Locator {
    return this.page.locator('#panel');
  }

  get result(): Locator {
    return this.page.locator('#result');
  }

  /** Fills in the form of the panel. */
  async ask(method: string, url: string, { headers = '', credentials = false, origin = '' } = {}): Promise<void> {
    if ((await this.panel.count()) === 0) {
      await this.page.getByRole('button', { name: 'Explain a request' }).click();
    }
    await this.panel.getByLabel('Method').fill(method);
    await this.panel.getByLabel('URL', { exact: true }).fill(url);
    if (method !== 'WS') {
      await this.panel.getByLabel('Headers that the script sets').fill(headers);
      await this.panel.getByLabel('with cookies').setChecked(credentials);
    }
    if (origin !== '') {
      await this.panel.getByLabel('Origin of the page').fill(origin);
    }
  }

  async explain(): Promise<void> {
    await this.page.getByRole('button', { name: 'Explain', exact: true }).click();
    await this.page.getByText(/^Explained: /).waitFor();
  }

  /** Sends the request of the form from one of the tester's origins. */
  async send(name: 'localhost' | '127.0.0.1'): Promise<void> {
    await this.choose(name);
    await this.page.getByRole('button', { name: 'Send it for real' }).click();
    // The result before is gone once the new one is there.
    await this.page.locator('#told:not(:text-is("Asking…"))').waitFor();
    await this.page.locator('[data-agrees]').waitFor();
  }

  async choose(name: 'localhost' | '127.0.0.1'): Promise<void> {
    const select = this.page.locator('[name=from]');
    await select.selectOption(await select.locator('option', { hasText: name }).getAttribute('value'));
  }

  /** Pastes as a user does, by the clipboard. */
  async paste(text: string): Promise<void> {
    await this.page.getByLabel('Paste what the console said').fill(text);
    for (const key of ['A', 'X', 'V']) {
      await this.page.keyboard.press(`Control+${key}`);
    }
  }

  async filled(): Promise<object> {
    const valueOf = (label: string): Promise<string> => this.panel.getByLabel(label, { exact: true }).inputValue();
    return {
      method: await valueOf('Method'),
      url: await valueOf('URL'),
      origin: await valueOf('Origin of the page'),
      headers: await valueOf('Headers that the script sets, one a line'),
      credentials: await this.panel.getByLabel('with cookies').isChecked(),
    };
  }

  /** A line of the table "predicted / happened": the two, and whether they agree. */
  async line(title: string): Promise<readonly string[]> {
    return await this.page.locator(`[data-line="${title}"] td`).allTextContents();
  }

  /** Presses a button that copies, and reads the clipboard. */
  async copied(name: string, { within = this.result } = {}): Promise<string> {
    const button = within.getByRole('button', { name, exact: true });
    await button.click();
    await within.getByText('Copied', { exact: true }).first().waitFor();
    return await this.page.evaluate('navigator.clipboard.readText()');
  }
}
