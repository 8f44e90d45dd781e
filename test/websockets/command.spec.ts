import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { CORS_COMMAND_PORT, type CorsCommandPort } from '../../lib/nest/command-port.js';
import { type CommandArguments, readArguments } from '../../lib/tooling/cli/arguments/read-arguments.js';
import { silentAdapter } from '../../lib/tooling/cli/app/silent-adapter.js';
import { compareGateways } from '../../lib/tooling/cli/check/compare-gateways.js';
import type { Grant, Granted } from '../../lib/tooling/cli/check/grant.js';
import { type GatewayRule, rulesOf } from '../../lib/tooling/cli/check/rules.js';
import { parseSnapshot, snapshotText } from '../../lib/tooling/cli/check/snapshot.js';
import { readQuestion } from '../../lib/tooling/cli/explain/command.js';
import { explanationText } from '../../lib/tooling/cli/explain/text.js';
import { probe } from '../../lib/tooling/cli/probe/command.js';
import { routeRow } from '../../lib/tooling/cli/routes/rows.js';
import type { Terminal } from '../../lib/tooling/cli/text/terminal.js';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, startApp, type TestApp } from '../support/app.js';
import { ALLOWED, STRANGER, withSocketIo, withWs } from '../support/sockets.js';

/* Rule 6.2: the command reports gateways. */

class Silent implements OnGatewayConnection {
  handleConnection(): void {
    // Nothing to do.
  }
}

@CorsPolicy('partner')
@WebSocketGateway({ path: '/chat' })
class ChatGateway extends Silent {}

const cors = { policies: { partner: { origin: ALLOWED } } };

afterEach(closeApps);

const printed = (): Terminal & { text: string } => {
  const terminal = {
    text: '',
    out: (text: string) => void (terminal.text += text),
    err: () => undefined,
    columns: 120,
    colour: false,
    env: {},
  };
  return terminal;
};

const argumentsOf = (...words: string[]): CommandArguments => {
  const wanted = readArguments(words);
  if (wanted.kind !== 'run') {
    throw new Error('Nothing is to be run.');
  }
  return wanted.given;
};

const survey = ({ app }: TestApp): ReturnType<CorsCommandPort['survey']> =>
  app.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false }).survey();

describe('6.2: cors-policy probe of a WebSocket', () => {
  const run = async (url: string, ...more: string[]): Promise<{ code: number; text: string }> => {
    const terminal = printed();
    const code = await probe(argumentsOf('probe', url, ...more), terminal);
    return { code, text: terminal.text };
  };

  it('does the handshake of a page', async () => {
    const { url } = await startApp({ cors, providers: [ChatGateway], setUp: withWs });
    const address = `${url.replace('http', 'ws')}/chat`;

    const opened = await run(address, '--origin', ALLOWED);
    expect([opened.code, opened.text]).toEqual([0, expect.stringContaining('Opened: the page has a connection.')]);
    const refused = await run(address, '--origin', STRANGER, '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.text)).toMatchObject({
      verdict: 'refused',
      status: 403,
      reason: 'origin-not-allowed',
      message: `WebSocket connection to '${address}' failed: Error during WebSocket handshake: Unexpected response code: 403`,
    });
  });

  it('reports that a namespace of socket.io may still refuse', async () => {
    @CorsPolicy('partner')
    @WebSocketGateway()
    class IoGateway extends Silent {}

    const { url } = await startApp({ cors, providers: [IoGateway], setUp: withSocketIo });
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;

    expect((await run(address, '--origin', ALLOWED)).text).toContain('each namespace may still refuse the page');
    expect((await run(address, '--origin', STRANGER)).code).toBe(1);
  });

  it('reports that no server listens', async () => {
    await expect(run('ws://127.0.0.1:9/', '--origin', ALLOWED)).rejects.toThrow(/cannot be asked/);
  });
});

