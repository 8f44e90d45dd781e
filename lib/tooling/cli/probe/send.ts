import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ServerAnswer } from '../../../core/browser/request.js';
import type { HeaderField } from '../../../core/http/headers.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderField[];
  readonly body?: string | undefined;
}

/**
 * Sends a request and answers with the head of the response. The body is not read, the head has to stay below 16 KiB,
 * and no redirect is followed.
 *
 * @param timeoutMs how long it may take until the head is there
 * @throws CommandFailure where there is no answer: what is wrong with the name, the connection or the certificate
 */
export function send({ method, url, headers, body }: WireRequest, timeoutMs: number): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http;
    const fail = (error: unknown): void => {
      clearTimeout(late);
      reject(explain(error, url));
    };
    const sent = request(url, { method, headers: collect(headers), agent: false, setHost: true }, (response) => {
      clearTimeout(late);
      const { httpVersion } = response;
      response.on('error', () => undefined).destroy();
      const answer = headOf(response);
      // Without an `Upgrade` field Node takes it for a response.
      if (answer.status === 101) {
        reject(switched(url, method));
        return;
      }
      // What Node's own HTTP/2 server says to a client of HTTP/1.1 is no answer of the app.
      if (answer.status === 403 && httpVersion === '1.0' && url.startsWith('https:')) {
        void speaksOnlyHttp2(new URL(url), timeoutMs).then((only) =>
          only ? reject(explain({ code: NO_PROTOCOL }, url)) : resolve(answer),
        );
      } else {
        resolve(answer);
      }
    });
    sent.on('upgrade', (_response, socket) => {
      clearTimeout(late);
      socket.destroy();
      reject(switched(url, method));
    });
    const late = setTimeout(() => {
      sent.destroy();
      reject(
        new CommandFailure(
          `${quote(new URL(url).origin)} did not answer ${method} within ${timeoutMs / 1000} s.`,
          'Allow more time with --timeout.',
        ),
      );
    }, timeoutMs);
    sent.on('error', fail);
    sent.end(body);
  });
}

/** The answer to the handshake of a WebSocket. */
export interface Shaken {
  readonly answer: ServerAnswer;
  /** At most 1 KiB of the body of a refusal. */
  readonly body: string;
}

/** Most bytes of a refusal's body that are read. */
const MOST_BODY = 1_024;

/**
 * Does the handshake of a WebSocket, and hangs up.
 *
 * @throws CommandFailure where there is no answer
 */
export function shake(url: string, headers: readonly HeaderField[], timeoutMs: number): Promise<Shaken> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http;
    const sent = request(url, { method: 'GET', headers: collect(headers), agent: false, setHost: true });
    const late = setTimeout(() => {
      sent.destroy();
      reject(
        new CommandFailure(
          `${quote(new URL(url).origin)} did not answer the handshake within ${timeoutMs / 1000} s.`,
          'Allow more time with --timeout.',
        ),
      );
    }, timeoutMs);
    const settle = (shaken: Shaken): void => {
      clearTimeout(late);
      resolve(shaken);
    };
    sent.on('upgrade', (response, socket) => {
      socket.on('error', () => undefined).destroy();
      settle({ answer: headOf(response), body: '' });
    });
    sent.on('response', (response) => {
      let body = '';
      const end = (): void => {
        response.destroy();
        settle({ answer: headOf(response), body: body.slice(0, MOST_BODY) });
      };
      response.on('error', end).on('end', end);
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('latin1');
        if (body.length > MOST_BODY) {
          end();
        }
      });
    });
    sent.on('error', (error) => {
      clearTimeout(late);
      reject(explain(error, url));
    });
    sent.end();
  });
}

function switched(url: string, method: string): CommandFailure {
  return new CommandFailure(
    `${quote(new URL(url).origin)} answered ${method} with 101, Switching Protocols, which was not requested.`,
    'A browser treats this as a network error. Is a WebSocket served there?',
  );
}

/** Reports whether a server takes HTTP/2 where it is offered, and nothing where HTTP/1.1 is. */
async function speaksOnlyHttp2({ hostname, port }: URL, timeoutMs: number): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const chosen = (protocol: string): Promise<string | false | null> =>
    new Promise((resolve) => {
      const servername = isIP(host) === 0 ? host : '';
      const socket = connect({ host, port: Number(port) || 443, servername, ALPNProtocols: [protocol] });
      const done = (): void => {
        resolve(socket.alpnProtocol);
        socket.destroy();
      };
      socket.setTimeout(timeoutMs, done).once('secureConnect', done).once('error', done);
    });
  return (await chosen('h2')) === 'h2' && (await chosen('http/1.1')) !== 'http/1.1';
}

/** Several fields of one name are sent one by one. */
function collect(headers: readonly HeaderField[]): Record<string, string[]> {
  const collected = new Map<string, string[]>();
  for (const [name, value] of headers) {
    collected.set(name, [...(collected.get(name) ?? []), value]);
  }
  return Object.fromEntries(collected);
}

function headOf({ statusCode = 0, rawHeaders: raw }: http.IncomingMessage): ServerAnswer {
  const headers: HeaderField[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([raw[at]!, raw[at + 1]!]);
  }
  return { status: statusCode, headers };
}

const CERTIFICATE =
  'A browser does not get past it either, unless it was told to trust it. Trust it here with NODE_EXTRA_CA_CERTS=ca.pem.';

/** The error code of OpenSSL where server and client have no protocol in common. */
const NO_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** The meaning of Node's errors, with advice. */
const ERRORS: Readonly<Record<string, readonly [what: string, advice?: string]>> = {
  ECONNREFUSED: ['no server listens on that port', 'Start the server, or correct the port.'],
  ENOTFOUND: ['its name cannot be resolved', 'Is the name right, and are you online?'],
  EAI_AGAIN: ['its name cannot be resolved at the moment', 'Are you online?'],
  ECONNRESET: ['the connection was cut before an answer came', 'Does the server speak the scheme of the URL there?'],
  ETIMEDOUT: ['the connection was not accepted in time'],
  EHOSTUNREACH: ['there is no route to it'],
  ENETUNREACH: ['there is no route to it'],
  [NO_PROTOCOL]: [
    'it speaks HTTP/2 only, and this command HTTP/1.1',
    'Allow HTTP/1.1 beside it (allowHTTP1 of Node), or probe the server behind a proxy.',
  ],
  EPROTO: ['it does not speak TLS there', 'Is it an http: URL?'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS there', 'Is it an http: URL?'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is signed by itself', CERTIFICATE],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is signed by an authority that is not trusted', CERTIFICATE],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate cannot be verified: the server does not send the whole chain',
    CERTIFICATE,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate is signed by an authority that is not known here', CERTIFICATE],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Every browser stops there: renew it.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Is the clock right, here and there?'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Use a name that is in the certificate.'],
  HPE_HEADER_OVERFLOW: ['the head of its answer is longer than 16 KiB'],
};

function explain(error: unknown, url: string): CommandFailure {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
  const known = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  const [what, advice] = known ?? [
    code.startsWith('HPE_') ? 'its answer is not HTTP/1.1' : quote(message || code || 'no answer'),
    code.startsWith('HPE_') ? 'Is it an https: URL?' : undefined,
  ];
  return new CommandFailure(`${quote(new URL(url).origin)} cannot be asked: ${what}.`, advice);
}
