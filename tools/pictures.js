// Makes the pictures of docs/devtools.md: `npm run docs:pictures`. Starts a small shop with the development page, and walks
// through it in Chromium. Needs Chromium (CHROMIUM_PATH, or `chromium` in the path).
import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Controller, Delete, Get, Module, Post, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy, NoCors } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';
import { chromium } from 'playwright-core';
import { detectServices } from '../test/support/detect-services.js';

const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const TOKEN = 'token-of-the-page-in-the-pictures';
const PORT = 3000;
const TESTER = 5173;
/** The quality of WebP, of 100. */
const QUALITY = 80;

/** Decorates a class by calls: JavaScript has no decorators yet. */
function controller(name, path, policy, routes) {
  const type = { [name]: class {} }[name];
  for (const [handler, ...decorators] of routes) {
    type.prototype[handler] = () => ({ handler });
    const descriptor = Object.getOwnPropertyDescriptor(type.prototype, handler);
    decorators.forEach((decorate) => decorate(type.prototype, handler, descriptor));
  }
  if (policy !== undefined) {
    CorsPolicy(policy)(type);
  }
  Controller(path)(type);
  return type;
}

class TenantOrigins {
  load() {
    return ['https://tea.example', 'https://coffee.example'];
  }
}

async function startShop() {
  class AppModule {}
  Module({
    imports: [
      CorsModule.forRoot({
        summary: false,
        policies: {
          public: { origin: '*', maxAge: 600 },
          shop: {
            origin: ['http://localhost:*', 'https://shop.example'],
            allowedHeaders: ['Content-Type'],
            credentials: true,
          },
          tenants: { origin: TenantOrigins, allowedHeaders: ['Content-Type'], credentials: true },
        },
      }),
      CorsDevtoolsModule.forRoot({ token: TOKEN, tester: { port: TESTER } }),
    ],
    controllers: [
      controller('CatalogueController', 'catalogue', 'public', [
        ['list', Get()],
        ['one', Get(':id')],
      ]),
      controller('OrdersController', 'orders', 'shop', [
        ['list', Get()],
        ['create', Post()],
        ['update', Put(':id')],
        ['remove', Delete(':id'), CorsPolicy({ methods: ['GET', 'PUT'] })],
      ]),
      controller('StorefrontController', 'storefront', 'tenants', [
        ['products', Get(':tenant/products')],
        ['basket', Post(':tenant/baskets')],
      ]),
      controller('AdminController', 'admin', undefined, [
        ['health', Get('health')],
        ['purge', Post('purge'), NoCors()],
      ]),
    ],
    providers: [TenantOrigins],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: ['error'], forceCloseConnections: true });
  await app.listen(PORT, '127.0.0.1');
  return app;
}

/** Requests as front ends send them, for the live decisions. */
async function sendTraffic(address) {
  const send = (method, path, origin, headers = {}) =>
    fetch(address + path, { method, headers: { Origin: origin, ...headers } });
  const asks = (method) => ({
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': 'content-type',
  });
  await send('GET', '/catalogue', 'https://news.example');
  await send('OPTIONS', '/orders/7', 'https://shop.example', asks('PUT'));
  await send('PUT', '/orders/7', 'https://shop.example', { 'Content-Type': 'application/json', Cookie: 'session=1' });
  await send('OPTIONS', '/orders/7', 'https://shop.example', asks('DELETE'));
  await send('GET', '/orders', 'https://shop.exmaple');
  await send('GET', '/storefront/1/products', 'https://tea.example');
}

const { chromium: found } = await detectServices();
if (found.address === undefined) {
  throw new Error(found.missing);
}
mkdirSync(PICTURES, { recursive: true });
const app = await startShop();
const browser = await chromium.launch({ executablePath: found.address, args: ['--headless', '--no-sandbox'] });
try {
  const address = `http://localhost:${PORT}`;
  const page = await browser.newPage({ viewport: { width: 1200, height: 750 }, colorScheme: 'light' });
  const devtools = await page.context().newCDPSession(page);
  const take = async (name) => {
    await page.mouse.move(0, 0);
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
    writeFileSync(`${PICTURES}devtools-${name}.webp`, Buffer.from(data, 'base64'));
    console.log(`docs/pictures/devtools-${name}.webp ${Math.round((data.length * 3) / 4 / 1024)} kB`);
  };
  await page.goto(`${address}/__cors?token=${TOKEN}`);
  await page.locator('.route').first().waitFor();
  await sendTraffic(address);
  await take('routes');

  await page.keyboard.press('p');
  await page.keyboard.insertText(
    `Access to fetch at '${address}/orders/7' from origin 'http://localhost:${TESTER}' has been blocked by CORS policy: ` +
      'Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.',
  );
  await page.keyboard.press('Control+Enter');
  await page.locator('#panel .verdict').first().waitFor();
  await take('pasted');
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Matrix' }).click();
  await page.locator('[data-waiting="0"]').waitFor();
  await page.getByRole('button', { name: /^PUT \/orders\/:id from https:\/\/stranger/ }).click();
  await page.locator('#panel .verdict').first().waitFor();
  await take('matrix');
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Live' }).click();
  await page.getByText('https://shop.exmaple').first().waitFor();
  await take('live');
} finally {
  await browser.close();
  await app.close();
}