describe('6.2: cors-policy routes, explain and check of gateways', () => {
  it('boots a decorated gateway of a root module, whatever its afterInit() calls', async () => {
    @CorsPolicy('partner')
    @WebSocketGateway(4999, { namespace: 'admin' })
    class InitGateway extends Silent implements OnGatewayInit {
      afterInit(server: { use(middleware: () => void): { to(room: string): { emit(): void } } }): void {
        server
          .use(() => undefined)
          .to('room')
          .emit();
      }
    }

    const started = await startApp({
      cors,
      providers: [InitGateway],
      setUp: (app) => app.useWebSocketAdapter(silentAdapter()),
    });
    const row = survey(started).routes.find(({ kind }) => kind === 'gateway')!;

    expect(routeRow(row)).toEqual([
      ...['WS', '/socket.io (port 4999, namespace /admin)', 'partner', ALLOWED, '-', '-', 'yes', 'InitGateway'],
    ]);
  });

  it('explains a WebSocket', async () => {
    const started = await startApp({ cors, providers: [ChatGateway], setUp: withWs });
    const question = readQuestion(
      argumentsOf('explain', 'x.js', '--url', 'ws://api.example/chat', '--origin', STRANGER),
    );
    expect(question).toEqual({ url: 'ws://api.example/chat', origin: STRANGER, credentials: false, webSocket: true });
    const port = started.app.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false });

    const text = explanationText(await port.explain(question), printed());
    expect(text).toContain('Route: GET /chat,');
    expect(text).toContain('< 403');
    expect(text).toContain('Blocked (origin-not-allowed)');
    expect(text).not.toContain('Preflight');
  });

  it('finds what a change opens', async () => {
    @WebSocketGateway({ path: '/plain' })
    class PlainGateway extends Silent {}

    @NoCors()
    @WebSocketGateway({ path: '/closed' })
    class ClosedGateway extends Silent {}

    const before = rulesOf(survey(await startApp({ cors, providers: [ChatGateway], setUp: withWs })));
    const after = rulesOf(
      survey(
        await startApp({
          cors: { policies: { partner: { origin: [ALLOWED, STRANGER] } } },
          providers: [ChatGateway, PlainGateway, ClosedGateway],
          setUp: withWs,
        }),
      ),
    );
    const { rules } = parseSnapshot(snapshotText({ preview: false, rules: before }), 'file');
    expect(rules).toEqual(before);

    expect(compareGateways(rules.gateways!, after.gateways!)).toEqual([
      { route: 'WS /chat', kind: 'wider', says: `is now open to ${STRANGER}` },
      { route: 'WS /plain', kind: 'wider', says: 'is new, and open to any site, as no policy reaches it' },
      { route: 'WS /closed', kind: 'other', says: 'is new, and open to no origin' },
    ]);
    expect(compareGateways(after.gateways!, rules.gateways!)).toEqual([
      { route: 'WS /chat', kind: 'narrower', says: `is no longer open to ${STRANGER}` },
      { route: 'WS /plain', kind: 'narrower', says: 'is gone' },
      { route: 'WS /closed', kind: 'narrower', says: 'is gone' },
    ]);
    expect(compareGateways(rules.gateways!, rules.gateways!)).toEqual([]);
  });

  const gateway = (policy: Granted, namespace?: RegExp | string): GatewayRule => ({
    name: 'Gateway',
    path: '/socket.io',
    ...(namespace === undefined ? {} : { namespace: String(namespace) }),
    ...(namespace instanceof RegExp ? { expression: true } : {}),
    policy,
  });
  const [one, both] = [{ origin: [ALLOWED] }, { origin: [ALLOWED, STRANGER] }];

  it('check compares what all gateways of a namespace grant together, as they share their clients', () => {
    const before = [gateway(both), gateway(one)];
    expect(compareGateways(before, [gateway(both)])).toEqual([
      { route: 'WS /socket.io', kind: 'wider', says: `is now open to ${STRANGER}` },
    ]);
    expect(compareGateways(before, [gateway(one), gateway(both)])).toEqual([]);
    expect(compareGateways(before, [gateway(null), gateway(one, '/')])).toEqual([]);
    expect(compareGateways([gateway(one), gateway(both, '/admin')], [gateway(one), gateway(one, '/admin')])).toEqual([
      { route: 'WS /socket.io (namespace /admin)', kind: 'narrower', says: `is no longer open to ${STRANGER}` },
    ]);
  });

  it('check compares a namespace that is gone with the regular expression that takes its clients now', () => {
    const any = gateway(both, /^\/.+$/);
    expect(compareGateways([gateway(one, '/admin'), any], [any])).toEqual([
      { route: 'WS /socket.io (namespace /admin)', kind: 'wider', says: `is now open to ${STRANGER}` },
    ]);
    expect(compareGateways([gateway(one, '/admin')], [gateway(both), gateway(both, /^\/x$/)])).toContainEqual({
      route: 'WS /socket.io (namespace /admin)',
      kind: 'narrower',
      says: 'is gone',
    });
  });

  it('check compares the namespaces of regular expressions that come, go and change places', () => {
    const [rooms, any] = [/^\/room-\d+$/, /^\/.+$/];
    const route = 'WS /socket.io (namespace /^\\/room-\\d+$/)';
    const wider = { kind: 'wider', says: `is now open to ${STRANGER}` };
    // Another expression takes the clients.
    const gone = compareGateways([gateway(one, rooms), gateway(both, any)], [gateway(both, any)]);
    expect(gone).toEqual([{ route, ...wider }]);
    const swapped = compareGateways(
      [gateway(one, rooms), gateway(both, any)],
      [gateway(both, any), gateway(one, rooms)],
    );
    expect(swapped).toEqual([{ route, ...wider }]);
    // One that comes first takes clients from another one, or from a namespace that is named now.
    const first = compareGateways([gateway(one, any)], [gateway(both, rooms), gateway(one, any)]);
    expect(first).toEqual([{ route, ...wider }]);
    const named = compareGateways([gateway(one, any)], [gateway(both, '/admin'), gateway(one, any)]);
    expect(named).toEqual([{ route: 'WS /socket.io (namespace /admin)', ...wider }]);
    // No other one has the clients.
    expect(compareGateways([gateway(one, rooms)], [])).toEqual([{ route, kind: 'narrower', says: 'is gone' }]);
    expect(compareGateways([gateway(one, rooms)], [gateway(one, rooms)])).toEqual([]);
    // It is told where only some of the namespaces change.
    const some = /^\/(?:a|b)$/;
    expect(compareGateways([gateway(one, some)], [gateway(both, '/a'), gateway(one, some)])).toEqual([
      { route: 'WS /socket.io (namespace /a)', ...wider },
      { route: 'WS /socket.io (namespace /^\\/(?:a|b)$/)', kind: 'wider', says: `${wider.says}, at /a` },
    ]);
    // A namespace may look like an expression.
    expect(compareGateways([gateway(one, '/a/g')], [gateway(one, '/a/g'), gateway(both, '/a')])).toEqual([
      {
        route: 'WS /socket.io (namespace /a)',
        kind: 'wider',
        says: `is new, and open to ${[ALLOWED, STRANGER].join(', ')}`,
      },
    ]);
  });

  it('check compares what the responses of the polling transport say, and flags', () => {
    const more: Grant = {
      ...one,
      credentials: true,
      exposedHeaders: ['x-total'],
      maxAge: 60,
      dangerously: ['allowNullOrigin'],
    };
    const less: Grant = { ...one, allowedHeaders: ['x-key'] };
    const polled = [
      ['wider', `now takes credentials from ${ALLOWED}, by polling`],
      ['wider', 'now lets pages send any header, by polling'],
      ['wider', 'now shows pages the response header x-total, by polling'],
      ['other', "has its preflight kept for 60 s instead of the browser's 5 s, by polling"],
    ];
    const flagged = ['other', 'now sets dangerously allowNullOrigin'];
    const told = (server: 'ws' | undefined): unknown =>
      compareGateways(
        [{ ...gateway(less), ...(server && { server }) }],
        [{ ...gateway(more), ...(server && { server }) }],
      ).map(({ kind, says }) => [kind, says]);
    expect(told(undefined)).toEqual([flagged, ...polled]);
    expect(told('ws')).toEqual([flagged]);
  });

  it('check reports that cross-site requests without an Origin are no longer refused', () => {
    const strict = gateway({ ...one, enforce: 'fetch-metadata' });
    const lax = gateway({ ...one, enforce: true });
    expect(compareGateways([strict], [lax])).toEqual([
      { route: 'WS /socket.io', kind: 'wider', says: 'no longer refuses cross-site requests without an Origin' },
    ]);
    expect(compareGateways([lax], [strict])).toEqual([
      { route: 'WS /socket.io', kind: 'narrower', says: 'now refuses cross-site requests without an Origin' },
    ]);
  });
});
