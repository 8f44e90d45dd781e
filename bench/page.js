/* global document */
// Measures the development page of an app with 1,000 routes while 20 decisions a second arrive: `npm run bench:page`. Needs
// Chromium (CHROMIUM_PATH, or `chromium` in the path). Memory and elements of the page must not grow, and each interaction
// takes less than 100 ms by Chromium's performance trace. The exit code is 1 if that is not so. The times are those of the
// clock: run it on a machine that does nothing else.
//
//   --minutes 10     how long
//   --rate 20        decisions a second
import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '20' } },
});
const MINUTES = Number(values.minutes);
const RATE = Number(values.rate);
/** Time between two lines of the table, in seconds. */
const EVERY_S = 15;
const MOST_MS = 100;
/** Memory may grow by this share after the list is full. */
const MOST_GROWTH = 1.3;
const MB = 1024 * 1024;

const TOKEN = randomBytes(24).toString('base64url');
const child = fork(fileURLToPath(new URL('page-app.js', import.meta.url)), {
  env: { ...process.env, TOKEN },
  execArgv: ['--expose-gc'],
});
const [{ address }] = await once(child, 'message');

async function heapOfApp() {
  child.send('measure');
  const [{ heap }] = await once(child, 'message');
  return heap / MB;
}

/** Sends a preflight and then its request, of allowed and of refused origins. */
async function call(number) {
  const url = `${address}/resource${number % 100}/part${number % 5}/${number}`;
  const origin = `https://${number % 4 === 0 ? 'stranger' : 'front'}-${number % 50}.example`;
  const asks = { 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-api-key' };
  await fetch(url, { method: 'OPTIONS', headers: { Origin: origin, ...asks } });
  const answer = await fetch(url, { method: 'PUT', headers: { Origin: origin, 'X-Api-Key': '1' } });
  await answer.arrayBuffer();
}

/** Makes calls of two decisions each at a constant rate, without waiting for the answers. */
async function traffic(until) {
  const begun = performance.now();
  for (let number = 0; performance.now() < until; number++) {
    await delay(begun + (number * 2000) / RATE - performance.now());
    void call(number);
  }
}

const executablePath = process.env.CHROMIUM_PATH || execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(`${address}/__cors?token=${TOKEN}`);
await page.locator('[data-connection=live]').waitFor({ timeout: 60_000 });
await delay(1_000);
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable');
/** Time between two keys, in milliseconds: a quick typist. */
const KEY_MS = 50;

/**
 * The slowest input of an interaction by Chromium's performance trace: the milliseconds from the input to the next frame
 * that is painted, and the processor time of the longest task in the page's main thread.
 */
async function traced(act) {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const inputs = traceEvents
    .filter(({ name, args }) => name === 'EventTiming' && args.data?.duration > 0)
    .map(({ args: { data } }) => data)
    .sort((one, other) => other.duration - one.duration);
  if (inputs.length === 0) {
    throw new Error("Chromium's trace has no EventTiming: nothing was measured");
  }
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`));
  return {
    inputs: inputs.length,
    'slowest ms': inputs[0].duration,
    slowest: inputs[0].type,
    'longest task ms': Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000,
  };
}

/** Uses the page as a user does, who first looks at it for a second. */
async function interact() {
  const chosen = (name) => page.getByRole('tab', { name }).click();
  await chosen('Routes');
  await page.keyboard.press('/');
  await page.keyboard.type('resource12/', { delay: KEY_MS });
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await chosen('Matrix');
  await page.mouse.move(500, 600);
  await page.mouse.wheel(0, 4000);
  await delay(300);
  await chosen('Live');
  await page.locator('.call').first().focus();
  for (let row = 0; row < 5; row++) {
    await page.keyboard.press('ArrowDown', { delay: KEY_MS });
  }
  await page.keyboard.press('Enter');
  await page.getByText(/^Explained: /).waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Route', { exact: true }).fill('part3');
  await page.getByRole('button', { name: 'Show all' }).click();
}

async function measure() {
  // The first collection breaks the ties between scripts and removed elements, the second one frees those.
  await devtools.send('HeapProfiler.collectGarbage');
  await delay(500);
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return {
    calls: parseInt(await page.locator('[data-live-count]').textContent(), 10),
    elements: await page.evaluate(() => document.querySelectorAll('*').length),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    'page MB': of('JSHeapUsedSize') / MB,
    'app MB': await heapOfApp(),
  };
}

const started = performance.now();
const end = started + MINUTES * 60_000;
const sending = traffic(end);
const rows = [];
while (performance.now() < end) {
  const [, slowest] = await Promise.all([delay(EVERY_S * 1000), traced(interact)]);
  const seconds = Math.round((performance.now() - started) / 1000);
  const row = { seconds, ...(await measure()), ...slowest };
  rows.push(row);
  const cells = Object.entries(row).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(1)) : value}`,
  );
  console.log(cells.join(', '));
}
await sending;
await browser.close();
child.disconnect();

// A list of 500 calls is full after 50 s at 20 decisions a second, as two of them are one call. Then nothing may grow. The
// browser frees removed elements when it likes, so the least of the second half is compared with the least of the first.
const full = rows.filter(({ calls }) => calls === 500);
const [early, late] = [full.slice(0, full.length / 2), full.slice(full.length / 2)];
const least = (half, name) => Math.min(...half.map((row) => row[name]));
const problems = [
  ...rows.filter((row) => row['slowest ms'] >= MOST_MS).map((row) => `${row['slowest ms']} ms at ${row.seconds} s`),
  ...(early.length === 0 ? ['too short to judge what grows: the list was not full twice'] : []),
  ...['nodes', 'listeners', 'page MB', 'app MB']
    .filter((name) => least(late, name) > least(early, name) * MOST_GROWTH)
    .map((name) => `${name} grew from ${least(early, name).toFixed(1)} to ${least(late, name).toFixed(1)}`),
];
console.log(problems.length === 0 ? 'bounded, and fast enough' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;
