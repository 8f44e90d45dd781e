import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens pages of a site in Chromium, and remembers what must not happen there. */
export class Reader {
  #browser;
  #origin;
  /** Errors of the console, scripts that failed, and requests to other hosts. */
  problems = [];

  constructor(browser, origin) {
    this.#browser = browser;
    this.#origin = origin;
  }

  static async start(executablePath, origin) {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new Reader(browser, origin);
  }

  /** A window to open pages in. */
  async window() {
    const context = await this.#browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    const at = () => new URL(page.url()).pathname;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.problems.push(`${at()}: the console says: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => this.problems.push(`${at()}: a script failed: ${error.message}`));
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(this.#origin)) {
        this.problems.push(`${at()}: asks another host: ${request.url()}`);
      }
    });
    return page;
  }

  async open(page, path) {
    await page.goto(this.#origin + path, { waitUntil: 'networkidle' });
  }

  /** Changes the width and the theme, `light` or `dark`, of the open page. */
  async show(page, width, colorScheme) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(() => new Promise((done) => globalThis.requestAnimationFrame(done)));
  }

  async close() {
    await this.#browser.close();
  }
}

/** What axe finds on the open page, as short lines. */
export async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Reports whether the open page is wider than its window. */
export function overflows(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = globalThis.document.documentElement;
    return scrollWidth > clientWidth;
  });
}

/** The addresses that the search of the site finds, the best first. */
export async function search(page, words) {
  await page.keyboard.press('Control+k');
  await page.fill('#localsearch-input', words);
  await page.waitForSelector('.VPLocalSearchBox .results a');
  // The results follow the typing by 200 ms.
  await page.waitForTimeout(500);
  const found = await page.$$eval('.VPLocalSearchBox .results a', (links) =>
    links.map((link) => new URL(link.href).pathname),
  );
  await page.keyboard.press('Escape');
  return found;
}
