import diagnostics from 'node:diagnostics_channel';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { handshakeLines, RawHandshake, statusOf } from '../support/raw-handshake.js';
import { ALLOWED, closeClients, connectIo, ioOutcome, STRANGER, withSocketIo } from '../support/sockets.js';
import { until } from '../support/until.js';
import { DOORS } from './doors.js';

/* Rule 8.2 with faults: in a provider, in a client, or while the app closes. */

const ALLOWLISTS = { timeoutMs: 200, negativeTtlMs: 0 };
/** A masked text frame: `early`. */
const FRAME = Buffer.from([0x81, 0x85, 0, 0, 0, 0, ...Buffer.from('early')]);

const FAULTS: readonly [string, () => unknown][] = [
  ['hangs', () => new Promise(() => undefined)],
  [
    'throws',
    () => {
      throw new Error('no database');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no database'))],
  ['answers what is no boolean', () => Promise.resolve('yes')],
];

/** A provider whose answers come from the test. */
class Gate {
  readonly #asked: ((allowed: boolean) => void)[] = [];

  get waiting(): number {
    return this.#asked.length;
  }

  ask(): Promise<boolean> {
    return new Promise((resolve) => this.#asked.push(resolve));
  }

  answer(allowed: boolean): void {
    this.#asked.splice(0).forEach((resolve) => resolve(allowed));
  }
}

const clients: RawHandshake[] = [];

afterEach(async () => {
  clients.splice(0).forEach((client) => client.drop());
  closeClients();
  await closeApps();
});

describe.each(PLATFORMS)('faults at a handshake on %s', (platform) => {
  describe.each(DOORS.map((door) => [door.name, door] as const))('by %s', (_name, door) => {
    const heard: string[] = [];
    const head = (origin?: string) => ({ ...door, origin });

    const start = (isAllowed: () => unknown, timeoutMs = ALLOWLISTS.timeoutMs): Promise<TestApp> => {
      heard.length = 0;
      class Tenants implements OriginAllowlist {
        isAllowed(_origin: string, _context: unknown): Promise<boolean> {
          return isAllowed() as Promise<boolean>;
        }
      }
      const { cors, providers = [], ...parts } = door.parts({ origin: Tenants }, heard);
      const allowlists = { ...ALLOWLISTS, timeoutMs };
      return startApp({ ...parts, cors: { ...cors, allowlists }, providers: [...providers, Tenants] }, platform);
    };
    const send = async (port: number, origin?: string): Promise<RawHandshake> => {
      const client = await RawHandshake.send(port, head(origin));
      clients.push(client);
      return client;
    };

    it.each(FAULTS)('refuses in time if a provider %s', async (_fault, isAllowed) => {
      const { port } = await start(isAllowed);
      const began = performance.now();
      expect(await statusOf(port, head(ALLOWED))).toBe(403);
      expect(performance.now() - began).toBeLessThan(3_000);
      expect(heard).toEqual([]);
      // No provider is called for a client that is not a page.
      expect(await statusOf(port, head())).toBe(door.opens);
    });

    it.each<[string, (client: RawHandshake) => void]>([
      ['resets the connection', (client) => client.drop()],
      ['closes the connection', (client) => client.socket.destroy()],
    ])('forgets a client that %s while a provider is at work', async (_how, leave) => {
      const gate = new Gate();
      const { port } = await start(() => gate.ask(), 5_000);
      const leaving = await send(port, ALLOWED);
      await until(() => gate.waiting === 1);
      leave(leaving);
      await new Promise((resolve) => setTimeout(resolve, 50));
      gate.answer(true);
      const staying = await send(port, ALLOWED);
      await until(() => gate.waiting === 1);
      gate.answer(true);
      expect(await staying.status).toBe(door.opens);
    });

    it('answers a client that has sent everything and ended its side', async () => {
      const gate = new Gate();
      const { port } = await start(() => gate.ask(), 5_000);
      const client = await send(port, STRANGER);
      client.socket.end();
      await until(() => gate.waiting === 1);
      gate.answer(false);
      // Node drops a request that is not an upgrade, if the end of the client comes before the answer.
      expect(door.upgrades === false ? [0, 403] : [403]).toContain(await client.status);
    });

    it.each<[string, (client: RawHandshake) => void]>([
      ['says nothing more', () => undefined],
      ['ends its side', (client) => void client.socket.end()],
      ['resets the connection', (client) => client.drop()],
    ])('serves others while a client sends half a handshake and %s', async (_how, leave) => {
      const { port, app } = await start(() => Promise.resolve(true));
      const lines = handshakeLines(head(ALLOWED));
      for (let cut = 0; cut < lines.length; cut++) {
        const client = await RawHandshake.connect(port);
        clients.push(client);
        for (const line of lines.slice(0, cut)) {
          client.socket.write(line);
        }
        client.socket.write(lines[cut]!.slice(0, 1));
        leave(client);
      }
      expect(await statusOf(port, head(ALLOWED))).toBe(door.opens);
      expect(heard.length).toBeLessThanOrEqual(1);
      const began = performance.now();
      await app.close();
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    it('takes a head that comes line by line', async () => {
      const { port } = await start(() => Promise.resolve(true));
      const client = await RawHandshake.connect(port);
      clients.push(client);
      for (const line of handshakeLines(head(ALLOWED))) {
        client.socket.write(line);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      expect(await client.status).toBe(door.opens);
    });

    it('answers 503 to those that wait when the app closes', async () => {
      const gate = new Gate();
      const { port, app } = await start(() => gate.ask(), 5_000);
      const waiting = await Promise.all(Array.from({ length: 20 }, (_each, at) => send(port, `https://${at}.example`)));
      await until(() => gate.waiting === waiting.length);
      const began = performance.now();
      await app.close();
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(await Promise.all(waiting.map(({ status }) => status))).toEqual(waiting.map(() => 503));
      expect(heard).toEqual([]);
      // A later answer decides nothing, so nothing is published about it.
      const told: unknown[] = [];
      const note = (message: unknown): void => void told.push(message);
      diagnostics.subscribe('nestjs-cors-policy:decision', note);
      gate.answer(false);
      await new Promise((resolve) => setTimeout(resolve, 20));
      diagnostics.unsubscribe('nestjs-cors-policy:decision', note);
      expect(told).toEqual([]);
    });
  });

  it('keeps what a client sends before it is answered', async () => {
    const heard: string[] = [];
    const gate = new Gate();
    const door = DOORS.find(({ name }) => name === 'a raw upgrade')!;
    const { port } = await startApp(door.parts({ origin: () => gate.ask() }, heard), platform);
    const client = await RawHandshake.send(port, { ...door, origin: ALLOWED });
    clients.push(client);
    await until(() => gate.waiting === 1);
    client.socket.write(FRAME);
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.answer(true);
    expect(await client.status).toBe(101);
    await until(() => heard.length === 2);
    expect(heard).toEqual(['connection', 'early']);
  });

  describe.each(FAULTS)('if the provider of a namespace %s', (_fault, isAllowed) => {
    it('the client is refused in time, and stays in its namespace', async () => {
      const heard: string[] = [];

      class Tenants implements OriginAllowlist {
        isAllowed(_origin: string, _context: unknown): Promise<boolean> {
          return isAllowed() as Promise<boolean>;
        }
      }

      @WebSocketGateway()
      class OpenGateway {}

      @CorsPolicy({ origin: Tenants })
      @WebSocketGateway({ namespace: '/tenants' })
      class TenantGateway implements OnGatewayConnection {
        handleConnection(): void {
          heard.push('connection');
        }
      }

      const { url } = await startApp(
        {
          cors: { allowlists: ALLOWLISTS },
          providers: [Tenants, OpenGateway, TenantGateway],
          setUp: withSocketIo,
        },
        platform,
      );
      const socket = connectIo(url, ALLOWED);
      expect(await ioOutcome(socket)).toBe('open');
      expect(await ioOutcome(socket.io.socket('/tenants').connect())).toBe('This origin may not join this namespace.');
      expect(socket.connected).toBe(true);
      expect(heard).toEqual([]);
    });
  });
});
