import { build } from 'esbuild';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { buildPlayground } from '../../tools/site/playground.js';

const PLAYGROUND = resolve('docs/playground');

const SCRIPT = `
  import { mount } from './index.ts';
  mount(document.querySelector('main div'), {
    startWorker: () => new Worker('/worker.js', { type: 'module' }),
    errors: '/errors/',
    reasons: '/reasons/',
    findings: '/audit-codes/',
  });
`;

/** The colours of VitePress's own theme that the playground uses. */
const COLOURS = `
  :root { --vp-c-bg: #fff; --vp-c-bg-soft: #f6f6f7; --vp-c-text-1: #3c3c43; --vp-c-text-2: #67676c; --vp-c-brand-1: #3451b2;
    --vp-font-family-mono: monospace; }
  .dark { --vp-c-bg: #1b1b1f; --vp-c-bg-soft: #202127; --vp-c-text-1: #dfdfd6; --vp-c-text-2: #98989f; --vp-c-brand-1: #a8b1ff;
    color-scheme: dark; }
  body { margin: 0; padding: 1rem; background: var(--vp-c-bg); color: var(--vp-c-text-1); font: 16px/1.7 sans-serif; }
  * { box-sizing: border-box; }
  a { color: var(--vp-c-brand-1); }
`;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Serves a page that has the playground alone, with the worker as the site has it. */
export async function servePlayground(): Promise<{ readonly origin: string; stop(): Promise<unknown> }> {
  const folder = mkdtempSync(join(tmpdir(), 'playground-'));
  await Promise.all([
    buildPlayground(folder),
    build({
      stdin: { contents: SCRIPT, resolveDir: PLAYGROUND },
      bundle: true,
      format: 'esm',
      outfile: join(folder, 'page.js'),
      tsconfig: resolve('docs/tsconfig.json'),
      logLevel: 'error',
    }),
  ]);
  const style = COLOURS + readFileSync(join(PLAYGROUND, 'ui/style.css'), 'utf8');
  const html = `<!doctype html><html lang="en"><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>Playground</title>
    <link rel="icon" href="data:,"><style>${style}</style><main><h1>Playground</h1><div></div></main><script type="module" src="/page.js"></script>`;
  const server = createServer(({ url = '/' }, response) => {
    const path = url.split('?', 1)[0]!;
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html').end(html);
      return;
    }
    try {
      const content = readFileSync(join(folder, path));
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/plain').end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((closed) => server.close(closed)),
  };
}
