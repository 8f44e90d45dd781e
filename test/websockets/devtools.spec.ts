import { Injectable } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsPolicy, type CorsModuleOptions, NoCors } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { withToken } from '../support/devtools.js';
import { freePort } from '../support/free-port.js';
import { ALLOWED, STRANGER, withSocketIo, withWs } from '../support/sockets.js';

/* Rules 6.5 and 8.6: gateways on the development page. */

@CorsPolicy('partner')
@WebSocketGateway({ path: '/chat' })
class ChatGateway {}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedGateway {}

@WebSocketGateway({ path: '/plain' })
class PlainGateway {}

@CorsPolicy('partner')
@WebSocketGateway()
class RootNamespace {}

@CorsPolicy('partner')
@WebSocketGateway()
class SameNamespace {}

@CorsPolicy({ origin: STRANGER })
@WebSocketGateway({ namespace: 'admin' })
class AdminNamespace {}

@CorsPolicy('partner')
@WebSocketGateway({ namespace: /^\/tenant-\d+$/ })
class TenantNamespace {}

@CorsPolicy('partner')
@WebSocketGateway({
  namespace: (_name: string, _auth: unknown, next: (error: null, accept: boolean) => void) => next(null, true),
})
class AnyNamespace {}

@Injectable()
class NoGateway {}

const cors: CorsModuleOptions = { policies: { partner: { origin: ALLOWED, credentials: true } } };

afterEach(closeApps);

describe.each(PLATFORMS)('the development page of gateways on %s', (platform) => {
  const start = async (providers: readonly (new () => object)[], setUp: typeof withWs = withWs): Promise<TestApp> =>
    withToken(
      await startApp(
        { cors, imports: [CorsDevtoolsModule.forRoot()], providers: [NoGateway, ...providers], setUp },
        platform,
      ),
    );
  const shown = async ({ get }: TestApp): Promise<unknown[]> => {
    const { body } = await get('/__cors/overview.json', undefined, { 'Sec-Fetch-Site': 'same-origin' });
    return body.routes.map(({ kind, handler, server, namespace, example }: Record<string, unknown>) => [
      ...[kind, handler, server, namespace ?? '', example],
    ]);
  };
  const column = async ({ get }: TestApp, origin: string): Promise<string[]> => {
    const { body } = await get(`/__cors/matrix.json?q=${encodeURIComponent(origin)}`);
    return body.map(({ state }: { state: string }) => state);
  };

  it('6.5: shows gateways of ws, with an address that opens each', async () => {
    const port = await freePort();

    @CorsPolicy('partner')
    @WebSocketGateway(port)
    class OwnPort {}

    const started = await start([ChatGateway, ClosedGateway, PlainGateway, OwnPort]);
    expect(await shown(started)).toEqual([
      ['gateway', 'ChatGateway', 'ws', '', '/chat'],
      ['gateway', 'ClosedGateway', 'ws', '', '/closed'],
      ['gateway', 'PlainGateway', 'ws', '', '/plain'],
      ['gateway', 'OwnPort', 'ws', '', `ws://127.0.0.1:${port}/`],
    ]);
    expect(await column(started, ALLOWED)).toEqual(['with-cookies', 'refused', 'no-policy', 'with-cookies']);
    expect(await column(started, STRANGER)).toEqual(['refused', 'refused', 'no-policy', 'refused']);
  });

  it('6.5: shows gateways of socket.io, each namespace by its own policy', async () => {
    const started = await start([RootNamespace, SameNamespace, AdminNamespace, TenantNamespace], withSocketIo);
    const example = '/socket.io/?EIO=4&transport=websocket';
    expect(await shown(started)).toEqual([
      ['gateway', 'RootNamespace', 'socket.io', '', example],
      ['gateway', 'SameNamespace', 'socket.io', '', example],
      ['gateway', 'AdminNamespace', 'socket.io', '/admin', example],
      ['gateway', 'TenantNamespace', 'socket.io', '/^\\/tenant-\\d+$/', example],
    ]);
    // The library knows no example of a namespace that the expression matches.
    expect(await column(started, ALLOWED)).toEqual(['with-cookies', 'with-cookies', 'refused', 'unknown']);
    expect(await column(started, STRANGER)).toEqual(['refused', 'refused', 'with-cookies', 'unknown']);
  });

  it('6.5: says of a namespace that has no example why its state is not known', async () => {
    const { get } = await start([TenantNamespace, AnyNamespace], withSocketIo);
    const why = 'no example of its address is known; ask about one below';

    expect((await get(`/__cors/matrix.json?q=${encodeURIComponent(ALLOWED)}`)).body).toEqual([
      { state: 'unknown', why },
      { state: 'unknown', why },
    ]);
  });

  it('6.5: corrects the policy of a gateway, and opens a closed one', async () => {
    const { get } = await start([ChatGateway, ClosedGateway]);
    const codes = async (url: string, origin: string): Promise<string[]> => {
      const question = JSON.stringify({ webSocket: true, url, origin });
      const { body } = await get(`/__cors/explain.json?q=${encodeURIComponent(question)}`);
      return body.fixes.map(({ code }: { code: string }) => code);
    };

    expect(await codes('/chat', STRANGER)).toEqual([`origin: ['${ALLOWED}', '${STRANGER}'],`]);
    expect(await codes('/closed', ALLOWED)).toEqual([
      "@CorsPolicy('partner')",
      `@CorsPolicy({ origin: '${ALLOWED}' })`,
    ]);
    expect(await codes('/chat', ALLOWED)).toEqual([]);
    // Code of the app may answer upgrades there.
    expect(await codes('/none', ALLOWED)).toEqual([`{ path: '/none', policy: { origin: '${ALLOWED}' } },`]);
  });

  it('6.5: lets the live tester open sockets of the app alone', async () => {
    const port = await freePort();

    @CorsPolicy('partner')
    @WebSocketGateway(port)
    class OwnPort {}

    const started = await start([ChatGateway, OwnPort]);
    const { body } = await started.get('/__cors/overview.json', undefined, { 'Sec-Fetch-Site': 'same-origin' });
    const { headers } = await fetch(body.tester.origins[1].frame);
    const own = started.url.replace('http', 'ws');
    expect(headers.get('content-security-policy')).toContain(
      `connect-src ${started.url} ${own} ws://127.0.0.1:${port};`,
    );
  });
});
