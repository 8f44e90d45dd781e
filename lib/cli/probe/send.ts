import http from 'node:http';
import https from 'node:https';
import type { ServerAnswer } from '../../core/browser/browser-request.js';
import type { HeaderField } from '../../core/protocol/fields.js';
import { quote } from '../../core/problems/quote.js';
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
      const { statusCode = 0, rawHeaders } = response;
      response.on('error', () => undefined).destroy();
      resolve({ status: statusCode, headers: pairs(rawHeaders) });
    });
    const late = setTimeout(() => {
      sent.destroy();
      reject(
        new CommandFailure(
          `${quote(new URL(url).origin)} did not answer ${method} within ${timeoutMs / 1000} s.`,
          'Give it longer by --timeout.',
        ),
      );
    }, timeoutMs);
    sent.on('error', fail);
    sent.end(body);
  });
}

/** Several fields of one name are sent one by one. */
function collect(headers: readonly HeaderField[]): Record<string, string[]> {
  const collected = new Map<string, string[]>();
  for (const [name, value] of headers) {
    collected.set(name, [...(collected.get(name) ?? []), value]);
  }
  return Object.fromEntries(collected);
}

function pairs(raw: readonly string[]): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    fields.push([raw[at]!, raw[at + 1]!]);
  }
  return fields;
}

const CERTIFICATE =
  'A browser does not get past it either, unless it was told to trust it. Trust it here by NODE_EXTRA_CA_CERTS=ca.pem.';

/** What Node's errors mean, and what to do. */
const ERRORS: Readonly<Record<string, readonly [what: string, advice?: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'Start the server, or mend the port.'],
  ENOTFOUND: ['its name cannot be resolved', 'Is the name right, and are you online?'],
  EAI_AGAIN: ['its name cannot be resolved at the moment', 'Are you online?'],
  ECONNRESET: ['the connection was cut before an answer came', 'Does the server speak the scheme of the URL there?'],
  ETIMEDOUT: ['the connection was not accepted in time'],
  EHOSTUNREACH: ['there is no way to it'],
  ENETUNREACH: ['there is no way to it'],
  EPROTO: ['it does not speak TLS there', 'Is it an http: URL?'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS there', 'Is it an http: URL?'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is signed by itself', CERTIFICATE],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is signed by an authority that is not trusted', CERTIFICATE],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate cannot be verified: the server does not send the whole chain',
    CERTIFICATE,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate is signed by an authority that is not known here', CERTIFICATE],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'No browser goes on from there: renew it.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Is the clock right, here and there?'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Use a name that the certificate holds.'],
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
