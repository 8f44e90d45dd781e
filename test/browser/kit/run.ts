import type { BrowserContext, Page } from 'playwright-core';
import type { BrowserFetchInit, BrowserPage, FetchResult } from '../../../lib/testing.js';
import type { CaseInit, SourceInit } from './case.js';

/** The result of one request for a page, in a form that can be compared. */
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

/** The requests of a case. Each case has its own URL, so that the cache and the console keep the cases apart. */
export interface Step {
  readonly id: string;
  readonly url: string;
  readonly inits: readonly (CaseInit | SourceInit)[];
}

export interface Outcome {
  readonly sights: readonly Sight[];
  /** The console lines about this case. */
  readonly messages: readonly string[];
}

/** Runs in the browser. Several steps run in parallel; the requests of one step run one after the other. */
export async function fetchAll(steps: readonly Step[]): Promise<Record<string, Sight[]>> {
  const seen: Record<string, Sight[]> = {};
  const queue = [...steps];
  const worker = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const sights: Sight[] = (seen[step.id] = []);
      for (const written of step.inits) {
        try {
          const init = 'source' in written ? ((0, eval)(`(${written.source})`) as RequestInit) : written;
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

/** Runs all steps in the page at `address` in Chromium. */
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
      // Chromium also logs a status of 400 and above, although the page gets the answer.
      const own = lines.filter((line) => line.includes(`case=${id}&`) && !line.includes('the server responded with'));
      return [id, { sights: seen[id]!, messages: own.map((line) => line.slice(0, line.lastIndexOf(' @'))) }];
    }),
  );
}

/** Waits until no more console lines come, because the console is later than the page. */
async function settled(page: Page, count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await page.waitForTimeout(300);
  }
}

/** Runs a step in a page of the kit. */
export async function inKit(page: BrowserPage, { url, inits }: Step): Promise<Outcome> {
  const sights: Sight[] = [];
  const messages: string[] = [];
  for (const written of inits) {
    const init = 'source' in written ? ((0, eval)(`(${written.source})`) as BrowserFetchInit) : written;
    let result: FetchResult;
    try {
      result = await page.fetch(url, init);
    } catch (error) {
      sights.push({ error: String(error) });
      continue;
    }
    const { blocked, response, message } = result;
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
