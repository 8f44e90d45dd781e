import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { WebSocketServer } from 'ws';
import { builtLibrary } from '../support/built-library.js';

/* The command with real servers that do not answer like an app over HTTP/1.1. */

const CERTIFICATE = 'test/fixtures/tls/localhost.pem';
const credentials = { key: readFileSync('test/fixtures/tls/localhost.key.pem'), cert: readFileSync(CERTIFICATE) };

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

describe('a probe of a real server', () => {
  const servers: Server[] = [];
  let entry: string;

  /** The address of the server. */
  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  }

  function probe(url: string): Promise<Ended> {
    const args = [entry, 'probe', url, '--origin', 'https://app.example', '--timeout', '5', '--json'];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: CERTIFICATE, NO_COLOR: '1' };
    return new Promise((done) => {
      execFile(process.execPath, args, { env }, (error, out, err) => done({ code: error?.code ?? 0, out, err }));
    });
  }

  /** The answer of the server. */
  async function answerOf(url: string): Promise<{ status: number; headers: [string, string][] }> {
    const { out, err } = await probe(url);
    expect(err).toBe('');
    const { steps } = JSON.parse(out) as { steps: { answer: { status: number; headers: [string, string][] } }[] };
    return steps[0]!.answer;
  }

  beforeAll(async () => {
    entry = join(await builtLibrary(), 'esm/cli.js');
  }, 120_000);

  afterAll(() => servers.forEach((server) => server.close()));

  it('reports that the server speaks HTTP/2 only', async () => {
    const port = await listen(http2.createSecureServer(credentials));
    const { code, err } = await probe(`https://127.0.0.1:${port}/`);
    expect(err).toMatch(/it speaks HTTP\/2 only.*\n.*allowHTTP1/);
    expect(code).toBe(2);
  });

  it('reads the answer of a server that speaks HTTP/1.1 and HTTP/2', async () => {
    const server = http2.createSecureServer({ ...credentials, allowHTTP1: true }, (_request, response) => {
      response.writeHead(403, { 'X-A': '1' }).end();
    });
    const answer = await answerOf(`https://127.0.0.1:${await listen(server)}/`);
    expect(answer.status).toBe(403);
    expect(answer.headers).toContainEqual(['X-A', '1']);
  });

  it.each([
    ['HTTP/1.1', https.createServer(credentials, (_request, response) => response.writeHead(403).end())],
    [
      'HTTP/1.0',
      tls.createServer(credentials, (socket) => {
        socket.on('error', () => undefined).end('HTTP/1.0 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      }),
    ],
  ])('treats a 403 of %s as the answer of the app', async (_version, server) => {
    const answer = await answerOf(`https://127.0.0.1:${await listen(server)}/`);
    expect(answer.status).toBe(403);
  });

  it('makes the handshake of a WebSocket over TLS', async () => {
    const server = https.createServer(credentials);
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.headers.origin === 'https://app.example' && request.url === '/chat') {
        sockets.handleUpgrade(request, socket, head, (client) => client.close());
      } else {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      }
    });
    const url = `wss://127.0.0.1:${await listen(server)}`;
    const opened = await probe(`${url}/chat`);
    expect([opened.code, JSON.parse(opened.out)]).toEqual([
      0,
      expect.objectContaining({ verdict: 'opened', status: 101 }),
    ]);
    const refused = await probe(`${url}/closed`);
    expect([refused.code, JSON.parse(refused.out)]).toEqual([
      1,
      expect.objectContaining({
        verdict: 'refused',
        message: `WebSocket connection to '${url}/closed' failed: Error during WebSocket handshake: Unexpected response code: 403`,
      }),
    ]);
  });

  it.each([
    ['that names a protocol', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
    ['that names none', ''],
  ])('explains a 101 %s', async (_what, fields) => {
    const server = http.createServer((request) => {
      request.socket.end(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
    });
    const port = await listen(server);
    const { code, err } = await probe(`http://127.0.0.1:${port}/`);
    expect(err).toContain('answered GET with 101, Switching Protocols, which was not requested.');
    expect(code).toBe(2);
  });
});
