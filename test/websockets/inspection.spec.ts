import diagnostics from 'node:diagnostics_channel';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import {
  type CorsDecisionMessage,
  CorsInspector,
  type CorsModuleOptions,
  CorsPolicy,
  NoCors,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import {
  ALLOWED,
  closeClients,
  connectIo,
  ioOutcome,
  ioResult,
  openWs,
  STRANGER,
  withSocketIo,
  withWs,
  wsResult,
} from '../support/sockets.js';
import { until } from '../support/until.js';

/* Rule 8.6: the reports about gateways agree with the results of their clients. */

class Silent implements OnGatewayConnection {
  handleConnection(): void {
    // Nothing to do.
  }
}

@CorsPolicy('partner')
@WebSocketGateway()
class ChatGateway extends Silent {}

@CorsPolicy('lax')
@WebSocketGateway({ namespace: 'admin' })
class AdminGateway extends Silent {}

@NoCors()
@WebSocketGateway({ namespace: '/closed' })
class ClosedGateway extends Silent {}

@WebSocketGateway({ namespace: '/plain' })
class PlainGateway extends Silent {}

const GATEWAYS = [ChatGateway, AdminGateway, ClosedGateway, PlainGateway];

const cors: CorsModuleOptions = {
  policies: { partner: { origin: ALLOWED, credentials: true }, lax: { origin: '*' } },
  counters: true,
};

const messages: CorsDecisionMessage[] = [];
/** The reasons for a page of the server's own origin. The channel gives the reason of a policy that does not refuse. */
const OWN: unknown = expect.stringMatching(/^(?:same-origin|allowed|no-policy)$/);
/** The one decision that the channel received since the last call. */
const reported = (): unknown => {
  const [message, ...more] = messages.splice(0);
  expect(more).toEqual([]);
  return [message?.route, message?.policy, message?.reason];
};
const note = (message: unknown): void => {
  messages.push(message as CorsDecisionMessage);
};

beforeEach(() => {
  messages.length = 0;
  diagnostics.subscribe('nestjs-cors-policy:decision', note);
});

afterEach(async () => {
  diagnostics.unsubscribe('nestjs-cors-policy:decision', note);
  closeClients();
  await closeApps();
});

describe.each(PLATFORMS)('inspection of gateways on %s', (platform) => {
  const start = async (
    providers: readonly (new () => object)[] = GATEWAYS,
    options = cors,
    setUp = withSocketIo,
  ): Promise<TestApp & { readonly inspector: CorsInspector; readonly ws: string }> => {
    const app = await startApp({ cors: options, providers: [...providers], setUp }, platform);
    return { ...app, inspector: app.app.get(CorsInspector), ws: app.url.replace('http', 'ws') };
  };

  it('8.6: routes() lists gateways with their policies', async () => {
    const { inspector } = await start();
    const rows = inspector.routes().filter(({ kind }) => kind === 'gateway');

    expect(rows.map(({ handler, path, namespace, policy }) => [handler, path, namespace, policy?.name])).toEqual([
      ['ChatGateway', '/socket.io', undefined, 'partner'],
      ['AdminGateway', '/socket.io', '/admin', 'lax'],
      ['ClosedGateway', '/socket.io', '/closed', '@NoCors()'],
      ['PlainGateway', '/socket.io', '/plain', undefined],
    ]);
    expect(rows[0]?.sources.ChatGateway).toMatch(/inspection\.spec\.ts:\d+$/);
  });

  it('8.6: the audit reports gateways without a policy, and cookies that no policy removes', async () => {
    const { inspector } = await start();
    const found = inspector.audit().map(({ code, place }) => [code, place]);

    expect(found).toContainEqual(['open-gateway', 'PlainGateway']);
    expect(found).toContainEqual(['websocket-cookies', 'AdminGateway']);
    expect(found.filter(([, place]) => place === 'ChatGateway' || place === 'ClosedGateway')).toEqual([]);
  });

  it('8.6: the audit keeps quiet in an app without policies', async () => {
    const { inspector } = await start([PlainGateway], { counters: true });

    expect(inspector.audit()).toEqual([]);
  });

  it('8.6: explain() and the channel tell what a client of ws gets', async () => {
    @CorsPolicy('partner')
    @WebSocketGateway({ path: '/chat' })
    class WsGateway extends Silent {}

    @WebSocketGateway({ path: '/plain' })
    class OpenGateway extends Silent {}

    const { inspector, ws, url } = await start([WsGateway, OpenGateway], cors, withWs);
    for (const path of ['/chat', '/chat?a=b', '/plain']) {
      for (const origin of [ALLOWED, STRANGER, 'null', url, undefined]) {
        const told = await inspector.explain({ url: `${ws}${path}`, origin, webSocket: true });
        const seen = await wsResult(`${ws}${path}`, origin);
        expect([path, origin, told.verdict, told.response.status]).toEqual([
          ...[path, origin, seen === 'open' ? 'allowed' : 'blocked', seen === 'open' ? 101 : seen],
        ]);
        expect(reported()).toEqual([told.route?.handler, told.policy?.name, origin === url ? OWN : told.reason]);
      }
    }
    expect(await inspector.explain({ url: `${ws}/chat`, origin: STRANGER, webSocket: true })).toMatchObject({
      request: { url: `${ws}/chat`, origin: STRANGER, webSocket: true },
      route: { handler: 'WsGateway', path: '/chat' },
      policy: { name: 'partner' },
      reason: 'origin-not-allowed',
      message: `WebSocket connection to '${ws}/chat' failed: Error during WebSocket handshake: Unexpected response code: 403`,
      summary:
        'GET /chat from "https://stranger.example" opens no WebSocket: its policy does not allow this origin (policy partner); WsGateway serves it.',
      advice: ['Add "https://stranger.example" to the origin of policies.partner.'],
    });
    expect((await inspector.explain({ url: `${ws}/none`, origin: ALLOWED, webSocket: true })).reason).toBe('no-route');
    expect((await inspector.explain({ url: ws, origin: url, webSocket: true })).verdict).toBe('blocked');
  });

  it('8.6: explain() and the channel tell what a client of socket.io gets, by namespace', async () => {
    const { inspector, url } = await start();
    for (const namespace of ['/', '/admin', '/closed', '/plain']) {
      for (const origin of [ALLOWED, STRANGER, url]) {
        const told = await inspector.explain({ url: `${url}/socket.io/`, origin, webSocket: true, namespace });
        const seen = await ioResult(`${url}${namespace}`, origin);
        expect([namespace, origin, told.verdict]).toEqual([namespace, origin, seen === 'open' ? 'allowed' : 'blocked']);
        expect(reported()).toEqual([told.route?.handler, told.policy?.name, origin === url ? OWN : told.reason]);
      }
    }
  });

  it.each([
    [{ webSocket: 'yes' }, /webSocket is "yes"/],
    [{ webSocket: true, method: 'POST' }, /A page can neither choose the method/],
    [{ webSocket: true, headers: {} }, /A page can neither choose the method/],
    [{ namespace: '/admin' }, /namespace is "\/admin"/],
    [{ webSocket: true, namespace: 'admin' }, /namespace is "admin"/],
  ])('8.6: explain() rejects %j', async (fields, message) => {
    const { inspector } = await start([ChatGateway]);

    await expect(inspector.explain({ url: '/', ...fields } as never)).rejects.toThrow(message);
  });

  it('6.1: each handshake is published and counted once', async () => {
    const { url, inspector } = await start();

    await ioResult(url, ALLOWED);
    await ioResult(`${url}/closed`, ALLOWED);
    await ioResult(`${url}/plain`, STRANGER);
    await ioResult(url, url);
    await ioResult(url);

    const common = { method: 'GET', preflight: false, webSocket: true };
    expect(messages).toEqual([
      { route: 'ChatGateway', policy: 'partner', origin: ALLOWED, ...common, allowed: true, reason: 'allowed' },
      { route: 'ClosedGateway', policy: '@NoCors()', origin: ALLOWED, ...common, allowed: false, reason: 'no-cors' },
      { route: 'PlainGateway', origin: STRANGER, ...common, allowed: false, reason: 'no-policy' },
      { route: 'ChatGateway', policy: 'partner', origin: url, ...common, allowed: true, reason: 'same-origin' },
      { route: 'ChatGateway', policy: 'partner', ...common, allowed: true, reason: 'no-origin' },
    ]);
    expect(inspector.counters().map(({ route, reason, count }) => [route, reason, count])).toEqual([
      ['ChatGateway', 'allowed', 1],
      ['ClosedGateway', 'no-cors', 1],
      ['PlainGateway', 'no-policy', 1],
      ['ChatGateway', 'same-origin', 1],
      ['ChatGateway', 'no-origin', 1],
    ]);
  });

  it('6.1: a refused transport is published once, and logged if debug is on', async () => {
    const { url, logs } = await start([ChatGateway, ClosedGateway], { ...cors, debug: true });

    await ioResult(url, STRANGER, { transports: ['websocket'] });
    await ioResult(url, STRANGER, { transports: ['polling'] });

    expect(messages.map(({ route, reason, allowed }) => [route, reason, allowed])).toEqual([
      ['ChatGateway', 'origin-not-allowed', false],
      ['ChatGateway', 'origin-not-allowed', false],
    ]);
    expect(logs.filter((line) => line.includes('Refused'))).toEqual([
      'debug: Refused "GET" of "https://stranger.example" for ChatGateway: origin-not-allowed (policy partner)',
    ]);
  });

  it('6.4: a policy that is only reported refuses no handshake', async () => {
    @CorsPolicy({ origin: '*', reportOnly: { origin: ALLOWED } })
    @WebSocketGateway({ path: '/ws' })
    class ReportedGateway extends Silent {}

    const { ws, inspector } = await start([ReportedGateway], {}, withWs);

    expect(await wsResult(`${ws}/ws`, STRANGER)).toBe('open');
    expect(inspector.reports()).toMatchObject([
      { route: 'ReportedGateway', origin: STRANGER, reason: 'origin-not-allowed', count: 1 },
    ]);
    expect(await inspector.explain({ url: `${ws}/ws`, origin: STRANGER, webSocket: true })).toMatchObject({
      verdict: 'allowed',
      reportOnly: { response: 'origin-not-allowed' },
    });
  });

  it('8.6: revokedSockets() lists open sockets that would no longer be allowed', async () => {
    let list = [ALLOWED, STRANGER];
    const policy = CorsPolicy({ origin: (origin) => list.includes(origin) });

    @policy
    @WebSocketGateway()
    class ListedGateway extends Silent {}

    @policy
    @WebSocketGateway({ path: '/ws' })
    class WsGateway extends Silent {}

    const io = await start([ListedGateway]);
    const [kept, revoked] = [connectIo(io.url, ALLOWED), connectIo(io.url, STRANGER)];
    expect([await ioOutcome(kept), await ioOutcome(revoked)]).toEqual(['open', 'open']);
    expect(await io.inspector.revokedSockets()).toEqual([]);
    list = [ALLOWED];
    const found = await io.inspector.revokedSockets();
    expect(found).toMatchObject([{ gateway: 'ListedGateway', origin: STRANGER, reason: 'origin-not-allowed' }]);
    found.forEach((socket) => socket.close());
    await until(() => !revoked.connected);
    expect(kept.connected).toBe(true);

    list = [ALLOWED];
    const ws = await start([WsGateway], {}, withWs);
    const { socket } = await openWs(`${ws.ws}/ws`, ALLOWED);
    list = [];
    const codes: number[] = [];
    socket.on('close', (code) => codes.push(code));
    (await ws.inspector.revokedSockets()).forEach((each) => each.close());
    await until(() => codes.length === 1);
    expect(codes).toEqual([1008]);
    expect(await ws.inspector.revokedSockets()).toEqual([]);
  });
});
