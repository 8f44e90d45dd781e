import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { type CorsModuleOptions, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { ALLOWED, closeClients, openWs, STRANGER, withWs, wsResult } from '../support/sockets.js';

/* Rules 8.1 and 8.2 for gateways of ws, with its own client. */

const ADMIN = 'https://admin.example';
const joined: string[] = [];

class Recording implements OnGatewayConnection {
  handleConnection(): void {
    joined.push(this.constructor.name);
  }
}

@CorsPolicy('partner')
@WebSocketGateway()
class RootGateway extends Recording {}

@CorsPolicy('admin')
@WebSocketGateway({ path: '/admin' })
class AdminGateway extends Recording {}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedGateway extends Recording {}

@WebSocketGateway({ path: '/plain' })
class PlainGateway extends Recording {}

const cors: CorsModuleOptions = {
  policies: { partner: { origin: [ALLOWED, ADMIN], credentials: true }, admin: { origin: ADMIN } },
};

afterEach(async () => {
  closeClients();
  joined.length = 0;
  await closeApps();
});

describe.each(PLATFORMS)('gateways of ws on %s', (platform) => {
  const start = (
    providers: readonly (new (...dependencies: never[]) => object)[],
    options = cors,
  ): Promise<TestApp & { readonly ws: string }> =>
    startApp({ cors: options, providers: [...providers], setUp: withWs }, platform).then((app) => ({
      ...app,
      ws: app.url.replace('http', 'ws'),
    }));

  it('8.2: opens if and only if the policy of the gateway allows the origin', async () => {
    const { ws, url } = await start([RootGateway, AdminGateway, ClosedGateway, PlainGateway]);

    expect(await wsResult(ws, ALLOWED)).toBe('open');
    expect(await wsResult(ws, STRANGER)).toBe(403);
    expect(await wsResult(ws, 'null')).toBe(403);
    expect(await wsResult(ws)).toBe('open');
    expect(await wsResult(ws, url)).toBe('open');
    expect(await wsResult(`${ws}/admin`, ADMIN)).toBe('open');
    expect(await wsResult(`${ws}/admin?a=b`, ALLOWED)).toBe(403);
    expect(await wsResult(`${ws}/closed`, ALLOWED)).toBe(403);
    expect(await wsResult(`${ws}/closed`)).toBe('open');
    expect(await wsResult(`${ws}/plain`, STRANGER)).toBe('open');
    expect(joined).toEqual([
      ...['RootGateway', 'RootGateway', 'RootGateway', 'AdminGateway', 'ClosedGateway', 'PlainGateway'],
    ]);
  });

  it('8.2: answers 403 with a short body', async () => {
    const { ws } = await start([RootGateway]);
    const { result } = await openWs(ws, STRANGER);

    expect(result).toEqual({
      status: 403,
      body: '{"statusCode":403,"error":"Forbidden","message":"This origin may not open a connection to this gateway.","reason":"origin-not-allowed"}',
    });
  });

  it('8.1: reaches gateways without a decorator by an entry of routes, or the default policy', async () => {
    const { ws } = await start([PlainGateway, AdminGateway], {
      ...cors,
      defaultPolicy: 'admin',
      routes: [{ path: '/plain', policy: 'partner' }],
    });

    expect(await wsResult(`${ws}/plain`, ALLOWED)).toBe('open');
    expect(await wsResult(`${ws}/plain`, STRANGER)).toBe(403);
    expect(await wsResult(`${ws}/admin`, ALLOWED)).toBe(403);
  });

  it('8.1: reaches a gateway by an entry for other methods if none is for GET', async () => {
    const { ws } = await start([PlainGateway, AdminGateway], {
      ...cors,
      routes: [{ path: '/plain', policy: 'partner', methods: ['POST'] }],
    });

    expect(await wsResult(`${ws}/plain`, ALLOWED)).toBe('open');
    expect(await wsResult(`${ws}/plain`, STRANGER)).toBe(403);
  });

  it('2.4: leaves the path of an unmanaged entry alone', async () => {
    const { ws } = await start([PlainGateway], {
      ...cors,
      defaultPolicy: 'admin',
      routes: [{ path: '/plain', unmanaged: true }],
    });

    expect(await wsResult(`${ws}/plain`, STRANGER)).toBe('open');
  });

  it('8.1: guards gateways on ports of their own, with and without a path', async () => {
    const [bare, shared] = [await freePort(), await freePort()];

    @CorsPolicy('admin')
    @WebSocketGateway(bare)
    class BareGateway extends Recording {}

    @CorsPolicy('admin')
    @WebSocketGateway(shared, { path: '/a' })
    class FirstGateway extends Recording {}

    @CorsPolicy('partner')
    @WebSocketGateway(shared, { path: '/b' })
    class OtherGateway extends Recording {}

    await start([BareGateway, FirstGateway, OtherGateway], {
      ...cors,
      // If a server accepts any path, the path of a client does not choose the policy.
      routes: [{ path: '/open', policy: { origin: '*' } }],
    });

    expect(await wsResult(`ws://127.0.0.1:${bare}/`, ADMIN)).toBe('open');
    expect(await wsResult(`ws://127.0.0.1:${bare}/open`, ALLOWED)).toBe(403);
    expect(await wsResult(`ws://127.0.0.1:${shared}/a`, ALLOWED)).toBe(403);
    expect(await wsResult(`ws://127.0.0.1:${shared}/b`, ALLOWED)).toBe('open');
  });

  it("3.6: enforce: 'fetch-metadata' refuses a handshake without an Origin that another site sends", async () => {
    @CorsPolicy({ origin: ALLOWED, enforce: 'fetch-metadata' })
    @WebSocketGateway()
    class StrictGateway extends Recording {}

    const { ws } = await start([StrictGateway]);

    expect(await wsResult(ws, undefined, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(await wsResult(ws)).toBe('open');
  });

  it('8.2: trusts a proxy as the platform does', async () => {
    const { ws } = await start([RootGateway]);
    const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'shop.example' };

    expect(await wsResult(ws, 'https://shop.example', forwarded)).toBe(403);
  });

  it('8.2: refuses even with `enforce: false`, because no browser hides a socket', async () => {
    @CorsPolicy({ origin: ALLOWED, enforce: false })
    @WebSocketGateway()
    class LaxGateway extends Recording {}

    const { ws } = await start([LaxGateway]);

    expect(await wsResult(ws, STRANGER)).toBe(403);
  });
});
