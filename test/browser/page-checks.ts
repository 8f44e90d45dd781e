import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** The folder of the pictures, which CI saves. */
export const SCREENSHOTS = '.artifacts/screenshots';

/** Takes a picture of the whole page. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: `${SCREENSHOTS}/devtools-${name}.png`, fullPage: true });
}

/** The findings of axe as short lines. Playwright runs axe like a debugger, in spite of the Content-Security-Policy. */
export async function violations(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await axe.run({ exclude: ['iframe'] });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  });
}

/** The name of the element that has the focus. */
export const focused = (page: Page): Promise<string | null> =>
  page.evaluate(`document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`);
