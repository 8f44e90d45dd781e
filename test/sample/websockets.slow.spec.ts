import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openWs, closeClients, connectIo, ioOutcome } from '../support/sockets.js';
import { buildQuickstart, runQuickstart, spawnQuickstart, START_TIMEOUT_MS } from './quickstart-process.js';

const TEA_HOUSE = 'https://tea-house.example';
const STRANGER = 'https://stranger.example';
const ENV = { PARTNER_ORIGINS: undefined, FIRST_TENANT_ORIGIN: undefined };

beforeAll(() => buildQuickstart('04-websockets'), START_TIMEOUT_MS);
afterEach(closeClients);

describe('the chat, once', () => {
  let lines: readonly string[];

  beforeAll(async () => {
    const { code, stdout, stderr } = await runQuickstart(['--once'], ENV, '04-websockets');
    expect({ code, stderr, difference: /NOT as expected[^]*/.exec(stdout)?.[0] }).toEqual({ code: 0, stderr: '' });
    lines = stdout.split('\n');
  }, START_TIMEOUT_MS);

  /** The lines about a caller. Each reason is on one line. */
  const about = (origin: string): string => {
    const from = lines.findIndex((line) => line.endsWith(origin)) + 2;
    return lines
      .slice(from, lines.indexOf('', from))
      .join('\n')
      .replaceAll(/\n {11}(?=\S)/g, ' ');
  };

  it.each([`Origin: ${TEA_HOUSE}`, 'without an Origin'])('opens every socket: %s', (origin) => {
    for (const way of ['socket.io, polling', 'socket.io, websocket', 'ws']) {
      expect(about(origin)).toMatch(new RegExp(`^  open +${way} +Ada reads: Your tea comes on Friday`, 'm'));
    }
  });

  it.each([`Origin: ${STRANGER}`, 'Origin: null'])('refuses every socket with %s', (origin) => {
    for (const [way, seen] of [
      ['socket.io, polling', 'connect_error: xhr poll error'],
      ['socket.io, websocket', 'connect_error: websocket error'],
      ['ws', 'an error event, and a close event with code 1006'],
    ]) {
      expect(about(origin)).toMatch(new RegExp(`^  403 +${way} +The page gets ${seen}\\.`, 'm'));
    }
    expect(about(origin)).not.toContain('Ada reads');
  });

  it('shows the reasons', () => {
    expect(about(STRANGER)).toContain('its policy does not allow this origin (policy tenant); SocketIoChat serves it.');
    expect(about('Origin: null')).toContain(
      'does not allow pages without an origin of their own (policy tenant); WsChat',
    );
    expect(about('without an Origin')).toContain('a request without an Origin is not one of theirs');
  });

  it('shows a tenant that is added and removed', () => {
    for (const row of [
      '  before +403 +403',
      '  the operator admits .* open +open',
      '  the operator dismisses .* 403 +403',
      '  the socket that was open +still open +still open',
      '  CorsInspector.revokedSockets\\(\\), each closed +1 closed +1 closed',
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(`^${row}$`));
    }
  });

  it('fits a terminal, and writes no colours into a pipe', () => {
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(lines.join()).not.toContain('\u001b');
  });
});

it(
  'the chat keeps running, and ends cleanly',
  async () => {
    const child = spawnQuickstart([], ENV, '04-websockets');
    const exited = once(child, 'exit');
    let text = '';
    for await (const line of createInterface({ input: child.stdout })) {
      text += `${line}\n`;
      if (/__cors\?token=/.test(line) && text.match(/__cors\?token=/g)?.length === 2) {
        break;
      }
    }
    const [socketIo, ws] = [...text.matchAll(/cors-policy probe '(\S+)'/g)].map(([, url = '']) => url);
    expect(await ioOutcome(connectIo(new URL(socketIo!.replace('ws:', 'http:')).origin, STRANGER))).toMatch(/403/);
    expect((await openWs(ws!, STRANGER)).result).toMatchObject({ status: 403 });
    expect((await openWs(ws!, TEA_HOUSE)).result).toBe('open');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  },
  START_TIMEOUT_MS,
);
