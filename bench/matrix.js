// Measures interactions with the development page of an app with 1,000 routes, and 50 origins in its matrix, in Chromium:
// `npm run bench:matrix`. The times are those of the processor in the page's main thread, by Chromium's trace, so they hold on a
// busy machine too. Fails where an interaction needs 100 ms or more.
import 'reflect-metadata';
import { Controller, Delete, Get, Module, Patch, Post, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';
import { chromium } from 'playwright-core';
import { detectServices } from '../test/support/detect-services.js';

const CONTROLLERS = 100;
const ORIGINS = 50;
const MOST_MS = 100;
const ROUNDS = 5;
const TOKEN = 'token-of-the-measured-page';

/** A controller with ten routes, made by calls: this file runs as it is, and JavaScript has no decorators yet. */
function controller(number) {
  class ResourceController {}
  const handlers = [
    ...[Get(), Post(), Get(':id'), Put(':id'), Patch(':id'), Delete(':id')],
    ...[Get(':id/parts'), Post(':id/parts'), Put(':id/parts/:part'), Delete(':id/parts/:part')],
  ];
  handlers.forEach((decorate, index) => {
    const name = `handler${index}`;
    ResourceController.prototype[name] = () => 'done';
    decorate(ResourceController.prototype, name, Object.getOwnPropertyDescriptor(ResourceController.prototype, name));
  });
  CorsPolicy({ origin: [`https://front-${number}.example`], credentials: number % 2 === 0 })(ResourceController);
  Controller(`resource-${number}`)(ResourceController);
  Object.defineProperty(ResourceController, 'name', { value: `Resource${number}Controller` });
  return ResourceController;
}

async function startApp() {
  class AppModule {}
  Module({
    imports: [CorsModule.forRoot({ summary: false }), CorsDevtoolsModule.forRoot({ tester: false, token: TOKEN })],
    controllers: Array.from({ length: CONTROLLERS }, (_, number) => controller(number)),
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: ['error'], forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** The milliseconds of the processor that the main thread of the page needs for an interaction. */
async function cost(browser, page, interact) {
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline'],
  });
  await interact();
  // Two frames, so that what the interaction has led to is drawn.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents
    .filter(({ name, pid, tid, tdur }) => name === 'RunTask' && tdur !== undefined && main.has(`${pid} ${tid}`))
    .map(({ tdur }) => tdur / 1000);
  return { longest: Math.max(0, ...tasks), all: tasks.reduce((sum, each) => sum + each, 0) };
}

const { chromium: found } = await detectServices();
if (found.address === undefined) {
  throw new Error(found.missing);
}
const app = await startApp();
const browser = await chromium.launch({ executablePath: found.address, args: ['--headless', '--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(120_000);
  await page.goto(`${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/__cors?token=${TOKEN}`);
  await page.getByText('1000 routes', { exact: true }).waitFor();
  const tab = (name) => page.getByRole('tab', { name });
  const scroll = (top, left) =>
    page.locator('.matrix-frame').evaluate((element, to) => element.scrollTo(to[1], to[0]), [top, left]);
  await tab('Matrix').click();
  await page.locator('[data-waiting="0"]').waitFor();
  const there = await page.locator('.matrix').getAttribute('aria-colcount');
  const origins = Array.from(
    { length: ORIGINS - Number(there) + 1 },
    (_, number) => `https://front-${number + 20}.example`,
  );
  await page.getByLabel('Another origin').fill(origins.join(' '));
  await page.keyboard.press('Enter');
  await page.getByText(`${origins.at(-1)} has been added.`).waitFor();

  const search = page.getByLabel('Search', { exact: true });
  const group = page.locator('.routes h3 button').nth(3);
  /** In this order: each begins where the one before has ended. */
  const interactions = {
    'the matrix: open it': () => tab('Matrix').click(),
    'the matrix: scroll down by a page': () => scroll(700, 0),
    'the matrix: scroll to the end, both ways': () => scroll(1e6, 1e6),
    'the matrix: an arrow': async () => {
      await page.locator('.matrix .cell').last().focus();
      await page.keyboard.press('ArrowUp');
    },
    'the matrix: fold a group': () => page.locator('.matrix .group button').last().click(),
    'the matrix: search': () => search.fill('resource-7/:id'),
    'the matrix: clear the search': () => search.fill(''),
    'the routes: open them': () => tab('Routes').click(),
    'the routes: open a group': () => group.click(),
    'the routes: close it': () => group.click(),
    'the routes: open all': () => page.getByRole('button', { name: 'Open all' }).click(),
    'the routes: explain one': () => page.locator('.route .path').first().click(),
    'the routes: close the panel': () => page.keyboard.press('Escape'),
    'the routes: close all': () => page.getByRole('button', { name: 'Close all' }).click(),
    'the routes: search': () => search.fill('front-7'),
    'the routes: clear the search': () => search.fill(''),
  };
  const costs = new Map(Object.keys(interactions).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, interact] of Object.entries(interactions)) {
      costs.get(name).push(await cost(browser, page, interact));
    }
  }
  console.log(`1,000 routes × ${ORIGINS} origins, milliseconds of the main thread, the greatest of ${ROUNDS} rounds`);
  for (const [name, all] of costs) {
    const longest = Math.max(...all.map((each) => each.longest));
    const whole = Math.max(...all.map((each) => each.all));
    console.log(
      `${whole >= MOST_MS ? 'FAILED' : 'ok    '} ${name.padEnd(42)} ${whole.toFixed(1).padStart(6)}, longest task ${longest.toFixed(1)}`,
    );
    process.exitCode = whole >= MOST_MS ? 1 : process.exitCode;
  }
  console.log(`elements in the page: ${await page.evaluate('document.querySelectorAll("*").length')}`);
} finally {
  await browser.close();
  await app.close();
}
