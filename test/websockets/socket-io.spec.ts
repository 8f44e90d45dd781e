import { Injectable } from '@nestjs/common';
import {
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server } from 'socket.io';
import { CorsInspector, CorsPolicy, type CorsModuleOptions, NoCors, type OriginSource } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import {
  ALLOWED,
  closeClients,
  connectIo,
  ioOutcome,
  ioResult,
  STRANGER,
  withSocketIo,
  wsResult,
} from '../support/sockets.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

/* Rules 8.1 to 8.3 for gateways of socket.io, with its own client. */

const ADMIN = 'https://admin.example';
const joined: string[] = [];

class Recording implements OnGatewayConnection {
  handleConnection(): void {
    joined.push(this.constructor.name);
  }
}

@CorsPolicy('partner')
@WebSocketGateway()
class ChatGateway extends Recording {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string): string {
    return text;
  }
}

@CorsPolicy('admin')
@WebSocketGateway({ namespace: 'admin' })
class AdminGateway extends Recording {}

@NoCors()
@WebSocketGateway({ namespace: '/closed' })
class ClosedGateway extends Recording {}

@CorsPolicy('admin')
@WebSocketGateway({ namespace: /^\/tenant-\d+$/ })
class TenantGateway extends Recording {}

@WebSocketGateway({ namespace: '/plain' })
class PlainGateway extends Recording {}

const cors: CorsModuleOptions = {
  policies: {
    partner: { origin: [ALLOWED, ADMIN], credentials: true },
    admin: { origin: ADMIN },
  },
};

const TRANSPORTS = [['polling'], ['websocket'], ['polling', 'websocket']];

afterEach(async () => {
  closeClients();
  joined.length = 0;
  await closeApps();
});

