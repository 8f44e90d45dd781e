import { createRequire } from 'node:module';
import { ExpressPlatform } from '../../../../lib/platform/express/express-adapter.js';
import type { ExpressApp } from '../../../../lib/platform/express/router.js';

/* Older versions of Express's router store on a layer the values that later versions return. Lockfiles may pin them. */

interface Router {
  put(path: string, handler: () => void): void;
  use(path: string, handler: unknown): void;
}
type RouterConstructor = new () => Router;

const load = createRequire(import.meta.url);

function corsMiddleware(): void {}

describe.each(['router', 'router-2-2'])('the router %s', (name) => {
  const Router = load(name) as RouterConstructor;
  const router = new Router();
  router.put('/orders/:id', () => undefined);
  const inner = new Router();
  inner.use('/hooks', corsMiddleware);
  router.use('/api', inner);
  const platform = new ExpressPlatform({ router, request: {} } as unknown as ExpressApp);

  test('3.3: a path leads to its route, with its parameters', () => {
    const [route] = platform.routes();
    expect(route!.match('/orders/7')).toEqual({ id: '7' });
    expect(route!.match('/orders')).toBeUndefined();
    expect(platform.compilePath('/files/*path')('/files/a/b')).toEqual({ path: ['a', 'b'] });
    expect(platform.compilePath('/files/*path')('/other')).toBeUndefined();
    expect(platform.compileHost(':tenant.example')('shop.example')).toBe(true);
  });

  test('3.7: a CORS layer of a router in a router covers the path behind both mounts', () => {
    const [layer] = platform.otherCorsLayers();
    expect([layer!.covers('/api/hooks/x'), layer!.covers('/hooks'), layer!.covers('/api')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
