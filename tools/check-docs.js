// Checks the documentation site as it is built: its links, and its main pages in Chromium.
//
//   node tools/check-docs.js             builds the site first
//   node tools/check-docs.js --built     takes the one that `npm run docs` has built
import { fileURLToPath } from 'node:url';
import { detectServices } from '../test/support/detect-services.js';
import { report } from './report.js';
import { accessibility, overflows, Reader, search } from './site/browse.js';
import { checkLinks } from './site/built-links.js';
import { runSite } from './site/run.js';
import { serve } from './site/serve.js';
import { tryPlayground } from './site/try-playground.js';

const folder = fileURLToPath(new URL('../.artifacts/docs/', import.meta.url));

/** One page of each kind. */
const MAIN_PAGES = [
  '/',
  '/getting-started',
  '/policies',
  '/cors',
  '/playground',
  '/errors/',
  '/errors/origin-trailing-slash',
  '/reasons/origin-not-allowed',
  '/reference/',
  '/reference/main/CorsPolicyOptions',
  '/reference/main/CorsInspector',
  '/reference/command',
  '/benchmarks',
  '/no-such-page',
];

/** What a reader searches, and the page that must be among the first three results. */
const SEARCHES = {
  'origin-not-allowed': '/reasons/origin-not-allowed',
  'second-cors-layer': '/errors/second-cors-layer',
  'dangerous-flag': '/audit-codes/dangerous-flag',
  CorsInspector: '/reference/main/CorsInspector',
  environments: '/configuration',
  tenants: '/tenants',
  database: '/database',
  push: '/database',
  versions: '/versions',
  graphql: '/routes',
  websockets: '/websockets',
  'static files': '/routes',
  swagger: '/routes',
  helmet: '/helmet',
  'trust proxy': '/proxies',
  fastify: '/fastify',
  serverless: '/serverless',
  monorepo: '/bundlers',
  'better-auth': '/mounts',
  'preview deployments': '/previews',
  electron: '/apps',
  jest: '/testing',
  enableCors: '/migration',
};

function expectNone(found, title) {
  if (found.length > 0) {
    throw new Error(`${title}\n${found.map((each) => `  ${each}`).join('\n')}`);
  }
}

async function readPage(reader, page, path) {
  await reader.open(page, path);
  const found = [];
  for (const theme of ['light', 'dark']) {
    for (const width of [400, 1280]) {
      await reader.show(page, width, theme);
      const wide = (await overflows(page)) ? ['is wider than the window'] : [];
      found.push(...[...wide, ...(await accessibility(page))].map((each) => `${theme}, ${width} pixels: ${each}`));
    }
  }
  expectNone(found, 'axe and the width of the window:');
}

async function searchSite(reader, width, searches) {
  const page = await reader.window();
  await reader.open(page, '/');
  await reader.show(page, width, 'light');
  const missed = [];
  for (const [words, wanted] of searches) {
    const found = (await search(page, words)).slice(0, 3);
    if (!found.includes(wanted)) {
      missed.push(`${words} leads to ${found.join(', ')} and not to ${wanted}`);
    }
  }
  await page.context().close();
  expectNone(missed, 'Searches that miss:');
}

if (!process.argv.includes('--built')) {
  await report('builds the site', async () => {
    if ((await runSite('build')) !== 0) {
      throw new Error('VitePress failed: see above.');
    }
  });
}
await report('links of the site', () => {
  const { pages, count, broken } = checkLinks(folder);
  expectNone(broken, 'Links that lead nowhere:');
  if (pages < 200 || count < 2000) {
    throw new Error(`There are only ${pages} pages and ${count} links.`);
  }
});

const { chromium } = await detectServices();
if (chromium.missing !== undefined) {
  throw new Error(`Chromium is missing: ${chromium.missing}`);
}
const site = await serve(folder);
const reader = await Reader.start(chromium.address, site.origin);
const page = await reader.window();
for (const path of MAIN_PAGES) {
  await report(`page ${path}`, () => readPage(reader, page, path));
}
await report('playground', () => tryPlayground(reader, page));
await report('search', () => searchSite(reader, 1280, Object.entries(SEARCHES)));
await report('search on a phone', () => searchSite(reader, 400, Object.entries(SEARCHES).slice(0, 1)));
await report('console and hosts', () =>
  expectNone(
    [...new Set(reader.problems)].filter((each) => !/^\/no-such-page: .*404/.test(each)),
    'In Chromium:',
  ),
);
await reader.close();
site.close();
