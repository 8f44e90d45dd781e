import type { BrowserContext, Page } from 'playwright-core';
import type { BrowserPage } from '../../../lib/testing.js';
import type { CaseInit } from './cases.js';

/** What a page sees of one request, in a form that can be compared. */
export type Sight =
  | { readonly error: string }
  | {
      readonly type: string;
      readonly status: number;
      readonly url: string;
      readonly redirected: boolean;
      readonly headers: Record<string, string>;
      readonly text: string;
    };

/** A request of a case: each has its own URL, so that neither cache nor console mixes them up. */
export interface Step {
  readonly id: string;
  readonly url: string;
  readonly inits: readonly CaseInit[];
}

export interface Outcome {
  readonly sights: readonly Sight[];
  /** The console's lines about this case. */
  readonly messages: readonly string[];
}

/** Runs in the browser: many at a time, the requests of one step one after the other. */
export async function fetchAll(steps: readonly Step[]): Promise<Record<string, Sight[]>> {
  const seen: Record<string, Sight[]> = {};
  const queue = [...steps];
  const worker = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const sights: Sight[] = (seen[step.id] = []);
      for (const init of step.inits) {
        try {
          const { type, status, url, redirected, headers, ...rest } = await fetch(step.url, init).then(
            async (response) => ({
              type: response.type,
              status: response.status,
              url: response.url,
              redirected: response.redirected,
              headers: Object.fromEntries(response.headers),
              text: await response.text(),
            }),
          );
          sights.push({ type, status, url, redirected, headers, ...rest });
        } catch (error) {
          sights.push({ error: String(error) });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return seen;
}

/** Has the page at `address` run all steps in Chromium. */
export async function inChromium(
  context: BrowserContext,
  address: string,
  steps: readonly Step[],
): Promise<Map<string, Outcome>> {
  const page = await context.newPage();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.text()} @${message.location().url}`));
  await page.goto(address);
  const seen = await page.evaluate(fetchAll, steps);
  await settled(page, () => lines.length);
  await page.close();
  return new Map(
    steps.map(({ id }) => {
      // A status of 400 and above is written down too, though the page gets the answer.
      const own = lines.filter((line) => line.includes(`case=${id}&`) && !line.includes('the server responded with'));
      return [id, { sights: seen[id]!, messages: own.map((line) => line.slice(0, line.lastIndexOf(' @'))) }];
    }),
  );
}

/** The console lags behind what the page sees: waits until nothing comes any more. */
async function settled(page: Page, count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await page.waitForTimeout(300);
  }
}

/** Has a page of the kit run a step. */
export async function inKit(page: BrowserPage, { url, inits }: Step): Promise<Outcome> {
  const sights: Sight[] = [];
  const messages: string[] = [];
  for (const init of inits) {
    const { blocked, response, message } = await page.fetch(url, init);
    if (blocked) {
      messages.push(message);
      sights.push({ error: 'TypeError: Failed to fetch' });
      continue;
    }
    const { type, status, redirected, headers } = response;
    const text = await response.text();
    sights.push({ type, status, url: response.url, redirected, headers: Object.fromEntries(headers), text });
  }
  return { sights, messages };
}
