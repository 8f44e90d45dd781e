import { readdirSync, readFileSync } from 'node:fs';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type Client, createClient } from 'graphql-ws';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { corsHeaders, type PlatformName } from '../support/app.js';
import { until } from '../support/until.js';
import { buildRecipes, Recipe } from './recipe-process.js';

const TIMEOUT_MS = 120_000;
const platforms: readonly PlatformName[] = ['express', 'fastify'];

const partner = 'https://partner.example';
const shop = 'https://shop.example';
const stranger = 'https://stranger.example';

const withCookies = (origin: string): object => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
});
const forAnyone = { 'access-control-allow-origin': '*' };

const sourceOf = (file: string): string => readFileSync(`sample/recipes/src/${file}`, 'utf8');

let recipe: Recipe;

beforeAll(buildRecipes, TIMEOUT_MS);
afterEach(() => recipe?.close());

/** Starts a recipe. It is closed after the test. */
async function start(name: string, platform?: PlatformName): Promise<void> {
  recipe = await Recipe.start(name, platform);
}

/** Opens a WebSocket from a page, and resolves with the first message or the error. */
function firstMessage(path: string, origin: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(recipe.webSocketUrl(path), { origin });
    socket.on('error', ({ message }) => resolve(message));
    socket.on('message', (data: Buffer) => {
      resolve(data.toString());
      socket.close();
    });
  });
}

/** A client of graphql-ws in a page of `origin`. Without an origin, the client is not in a browser. */
function graphqlClient(origin: string | undefined): Client {
  class PageSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, origin === undefined ? {} : { origin });
    }
  }
  return createClient({ url: recipe.webSocketUrl('/graphql'), webSocketImpl: PageSocket, retryAttempts: 0 });
}

const get: Recipe['get'] = (...parts) => recipe.get(...parts);
const post: Recipe['post'] = (...parts) => recipe.post(...parts);
const preflight: Recipe['preflight'] = (...parts) => recipe.preflight(...parts);

