import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { ALLOWED, closeClients, STRANGER, wsResult } from '../support/sockets.js';

/* Rule 8.4: an entry of `routes` applies to `upgrade` listeners on the app's server. The app calls nothing for it. */

const servers: WebSocketServer[] = [];

function listenAt(app: INestApplication, path: string): void {
  const wss = new WebSocketServer({ noServer: true });
  servers.push(wss);
  (app.getHttpServer() as Server).on('upgrade', (message, socket, head) => {
    if (
      decodeURIComponent(message.url ?? '')
        .toLowerCase()
        .startsWith(path)
    ) {
      wss.handleUpgrade(message, socket, head, (client) => client.send('hello'));
    }
  });
}

afterEach(async () => {
  closeClients();
  servers.splice(0).forEach((server) => server.close());
  await closeApps();
});

describe.each(PLATFORMS)('8.4: raw upgrades on %s', (platform) => {
  const start = async (parts: Parameters<typeof startApp>[0]): Promise<TestApp & { readonly ws: string }> => {
    const app = await startApp(parts, platform);
    return { ...app, ws: app.url.replace('http', 'ws') };
  };

  it.each(['before', 'after'])('are under the policy of an entry, listeners %s the startup', async (when) => {
    const listen = (app: INestApplication): void => listenAt(app, '/live');
    const { ws, url } = await start({
      cors: { routes: [{ path: '/live', policy: { origin: ALLOWED } }] },
      ...(when === 'before' ? { setUp: listen } : { initialised: listen }),
    });

    expect(await wsResult(`${ws}/live`, ALLOWED)).toBe('open');
    expect(await wsResult(`${ws}/live`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/live?x=1`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/live`, url)).toBe('open');
    expect(await wsResult(`${ws}/live`)).toBe('open');
  });

  it.each([false, true, 'fetch-metadata' as const])('are refused to a stranger with `enforce: %s`', async (enforce) => {
    const { ws } = await start({
      cors: { routes: [{ path: '/live', policy: { origin: ALLOWED, enforce } }] },
      setUp: (app) => listenAt(app, '/live'),
    });

    expect(await wsResult(`${ws}/live`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/live`, ALLOWED)).toBe('open');
  });

  it('are checked however their listener reads the path', async () => {
    const { ws } = await start({
      cors: { routes: [{ path: '/live', policy: { origin: ALLOWED } }] },
      setUp: (app) => listenAt(app, '/live'),
    });

    expect(await wsResult(`${ws}/%6cive`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/LIVE`, STRANGER)).toBe(403);
  });

  it('are under an entry for other methods if none is for GET', async () => {
    const { ws } = await start({
      cors: {
        routes: [
          { path: '/live', policy: { origin: ALLOWED }, methods: ['POST'] },
          { path: '/open', policy: { origin: ALLOWED }, methods: ['POST'] },
          { path: '/open', policy: { origin: '*' }, methods: ['GET'] },
        ],
      },
      setUp: (app) => {
        listenAt(app, '/live');
        listenAt(app, '/open');
      },
    });

    expect(await wsResult(`${ws}/live`, ALLOWED)).toBe('open');
    expect(await wsResult(`${ws}/live`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/open`, STRANGER)).toBe('open');
  });

  it('are left alone without an entry, and with an unmanaged one', async () => {
    const { ws } = await start({
      cors: { defaultPolicy: { origin: ALLOWED }, routes: [{ path: '/hmr', unmanaged: true }] },
      setUp: (app) => {
        listenAt(app, '/hmr');
        listenAt(app, '/free');
      },
    });

    expect(await wsResult(`${ws}/free`, STRANGER)).toBe('open');
    expect(await wsResult(`${ws}/hmr`, STRANGER)).toBe('open');
  });

  it('are given back when the app has closed', async () => {
    const { app } = await start({ cors: {} });
    const server = app.getHttpServer() as Server;
    expect(Object.hasOwn(server, 'emit')).toBe(true);
    await app.close();
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });
});
