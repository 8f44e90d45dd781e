import { CorsInspector } from '../../lib/index.js';
import { CORS_COMMAND_PORT, type CorsCommandPort } from '../../lib/nest/command-port.js';
import { browser, corsMatchers } from '../../lib/testing.js';
import { compareGateways } from '../../lib/tooling/cli/check/compare-gateways.js';
import { rulesOf } from '../../lib/tooling/cli/check/rules.js';
import { matrixColumn } from '../../lib/tooling/devtools/matrix.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { statusOf } from '../support/raw-handshake.js';
import { ALLOWED, STRANGER } from '../support/sockets.js';
import { DOORS } from './doors.js';

/* Rules 2.3 and 8.2: a handshake is a `GET`. A policy whose `methods` lack `GET` opens no socket; all reports agree. */

expect.extend(corsMatchers);

afterEach(closeApps);

describe.each(PLATFORMS)('a policy with methods on %s', (platform) => {
  describe.each(DOORS.map((door) => [door.name, door] as const))('by %s', (_name, door) => {
    const heard: string[] = [];
    /** The address that a page opens. With socket.io it is the address of the WebSocket transport. */
    const path = door.path.replace('transport=polling', 'transport=websocket');
    const start = (...methods: string[]): Promise<TestApp> => {
      heard.length = 0;
      return startApp(door.parts({ origin: ALLOWED, methods }, heard), platform);
    };

    it('8.2: opens no socket to a page of another origin if GET is not among them', async () => {
      const { app, port, url } = await start('POST');
      const inspector = app.get(CorsInspector);
      const page = browser(app, { origin: ALLOWED, url });

      for (const origin of [ALLOWED, STRANGER]) {
        expect(await statusOf(port, { ...door, origin })).toBe(403);
        expect(await inspector.explain({ url: path, origin, webSocket: true })).toMatchObject({
          verdict: 'blocked',
          reason: 'method-not-allowed',
          response: { status: 403 },
          policy: { methods: ['POST'] },
          advice: [expect.stringMatching(/^Add "GET" to the methods of /)],
        });
        expect(await page.open(origin).webSocket(path)).toMatchObject({ blocked: true, answer: { status: 403 } });
        await expect(app).not.toAllowWebSocket({ from: origin, path });
      }
      expect(heard).toEqual([]);
    });

    it('8.2: opens it to pages of its own origin, and to clients that are no pages', async () => {
      const { app, port, url } = await start('POST');

      for (const origin of ['http://127.0.0.1', undefined]) {
        expect(await statusOf(port, { ...door, origin })).toBe(door.opens);
        const asked = { url: `ws://127.0.0.1${path}`, origin, webSocket: true };
        expect((await app.get(CorsInspector).explain(asked)).verdict).toBe('allowed');
      }
      expect((await browser(app, { origin: url, url }).webSocket(path)).blocked).toBe(false);
    });

    it('8.2: opens it to the origins of the policy if GET is among them', async () => {
      const { app, port } = await start('POST', 'GET');

      expect(await statusOf(port, { ...door, origin: ALLOWED })).toBe(door.opens);
      await expect(app).toAllowWebSocket({ from: ALLOWED, path });
      await expect(app).not.toAllowWebSocket({ from: STRANGER, path });
    });
  });

  it.each(DOORS.filter(({ name }) => name !== 'a raw upgrade').map((door) => [door.name, door] as const))(
    '8.6: routes(), the check and the development page tell so of %s',
    async (_name, door) => {
      const apps = [
        await startApp(door.parts({ origin: ALLOWED, methods: ['POST'] }, []), platform),
        await startApp(door.parts({ origin: ALLOWED, methods: ['GET'] }, []), platform),
      ];
      const reports = apps.map(({ app }) => app.get(CorsInspector).routes());
      const states = apps.map(({ app, url }, at) => matrixColumn(app.get(CorsInspector), reports[at]!, ALLOWED, url));
      const [closed = [], open = []] = apps.map(
        ({ app }) => rulesOf(app.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false }).survey()).gateways,
      );

      expect(reports.map(([row]) => [row?.methods, row?.policy?.methods])).toEqual([
        [['GET'], ['POST']],
        [['GET'], ['GET']],
      ]);
      expect((await Promise.all(states)).map(([cell]) => cell?.state)).toEqual(['refused', 'with-cookies']);
      expect(compareGateways([], closed).map(({ says }) => says)).toEqual(['is new, and open to no origin']);
      expect(compareGateways(closed, open).map(({ says }) => says)).toEqual([`is now open to ${ALLOWED}`]);
    },
  );
});