describe.each(platforms)('on %s', (platform) => {
  it(
    'GraphQL has the policy of its routes entry, on data and on errors',
    async () => {
      await start('graphql', platform);
      const query = { query: '{ allOrders { id product } }' };
      const mutation = { query: 'mutation { order(product: "pot") { id } }' };

      const asked = await preflight('/graphql', partner, 'POST', { 'Access-Control-Request-Headers': 'content-type' });
      expect([asked.status, corsHeaders(asked)]).toEqual([
        204,
        {
          ...withCookies(partner),
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'Content-Type',
          'access-control-max-age': '600',
        },
      ]);
      const data = await post('/graphql', partner, query);
      expect(data.body).toEqual({ data: { allOrders: [{ id: '1', product: 'tea' }] } });
      expect([data.headers['vary'], corsHeaders(data)]).toEqual(['Origin, Sec-Fetch-Site', withCookies(partner)]);

      for (const wrong of ['{"query":"{ nothing }"}', '{"query":']) {
        const error = await post('/graphql', partner, wrong);
        expect([error.status, corsHeaders(error)]).toEqual([400, withCookies(partner)]);
      }
      expect(corsHeaders(await preflight('/graphql', stranger, 'POST'))).toEqual({});
      const refused = await post('/graphql', stranger, mutation);
      expect([refused.status, corsHeaders(refused)]).toEqual([403, {}]);
      expect((await post('/graphql', partner, query)).body.data.allOrders).toHaveLength(1);
      expect(corsHeaders(await get('/graphql', partner))).toEqual({});
    },
    TIMEOUT_MS,
  );

  it(
    'a WebSocket server of the app has the policy of its entry',
    async () => {
      await start('raw-upgrade', platform);
      expect(await firstMessage('/prices', partner)).toBe('tea: 12.50');
      expect(await firstMessage('/prices', stranger)).toBe('Unexpected server response: 403');
    },
    TIMEOUT_MS,
  );

  it(
    'subscriptions of GraphQL have the policy of the same entry, with the client of graphql-ws',
    async () => {
      await start('graphql-subscriptions', platform);
      for (const origin of [partner, undefined]) {
        const client = graphqlClient(origin);
        const orders = client.iterate<{ orderPlaced: { product: string } }>({
          query: 'subscription { orderPlaced { product } }',
        });
        const first = orders.next();
        await until(async () => {
          await post('/graphql', partner, { query: 'mutation { order(product: "pot") { id } }' });
          return Promise.race([first.then(() => true), delay(50).then(() => false)]);
        });
        expect(await first).toEqual({ done: false, value: { data: { orderPlaced: { product: 'pot' } } } });
        await orders.return?.();
        await client.dispose();
      }
      for (const origin of [shop, stranger, 'null']) {
        const client = graphqlClient(origin);
        await expect(client.iterate({ query: 'subscription { orderPlaced { id } }' }).next()).rejects.toMatchObject({
          message: 'Unexpected server response: 403',
        });
        await client.dispose();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'static files have the policy of their routes entry, also missing files and byte ranges',
    async () => {
      await start('serve-static', platform);

      const file = await get('/assets/logo.svg', stranger);
      expect(file.headers['content-type']).toContain('image/svg+xml');
      expect([file.status, file.headers['vary'], corsHeaders(file)]).toEqual([200, undefined, forAnyone]);
      const part = await get('/assets/logo.svg', stranger).set('Range', 'bytes=0-3');
      expect([part.status, corsHeaders(part)]).toEqual([206, forAnyone]);
      expect(corsHeaders(await get('/assets/missing.svg', stranger))).toEqual(forAnyone);
      const asked = await preflight('/assets/logo.svg', stranger, 'GET', { 'Access-Control-Request-Headers': 'range' });
      expect(corsHeaders(asked)).toEqual({
        ...forAnyone,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'range',
        'access-control-max-age': '7200',
      });
      expect(corsHeaders(await get('/prices', stranger))).toEqual({});
    },
    TIMEOUT_MS,
  );

  it(
    'every origin may read the document of Swagger UI, none its page, and one may call the API',
    async () => {
      await start('swagger', platform);

      const document = await get('/docs-json', stranger);
      expect(Object.keys(document.body.paths as object)).toEqual(['/prices']);
      expect(corsHeaders(document)).toEqual(forAnyone);
      expect(corsHeaders(await get('/docs-yaml', stranger))).toEqual(forAnyone);
      const page = await get('/docs', stranger);
      expect([page.status, corsHeaders(page)]).toEqual([200, {}]);
      expect(page.text).toContain('swagger-ui');
      expect(corsHeaders(await get('/prices', 'https://docs.example'))).toEqual(withCookies('https://docs.example'));
      expect(corsHeaders(await get('/prices', stranger))).toEqual({});
    },
    TIMEOUT_MS,
  );

  it(
    'messages of a hybrid app are not affected by policies',
    async () => {
      await start('hybrid', platform);
      const port = Number(/\d+$/.exec(await recipe.line(/^tcp:\/\/127\.0\.0\.1:\d+/))?.[0]);
      const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
      try {
        expect(await firstValueFrom(client.send('price', 'tea'))).toEqual({ price: 300 });
        const allowed = await get('/prices/tea', shop);
        expect([allowed.body, corsHeaders(allowed)]).toEqual([{ price: 300 }, { 'access-control-allow-origin': shop }]);
        const refused = await get('/prices/tea', stranger);
        expect([refused.status, corsHeaders(refused)]).toEqual([403, {}]);
        expect(await firstValueFrom(client.send('price', 'coffee'))).toEqual({ price: 600 });
      } finally {
        await client.close();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'Prometheus scrapes decisions by route and reason, and what a reportOnly policy would refuse',
    async () => {
      await start('prometheus', platform);
      await get('/prices', shop);
      await get('/prices', stranger);
      await preflight('/prices', stranger, 'GET');
      const scraped = await get('/metrics', stranger);
      expect([scraped.status, corsHeaders(scraped)]).toEqual([200, {}]);
      const labels = 'route="PricesController.list",policy="shop"';
      expect(scraped.text.split('\n').filter((line) => line.startsWith('cors_'))).toEqual([
        `cors_decisions_total{${labels},preflight="false",allowed="true",reason="allowed"} 2`,
        `cors_decisions_total{${labels},preflight="true",allowed="true",reason="allowed"} 1`,
        'cors_reports_total{route="PricesController.list",policy="policies.shop.reportOnly",reason="origin-not-allowed"} 2',
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'OpenTelemetry exports a counter of decisions',
    async () => {
      await start('opentelemetry', platform);
      await get('/prices', shop);
      await get('/prices', stranger);
      await get('/prices', stranger);
      const about = { route: 'PricesController.list', policy: 'shop', preflight: false };
      expect(JSON.parse(await recipe.lineAfter('SIGHUP', /^\[.*\]$/))).toEqual([
        { ...about, allowed: true, reason: 'allowed', value: 1 },
        { ...about, allowed: false, reason: 'origin-not-allowed', value: 2 },
      ]);
    },
    TIMEOUT_MS,
  );

  it('an app that is started again has only its new policies', () => bootsAgain('boot-again', platform), TIMEOUT_MS);
});

it(
  'express.static has the policy of the first entry that matches',
  async () => {
    await start('express-static');

    expect(corsHeaders(await get('/assets/logo.svg', stranger))).toEqual(forAnyone);
    const page = await get('/assets/index.html', partner);
    expect(page.text).toContain('logo.svg');
    expect([page.headers['vary'], corsHeaders(page)]).toEqual([
      'Origin',
      { 'access-control-allow-origin': partner, 'access-control-expose-headers': 'ETag' },
    ]);
    const refused = await get('/assets/index.html', stranger);
    expect([refused.status, refused.headers['vary'], corsHeaders(refused)]).toEqual([200, 'Origin', {}]);
    const missing = await get('/assets/missing.html', partner);
    expect([missing.status, corsHeaders(missing)]).toMatchObject([404, { 'access-control-allow-origin': partner }]);
  },
  TIMEOUT_MS,
);

describe.each(['serverless-express', 'serverless-fastify'])('%s', (name) => {
  it(
    'applies its policies without listen() of Nest, from the first request on',
    async () => {
      await start(name);

      // The cold start: all three requests wait for the same app.
      const first = await Promise.all([
        get('/prices', shop),
        get('/prices', stranger),
        preflight('/prices', shop, 'GET'),
      ]);
      expect(first.map(({ status }) => status)).toEqual([200, 200, 204]);
      expect(first.map(corsHeaders)).toEqual([withCookies(shop), {}, expect.objectContaining(withCookies(shop))]);
      expect(first.slice(0, 2).map(({ headers }) => headers['vary'])).toEqual(['Origin', 'Origin']);
      expect(first[0]?.body).toEqual([650, 900]);

      const missing = await get('/missing', shop);
      expect([missing.status, corsHeaders(missing)]).toEqual([404, {}]);
    },
    TIMEOUT_MS,
  );
});

it(
  'serverless-fastify passes on bodies, also malformed ones',
  async () => {
    await start('serverless-fastify');

    const added = await post('/prices', shop, { price: 700 });
    expect([added.status, added.body, corsHeaders(added)]).toEqual([201, { price: 700 }, withCookies(shop)]);
    const broken = await post('/prices', shop, '{"price":');
    expect([broken.status, corsHeaders(broken)]).toEqual([400, withCookies(shop)]);
  },
  TIMEOUT_MS,
);

it(
  'on an existing Express instance the policies apply to routes that are registered after the adapter',
  async () => {
    await start('existing-express');

    expect(corsHeaders(await get('/prices', shop))).toEqual({ 'access-control-allow-origin': shop });
    const status = await get('/status', stranger);
    expect([status.status, corsHeaders(status)]).toEqual([200, forAnyone]);
    expect(corsHeaders(await preflight('/status', stranger, 'GET'))).toMatchObject(forAnyone);
    const before = await get('/before', shop);
    expect([before.status, corsHeaders(before)]).toEqual([200, {}]);
    expect(corsHeaders(await preflight('/before', shop, 'GET'))).toEqual({});
  },
  TIMEOUT_MS,
);

it(
  'behind an Express app that stays, an app that is started again has only its new policies',
  async () => {
    await bootsAgain('boot-again-behind-express');
    expect((await recipe.get('/health', shop)).body).toEqual({ boots: 3 });
  },
  TIMEOUT_MS,
);

it('each recipe is listed in the README of the samples', () => {
  const recipes = readdirSync('sample/recipes/src').filter((file) =>
    /^import .*'nestjs-cors-policy'/m.test(sourceOf(file)),
  );
  const list = readFileSync('sample/README.md', 'utf8');
  expect(recipes.length).toBeGreaterThan(10);
  expect(recipes.filter((file) => !list.includes(`recipes/src/${file}`))).toEqual([]);
});

async function bootsAgain(name: string, platform?: PlatformName): Promise<void> {
  const [blue, green] = ['https://blue.example', 'https://green.example'];
  await start(name, platform);
  await expectPolicyFor(blue, green);
  await recipe.bootAgain();
  await expectPolicyFor(green, blue);
  await recipe.bootAgain();
  await expectPolicyFor(blue, green);
}

async function expectPolicyFor(allowed: string, other: string): Promise<void> {
  const granted = await get('/prices', allowed);
  expect([granted.body, granted.headers['vary']]).toEqual([[650, 900], 'Origin']);
  expect(corsHeaders(granted)).toEqual(withCookies(allowed));
  expect(corsHeaders(await preflight('/prices', allowed, 'GET'))).toMatchObject(withCookies(allowed));
  expect(corsHeaders(await get('/prices', other))).toEqual({});
  expect(corsHeaders(await preflight('/prices', other, 'GET'))).toEqual({});
}