describe.each(PLATFORMS)('gateways of socket.io on %s', (platform) => {
  const start = (providers: readonly (new () => object)[], options = cors): Promise<TestApp> =>
    startApp({ cors: options, providers: [...providers], setUp: withSocketIo }, platform);

  describe.each(TRANSPORTS.map((names) => ({ by: names.join(' and '), names })))('8.2: by $by', ({ names }) => {
    it.each([false, true, 'fetch-metadata' as const])('refuses a stranger with `enforce: %s`', async (enforce) => {
      @CorsPolicy({ origin: ALLOWED, enforce })
      @WebSocketGateway()
      class EnforcingGateway extends Recording {}

      const { url } = await start([EnforcingGateway]);

      expect(await ioResult(url, STRANGER, { transports: names })).toMatch(/error/);
      expect(await ioResult(url, ALLOWED, { transports: names })).toBe('open');
      expect(joined).toEqual(['EnforcingGateway']);
    });

    it('opens for an origin that the policy allows', async () => {
      const { url } = await start([ChatGateway]);
      const socket = connectIo(url, ALLOWED, { transports: names });
      expect(await ioOutcome(socket)).toBe('open');
      expect(await socket.emitWithAck('echo', 'hello')).toBe('hello');
      expect(joined).toEqual(['ChatGateway']);
    });

    it('refuses any other before the gateway hears of it', async () => {
      const { url } = await start([ChatGateway]);
      expect(await ioResult(url, STRANGER, { transports: names })).toMatch(/error/);
      expect(await ioResult(url, 'null', { transports: names })).toMatch(/error/);
      expect(joined).toEqual([]);
    });

    it('allows clients that are not pages, and pages of the own origin', async () => {
      const { url } = await start([ChatGateway]);
      expect(await ioResult(url, undefined, { transports: names })).toBe('open');
      expect(await ioResult(url, url, { transports: names })).toBe('open');
    });

    it('checks each namespace with its own policy', async () => {
      const { url } = await start([ChatGateway, AdminGateway, ClosedGateway, TenantGateway, PlainGateway]);
      const options = { transports: names };
      expect(await ioResult(`${url}/admin`, ADMIN, options)).toBe('open');
      expect(await ioResult(`${url}/tenant-7`, ADMIN, options)).toBe('open');
      expect(await ioResult(`${url}/admin`, ALLOWED, options)).toBe('This origin may not join this namespace.');
      expect(await ioResult(`${url}/tenant-7`, ALLOWED, options)).toBe('This origin may not join this namespace.');
      expect(await ioResult(`${url}/closed`, ALLOWED, options)).toBe('This origin may not join this namespace.');
      expect(await ioResult(`${url}/closed`, undefined, options)).toBe('open');
      expect(await ioResult(`${url}/plain`, STRANGER, options)).toBe('open');
      expect(joined).toEqual(['AdminGateway', 'TenantGateway', 'ClosedGateway', 'PlainGateway']);
    });
  });

  it('8.2: checks a client that is connected and then joins another namespace', async () => {
    const { url } = await start([ChatGateway, AdminGateway]);
    const socket = connectIo(url, ALLOWED);
    expect(await ioOutcome(socket)).toBe('open');
    const admin = socket.io.socket('/admin');
    expect(await ioOutcome(admin.connect())).toBe('This origin may not join this namespace.');
    expect(joined).toEqual(['ChatGateway']);
    expect(socket.connected).toBe(true);
    expect(await socket.emitWithAck('echo', 'still')).toBe('still');
  });

  it('8.2: upgrades a polling transport', async () => {
    const { url } = await start([ChatGateway]);
    const socket = connectIo(url, ALLOWED);
    expect(await ioOutcome(socket)).toBe('open');
    await until(() => socket.io.engine.transport.name === 'websocket');
    expect(await socket.emitWithAck('echo', 'upgraded')).toBe('upgraded');
  });

  it('8.2: neither continues nor upgrades the session of another origin', async () => {
    const app = await start([ChatGateway]);
    const opened = await app.get('/socket.io/?EIO=4&transport=polling', ALLOWED);
    const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
    const taken = await app.get(`/socket.io/?EIO=4&transport=polling&sid=${sid}`, STRANGER);
    expect([taken.status, corsHeaders(taken)]).toEqual([403, {}]);
    const upgrade = `${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
    expect(await wsResult(upgrade, STRANGER)).toBe(403);
    expect(await wsResult(upgrade, ALLOWED)).toBe('open');
  });

  it('8.2: closes sessions of WebTransport unread, as they show no Origin', async () => {
    @CorsPolicy('partner')
    @WebSocketGateway({ transports: ['polling', 'websocket', 'webtransport'] })
    class TransportGateway extends Recording {
      @WebSocketServer()
      readonly server!: Server;
    }

    const { app, url } = await start([TransportGateway]);
    const touched: (string | symbol)[] = [];
    const session = new Proxy(
      { close: () => undefined },
      {
        get: (target, name) => {
          touched.push(name);
          return Reflect.get(target, name);
        },
      },
    );
    await app.get(TransportGateway).server.engine.onWebTransportSession(session);

    expect(touched).toEqual(['close']);
    expect(joined).toEqual([]);
    expect(await ioResult(url, ALLOWED)).toBe('open');
  });

  it('8.3: sends the headers of the policy on polling responses', async () => {
    const app = await start([ChatGateway]);
    const opened = await app.get('/socket.io/?EIO=4&transport=polling', ALLOWED);
    expect(opened.status).toBe(200);
    expect(corsHeaders(opened)).toEqual({
      'access-control-allow-origin': ALLOWED,
      'access-control-allow-credentials': 'true',
    });
    expect(opened.headers.vary).toBe('Origin');
    const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
    const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    const posted = await app.request('POST', path, { Origin: ALLOWED, 'Content-Type': 'text/plain' }).send('40');
    expect([posted.status, corsHeaders(posted)['access-control-allow-origin']]).toEqual([200, ALLOWED]);
    const polled = await app.get(path, ALLOWED);
    expect([polled.status, corsHeaders(polled)['access-control-allow-origin']]).toEqual([200, ALLOWED]);
  });

  it('8.2: refuses with 403, a short body and no CORS header', async () => {
    const app = await start([ChatGateway]);
    const refused = await app.get('/socket.io/?EIO=4&transport=polling', STRANGER);
    expect(refused.status).toBe(403);
    expect(corsHeaders(refused)).toEqual({});
    expect(refused.headers.vary).toBe('Origin');
    expect(refused.body).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'This origin may not open a connection to this gateway.',
      reason: 'origin-not-allowed',
    });
  });

  it('8.3: answers preflights of the polling transport', async () => {
    const app = await start([ChatGateway, AdminGateway]);
    const path = '/socket.io/?EIO=4&transport=polling';
    const granted = await app.preflight(path, { origin: ALLOWED, method: 'GET', headers: 'x-token' });
    expect(granted.status).toBe(204);
    expect(corsHeaders(granted)).toEqual({
      'access-control-allow-origin': ALLOWED,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'x-token',
    });
    const refused = await app.preflight(path, { origin: STRANGER, method: 'GET', headers: 'x-token' });
    expect([refused.status, corsHeaders(refused)]).toEqual([204, {}]);
  });

  it('8.1: reaches a gateway without a decorator by the default policy', async () => {
    const { url } = await start([PlainGateway], { ...cors, defaultPolicy: 'partner' });
    expect(await ioResult(`${url}/plain`, ALLOWED)).toBe('open');
    expect(await ioResult(`${url}/plain`, STRANGER)).toMatch(/error 403/);
  });

  it('8.1: reaches a gateway without a decorator by an entry of routes, before the default policy', async () => {
    const path = platform === 'express' ? '/socket.io/*path' : '/socket.io/*';
    const { url } = await start([PlainGateway, AdminGateway], {
      ...cors,
      defaultPolicy: 'admin',
      routes: [{ path, policy: 'partner' }],
    });
    expect(await ioResult(`${url}/plain`, ALLOWED)).toBe('open');
    expect(await ioResult(`${url}/admin`, ALLOWED)).toMatch(/may not join/);
    expect(await ioResult(`${url}/plain`, STRANGER)).toMatch(/error 403/);
  });

  it('8.1: leaves a gateway without a policy alone', async () => {
    const app = await start([PlainGateway]);
    expect(await ioResult(`${app.url}/plain`, STRANGER)).toBe('open');
    const polled = await app.get('/socket.io/?EIO=4&transport=polling', STRANGER);
    expect([polled.status, corsHeaders(polled)]).toEqual([200, {}]);
  });

  it('8.1: serves several gateways on one app by paths and ports of their own', async () => {
    const port = await freePort();

    @CorsPolicy('admin')
    @WebSocketGateway({ path: '/live' })
    class LiveGateway extends Recording {}

    @CorsPolicy('admin')
    @WebSocketGateway(port)
    class OwnPort extends Recording {}

    @CorsPolicy('partner')
    @WebSocketGateway(port, { namespace: 'news' })
    class OwnPortNews extends Recording {}

    const { url } = await start([ChatGateway, LiveGateway, OwnPort, OwnPortNews]);
    const own = `http://127.0.0.1:${port}`;
    for (const transport of ['polling', 'websocket']) {
      const options = { transports: [transport] };
      expect(await ioResult(own, ADMIN, options)).toBe('open');
      expect(await ioResult(own, STRANGER, options)).toMatch(/error/);
      expect(await ioResult(own, ALLOWED, options)).toMatch(/may not join/);
      expect(await ioResult(`${own}/news`, ALLOWED, options)).toBe('open');
    }
    joined.length = 0;
    expect(await ioResult(url, ALLOWED, { path: '/live' })).toMatch(/error 403/);
    expect(await ioResult(url, ADMIN, { path: '/live' })).toBe('open');
    expect(await ioResult(url, ALLOWED)).toBe('open');
    expect(joined).toEqual(['LiveGateway', 'ChatGateway']);
  });

  it('8.2: grants only what all gateways of one namespace grant', async () => {
    @CorsPolicy('admin')
    @WebSocketGateway()
    class SecondGateway extends Recording {}

    const { url } = await start([ChatGateway, SecondGateway]);
    expect(await ioResult(url, ALLOWED)).toMatch(/error 403/);
    expect(await ioResult(url, ADMIN)).toBe('open');
  });

  it.each(['first', 'last'])(
    '8.2: asks the policies of all gateways that hear of a namespace, a regular expression made %s',
    async (when) => {
      @CorsPolicy('partner')
      @WebSocketGateway({ namespace: /^\/tenant-\d+$/ })
      class AnyTenant extends Recording {}

      @CorsPolicy('admin')
      @WebSocketGateway({ namespace: '/tenant-7' })
      class OneTenant extends Recording {}

      // Nest connects the first gateway last, because it waits for the adapter.
      const order = when === 'first' ? [ChatGateway, AnyTenant, OneTenant] : [ChatGateway, OneTenant, AnyTenant];
      const { url, app } = await start(order);
      expect(await ioResult(`${url}/tenant-7`, ALLOWED)).toMatch(/may not join/);
      expect(await ioResult(`${url}/tenant-8`, ALLOWED)).toBe('open');
      expect(joined).toEqual(['AnyTenant']);
      expect(await ioResult(`${url}/tenant-7`, ADMIN)).toBe('open');
      expect(joined.slice(1)).toEqual(when === 'first' ? ['AnyTenant', 'OneTenant'] : ['OneTenant']);
      expect(await app.get(CorsInspector).revokedSockets()).toEqual([]);
    },
  );

  it('4: a changed list applies to the next handshake', async () => {
    let list = [ALLOWED];
    let changed = (): void => undefined;
    @Injectable()
    class Tenants implements OriginSource {
      load(): Promise<string[]> {
        return Promise.resolve(list);
      }
      watch(listener: () => void): () => void {
        changed = listener;
        return () => undefined;
      }
    }

    @CorsPolicy('tenant')
    @WebSocketGateway()
    class TenantChat extends ChatGateway {}

    const { url } = await startApp(
      {
        cors: { policies: { tenant: { origin: Tenants } } },
        providers: [Tenants, TenantChat],
        setUp: withSocketIo,
      },
      platform,
    );
    const open = connectIo(url, ALLOWED, { transports: ['polling'] });
    expect(await ioOutcome(open)).toBe('open');
    list = [ADMIN];
    changed();
    await until(async () => (await ioResult(url, ADMIN)) === 'open');
    expect(await ioResult(url, ALLOWED)).toMatch(/error 403/);
    expect(await open.emitWithAck('echo', 'stays')).toBe('stays');
  });

  it('8.2: checks a connection whose state is recovered', async () => {
    let list = [ALLOWED];
    @CorsPolicy({ origin: (origin) => list.includes(origin) })
    @WebSocketGateway({ connectionStateRecovery: {} })
    class RecoveringGateway extends Recording {}

    @WebSocketGateway({ namespace: '/plain', connectionStateRecovery: {} })
    class Beside extends Recording {}

    const { url } = await start([RecoveringGateway, Beside]);
    const socket = connectIo(url, ALLOWED, { transports: ['websocket'] });
    expect(await ioOutcome(socket)).toBe('open');
    socket.io.engine.close();
    await until(() => !socket.connected);
    expect(await ioOutcome(socket.connect())).toBe('open');
    list = [];
    socket.io.engine.close();
    await until(() => !socket.connected);
    // The other namespace allows every origin, so the connection opens.
    expect(await ioOutcome(socket.connect())).toMatch(/may not join/);
  });
});
