import { Controller, Delete, Get, Patch, Post, Put, type Type } from '@nestjs/common';
import { Agent, METHODS, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';

/* Clients choose the path, the method and the origin of a preflight. No choice may fill the memory. */

const POLICIES = Object.fromEntries(
  Array.from({ length: 14 }, (_, at) => [`p${at}`, { origin: [`https://a${at}.example`], credentials: at % 2 === 0 }]),
);

/** Five routes of one controller. */
function controller(at: number): Type {
  @Controller(`c${at}`)
  @CorsPolicy(`p${at % 14}`)
  class RoutesController {
    @Get()
    list(): void {}
    @Post()
    add(): void {}
    @Put(':id')
    replace(): void {}
    @Delete(':id/x')
    remove(): void {}
    @Patch(':id/y/:z')
    change(): void {}
  }
  return RoutesController;
}

const SEGMENTS = 22;

/** Entries that match independently of each other: 2^22 combinations of them. */
const ROUTES = Array.from({ length: SEGMENTS }, (_, at) => ({
  path: `/${Array.from({ length: SEGMENTS }, (_each, place) => (place === at ? `x${at}` : `:s${place}`)).join('/')}`,
  policy: `p${at % 14}`,
}));

/** A different path for each number, of a controller or of many entries. */
function pathOf(index: number): string {
  const bits = Math.imul(index, 2_654_435_761) >>> 0;
  return index % 2 === 0
    ? `/c${index % 28}${['', '/1', '/1/x', '/1/y/2'][(index >> 6) % 4]!}`
    : `/${Array.from({ length: SEGMENTS }, (_, at) => ((bits >>> at) & 1 ? `x${at}` : `y${index % 7}`)).join('/')}`;
}

const ASKED = METHODS.filter((method) => method !== 'CONNECT');
const methodOf = (index: number): string => (index % 5 === 0 ? `M-${index}` : ASKED[index % ASKED.length]!);

test.each(PLATFORMS)(
  '3.3: preflights for any path and any method leave nothing in memory, on %s',
  async (platform) => {
    const controllers = Array.from({ length: 28 }, (_, at) => controller(at));
    const app = await startApp({ controllers, cors: { policies: POLICIES, routes: ROUTES } }, platform);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const ask = (index: number) =>
      new Promise<number>((done, failed) => {
        const headers = {
          Origin: `https://a${(index >> 1) % 14}.example`,
          'Access-Control-Request-Method': methodOf(index),
        };
        request(app.url + pathOf(index), { method: 'OPTIONS', headers, agent }, (response) => {
          response
            .resume()
            .on('end', () => done(response.headers['access-control-allow-origin'] === undefined ? 0 : 1));
        })
          .on('error', failed)
          .end();
      });
    let sent = 0;
    let granted = 0;
    const send = async (most: number): Promise<void> => {
      while (sent < most) {
        const answers = await Promise.all(Array.from({ length: 100 }, () => ask(sent++)));
        granted += answers.reduce((sum, each) => sum + each, 0);
      }
    };
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    // Bounded caches fill up first: recent paths, and 4,096 combinations of entries.
    await send(12_000);
    const before = heap();
    await send(30_000);
    const grown = heap() - before;
    agent.destroy();
    expect(granted).toBeGreaterThan(200);
    expect(grown).toBeLessThan(5_000_000);
  },
  180_000,
);

afterEach(closeApps);
