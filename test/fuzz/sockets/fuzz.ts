import fc from 'fast-check';
import { PAGE_ORIGINS } from '../../model/domain.js';
import { closeApps } from '../../support/app.js';
import { closeClients, ioResult, wsResult } from '../../support/sockets.js';
import { type RunningSockets, startSockets } from './app.js';
import { bootsApp, opensAt, type Place, placesOf } from './places.js';
import { type SocketsApp, socketsApps } from './plan.js';

/** A socket that a client opens at a place of an app. */
export interface SocketAsk {
  /** The index of the place, modulo the number of places of the app. */
  readonly at: number;
  /** The origin of the page; `own`: the origin of the server. */
  readonly origin: string | undefined;
  readonly isCrossSite: boolean;
  readonly transports: readonly string[];
  /** The spelling of the path of a raw listener. */
  readonly spelling: 'plain' | 'query' | 'capitals' | 'encoded';
}

export interface SocketsFuzz {
  readonly platform: SocketsApp['platform'];
  readonly adapter: SocketsApp['adapter'];
  readonly apps: number;
  readonly seed: number;
}

/** Numbers of the checked apps and sockets. */
export interface SocketsReport {
  apps: number;
  opened: number;
  refused: number;
}

const ASKS = 16;

const asks: fc.Arbitrary<SocketAsk> = fc.record({
  at: fc.nat(20),
  origin: fc.constantFrom<string | undefined>(...PAGE_ORIGINS, 'own', undefined),
  isCrossSite: fc.constantFrom(false, false, true),
  transports: fc.constantFrom(['polling'], ['websocket'], ['polling', 'websocket']),
  spelling: fc.constantFrom<SocketAsk['spelling']>('plain', 'query', 'capitals', 'encoded'),
});

/**
 * Starts random apps, opens sockets as clients do, and compares the results with the reference of the model check.
 *
 * @throws Error with the smallest app that fails
 */
export async function fuzzSockets({ platform, adapter, apps, seed }: SocketsFuzz): Promise<SocketsReport> {
  const seen: SocketsReport = { apps: 0, opened: 0, refused: 0 };
  const property = fc.asyncProperty(
    socketsApps(platform, adapter),
    fc.array(asks, { minLength: ASKS, maxLength: ASKS }),
    async (app, all) => {
      const mismatch = await trySockets(app, all, seen);
      if (mismatch !== undefined) {
        throw new Error(mismatch);
      }
    },
  );
  const details = await fc.check(property, { numRuns: apps, seed });
  if (details.failed) {
    throw new Error(
      `With CORS_FUZZ_SEED=${seed}: ${String(details.errorInstance)}\n${fc.stringify(details.counterexample?.[0])}`,
    );
  }
  return seen;
}

/** @returns the first wrong socket in words; `undefined`: every socket is right */
async function trySockets(
  app: SocketsApp,
  all: readonly SocketAsk[],
  seen: SocketsReport = { apps: 0, opened: 0, refused: 0 },
): Promise<string | undefined> {
  try {
    const running = await startSockets(app).catch((error: unknown) => String(error));
    if (typeof running === 'string' || !bootsApp(app)) {
      const boots = typeof running !== 'string';
      return boots === bootsApp(app) ? undefined : `the startup: seen ${boots ? 'no error' : running}`;
    }
    seen.apps++;
    const places = placesOf(app);
    for (const ask of places.length === 0 ? [] : all) {
      const place = places[ask.at % places.length]!;
      const mismatch = await compare(app, running, place, ask, seen);
      if (mismatch !== undefined) {
        return `${JSON.stringify({ ...place, beside: undefined })} ${JSON.stringify(ask)}: ${mismatch}`;
      }
    }
    return undefined;
  } finally {
    closeClients();
    await closeApps();
  }
}

async function compare(
  { adapter, raw }: SocketsApp,
  { ports, inspector, heard }: RunningSockets,
  place: Place,
  ask: SocketAsk,
  seen: SocketsReport,
): Promise<string | undefined> {
  const server = `http://127.0.0.1:${ports[place.port]}`;
  const origin = ask.origin === 'own' ? server : ask.origin;
  const expected = opensAt(place, { origin, server, isCrossSite: ask.isCrossSite });
  const headers = ask.isCrossSite ? { 'Sec-Fetch-Site': 'cross-site' } : {};
  const isRaw = raw.includes(place.path);
  heard.length = 0;
  const address = isRaw ? spelled(place.path, ask.spelling) : place.path;
  const result =
    adapter === 'ws' || isRaw
      ? await wsResult(`ws${server.slice(4)}${address}`, origin, headers)
      : await ioResult(`${server}${place.namespace}`, origin, {
          path: place.path,
          transports: [...ask.transports],
          extraHeaders: { ...headers, ...(origin === undefined ? {} : { Origin: origin }) },
        });
  const text = JSON.stringify(result);
  const opened = result === 'open';
  seen[expected ? 'opened' : 'refused']++;
  // A path with two readings grants only what both readings grant (rule 3.3), so a refusal is always right.
  const isAmbiguous = isRaw && ask.spelling !== 'plain' && ask.spelling !== 'query';
  if (opened !== expected && (opened || !isAmbiguous)) {
    return `expected ${expected ? 'an open socket' : 'a refusal'}, seen ${text}`;
  }
  if (heard.length !== (opened ? place.listeners : 0)) {
    return `${opened ? 'open' : 'refused'}, and heard by [${heard.join(', ')}]`;
  }
  if (ask.isCrossSite || place.sites.length === 0) {
    // explain() assumes a browser without `Sec-Fetch-Site`, and does not know a place without a gateway.
    return undefined;
  }
  const path = adapter === 'ws' || isRaw ? address : `${place.path}/`;
  const { namespace } = place;
  const url = `ws${server.slice(4)}${path}`;
  const told = await inspector.explain({ url, origin, webSocket: true, ...(namespace !== undefined && { namespace }) });
  return (told.verdict === 'allowed') === opened ? undefined : `${text}, and explained as ${told.summary}`;
}

function spelled(path: string, spelling: SocketAsk['spelling']): string {
  switch (spelling) {
    case 'plain':
      return path;
    case 'query':
      return `${path}?a=/live`;
    case 'capitals':
      return path.toUpperCase();
    case 'encoded':
      return path.replace('r', '%72');
  }
}
