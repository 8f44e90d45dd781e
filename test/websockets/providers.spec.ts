import {
  CorsAllowlists,
  type CorsContext,
  type CorsOrigin,
  type OriginAllowlist,
  type OriginLookup,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { statusOf } from '../support/raw-handshake.js';
import { ALLOWED, STRANGER } from '../support/sockets.js';
import { DOORS } from './doors.js';

/* Rules 4 and 8.2: the library asks providers of every kind during the handshake. */

/** The contexts of the calls. */
const asked: CorsContext[] = [];

async function answer(origin: string, context: CorsContext): Promise<boolean> {
  asked.push(context);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return origin === ALLOWED;
}

class Source implements OriginSource {
  load = async (): Promise<string[]> => [ALLOWED];
}

class Lookup implements OriginLookup {
  lookUp = async (patterns: readonly string[]): Promise<string[]> => patterns.filter((each) => each === ALLOWED);
}

class Allowlist implements OriginAllowlist {
  isAllowed(origin: string, context: CorsContext): Promise<boolean> {
    return answer(origin, context);
  }
}

const ORIGINS: readonly [string, CorsOrigin][] = [
  ['a source', Source],
  ['a look-up', Lookup],
  ['an allowlist', Allowlist],
  ['a function', answer],
];

afterEach(async () => {
  asked.length = 0;
  await closeApps();
});

describe.each(PLATFORMS)('providers on %s', (platform) => {
  describe.each(DOORS.map((door) => [door.name, door] as const))('by %s', (name, door) => {
    const heard: string[] = [];
    const start = async (origin: CorsOrigin): Promise<TestApp> => {
      heard.length = 0;
      const { providers = [], ...parts } = door.parts({ origin }, heard);
      const started = await startApp({ ...parts, providers: [Source, Lookup, Allowlist, ...providers] }, platform);
      await started.app.get(CorsAllowlists).refresh();
      return started;
    };

    it.each(ORIGINS)('4: %s decides', async (_kind, origin) => {
      const { port } = await start(origin);

      expect(await statusOf(port, { ...door, origin: STRANGER })).toBe(403);
      expect(heard).toEqual([]);
      expect(await statusOf(port, { ...door, origin: ALLOWED })).toBe(door.opens);
    });

    it.each(ORIGINS.slice(2))('8.2: %s gets the context of the handshake', async (_kind, origin) => {
      const { port } = await start(origin);
      await statusOf(port, { ...door, origin: STRANGER });

      const isRaw = name === 'a raw upgrade';
      const path = isRaw ? '/live' : name === 'ws' ? '/' : '/socket.io';
      expect(asked.map(({ request: _request, ...context }) => context)).toEqual([
        {
          origin: STRANGER,
          method: 'GET',
          url: door.path,
          hostname: '127.0.0.1',
          params: {},
          route: isRaw ? { name: 'routes[0]', methods: ['*'], path } : { name: 'DoorGateway', methods: ['GET'], path },
          preflight: false,
        },
      ]);
      expect(asked[0]!.request).toMatchObject({ url: door.path });
    });
  });
});
