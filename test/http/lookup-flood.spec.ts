import { Controller, Get, Injectable } from '@nestjs/common';
import { CorsPolicy, type OriginLookup } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';

const LATENCY_MS = 50;
const LISTED = 60;
const listed = (index: number): string => `https://shop-${index}.example`;
/** An origin of some 250 bytes, made of labels of one letter. */
const deep = (index: number): string =>
  `https://${[...index.toString(36).padStart(6, '0'), ...Array.from({ length: 112 }, () => 'a')].join('.')}.test`;
const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

@Injectable()
class Shops implements OriginLookup {
  async lookUp(patterns: readonly string[]): Promise<readonly string[]> {
    await aWhile(LATENCY_MS);
    return patterns.filter((pattern) => pattern.startsWith('https://shop-'));
  }
}

@CorsPolicy('shop')
@Controller('orders')
class OrdersController {
  @Get()
  list(): string {
    return 'served';
  }
}

afterEach(closeApps);

describe.each(PLATFORMS)('a list that is looked up, on %s', (platform) => {
  it('admits listed origins while 110 preflights a second come from hosts of 118 labels', async () => {
    const { url } = await startApp(
      {
        cors: { policies: { shop: { origin: Shops, credentials: true } } },
        controllers: [OrdersController],
        providers: [Shops],
      },
      platform,
    );
    const ask = async (origin: string): Promise<boolean> => {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'GET' };
      const response = await fetch(`${url}/orders`, { method: 'OPTIONS', headers });
      await response.arrayBuffer();
      return response.headers.get('access-control-allow-origin') === origin;
    };
    const flood: Promise<boolean>[] = [];
    let sent = 0;
    const timer = setInterval(() => flood.push(ask(deep(sent++))), 9);
    await aWhile(500);
    const answers: Promise<boolean>[] = [];
    for (let i = 0; i < LISTED; i++) {
      answers.push(ask(listed(i)));
      await aWhile(25);
    }
    clearInterval(timer);
    const refused = (await Promise.all(answers)).filter((allowed) => !allowed).length;
    expect(refused).toBe(0);
    expect((await Promise.all(flood)).includes(true)).toBe(false);
  }, 60_000);
});
