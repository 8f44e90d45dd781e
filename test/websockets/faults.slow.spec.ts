import { Instance } from '../faults/instance.js';
import { PLATFORMS } from '../support/app.js';
import { builtLibrary } from '../support/built-library.js';
import { type HandshakeHead, RawHandshake, statusOf } from '../support/raw-handshake.js';
import { until } from '../support/until.js';

/* Rule 8.2 during a flood of handshakes, and while the app closes. The app runs in its own process. */

/** The report of `test/fixtures/sockets-app.js`. */
interface SocketsReport {
  readonly unhandled: readonly string[];
  /** The number of connections that reached a gateway or the raw listener. */
  readonly heard: number;
  readonly calls: { readonly count: number; readonly open: number; readonly most: number };
  /** Bytes in use after garbage collection. */
  readonly bytes: number;
}

const FLOOD = 10_000;
const AT_ONCE = 100;
/** A small `maxEntries`, so that a first flood fills the cache before memory is measured. */
const ALLOWLISTS = { maxEntries: 1_000, timeoutMs: 50 };
/** Bytes that V8 uses temporarily. */
const NOISE = 3 * 1024 * 1024;

/** The entrances of the app, by its WebSocket adapter. */
const DOORS = {
  'socket.io': [
    ['polling', (policy: string) => ({ path: `/${policy}/?EIO=4&transport=polling`, upgrades: false })],
    ['websocket', (policy: string) => ({ path: `/${policy}/?EIO=4&transport=websocket` })],
  ],
  ws: [
    ['ws', (policy: string) => ({ path: `/${policy}` })],
    ['a raw upgrade', (policy: string) => ({ path: `/raw/${policy}` })],
  ],
} as const;
const ADAPTERS = Object.keys(DOORS) as (keyof typeof DOORS)[];

describe.each(PLATFORMS.flatMap((platform) => ADAPTERS.map((adapter) => [platform, adapter] as const)))(
  'on %s with %s',
  (platform, adapter) => {
    let instance: Instance<SocketsReport>;
    const start = async (allowlists: object): Promise<number> => {
      instance = new Instance('test/fixtures/sockets-app.js', {
        PLATFORM: platform,
        ADAPTER: adapter,
        ALLOWLISTS: JSON.stringify(allowlists),
      });
      return instance.port;
    };

    beforeAll(() => builtLibrary().then(() => undefined), 300_000);
    afterEach(() => instance.close());

    it.each(
      DOORS[adapter].flatMap(([name, head]) =>
        (['listed', 'looked', 'hanging'] as const).map((policy) => [policy, name, head] as const),
      ),
    )(
      `refuses ${FLOOD} handshakes of distinct origins in bounded memory: %s, by %s`,
      async (policy, _name, head) => {
        const port = await start(ALLOWLISTS);
        await flood(port, head(policy), 'before', 1_500);
        const before = await instance.report();
        expect(await flood(port, head(policy), 'flood', FLOOD)).toEqual({ 403: FLOOD });
        // socket.io holds a foreign upgrade for a second, because another server on the port may have accepted it.
        let after = await instance.report();
        await until(async () => {
          after = await instance.report();
          return after.bytes - before.bytes < NOISE;
        });

        expect([after.unhandled, after.heard]).toEqual([[], 0]);
        const calls = after.calls.count - before.calls.count;
        if (policy === 'looked') {
          // One call looks up the origins of many handshakes; of few, where a busy client sends them slowly.
          expect(after.calls.most).toBeLessThanOrEqual(2);
          expect(calls).toBeLessThan(FLOOD / 2);
        } else if (policy === 'hanging') {
          // The library tries one more call every few seconds.
          expect(after.calls.open).toBeLessThan(ALLOWLISTS.maxEntries + 20);
        } else {
          expect(calls).toBe(0);
        }
      },
      120_000,
    );

    it('ends by itself soon, long before the time of providers is up that handshakes wait for', async () => {
      const port = await start({ timeoutMs: 10_000 });
      const heads = DOORS[adapter].flatMap(([, head]) => ['hanging', 'called'].map(head));
      const waiting = await Promise.all(
        Array.from({ length: 100 }, (_each, at) =>
          RawHandshake.send(port, { ...heads[at % heads.length]!, origin: `https://${at}.example` }),
        ),
      );
      await until(async () => (await instance.report()).calls.count === waiting.length);
      // A client that disconnects, and one that sends only half a head, must not keep the app alive.
      waiting.splice(0, 10).forEach((client) => client.drop());
      const half = await RawHandshake.connect(port);
      half.socket.write('GET / HTTP/1.1\r\nHost: ');

      expect(await instance.close()).toBe(0);
      expect(tally(await Promise.all(waiting.map(({ status }) => status)))).toEqual({ 503: 90 });
      half.drop();
    }, 60_000);
  },
);

/** Sends handshakes from distinct origins, `AT_ONCE` in parallel, and counts the statuses. */
async function flood(port: number, head: HandshakeHead, name: string, count: number): Promise<Record<string, number>> {
  const statuses: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      statuses.push(await statusOf(port, { ...head, origin: `https://${name}-${next++}.example` }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return tally(statuses);
}

function tally(statuses: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
