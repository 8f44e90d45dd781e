import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Files that may answer a path: as on GitHub Pages, `/cors` is answered by `cors.html`. */
const candidates = (path) => (path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`]);

/** Serves the built site on a free port of this machine. Returns its origin and `close()`. */
export async function serve(folder) {
  const server = createServer(async ({ url }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname);
    for (const candidate of candidates(path)) {
      try {
        const body = await readFile(join(folder, candidate));
        response.setHeader('Content-Type', TYPES[extname(candidate)] ?? 'application/octet-stream').end(body);
        return;
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'EISDIR') {
          throw error;
        }
      }
    }
    response.writeHead(404, { 'Content-Type': TYPES['.html'] }).end(await readFile(join(folder, '404.html')));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
