import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { bareDecision, type Decision } from '../../../lib/core/decision.js';
import type { RoutePolicy } from '../../../lib/core/policy/policy.js';
import type { RequestDecision } from '../../../lib/engine/request-decision.js';
import { type Decider, Exchange, keepExchange } from '../../../lib/platform/exchange.js';
import { carry, onHead } from '../../../lib/platform/response-head.js';
import { policyOf, requestTo } from '../../support/pure.js';

const APP = 'https://app.example';
const GRANTED: Decision = {
  allowed: true,
  reason: 'allowed',
  headers: [['Access-Control-Allow-Origin', APP]],
  vary: ['Origin'],
};
const request = requestTo('/orders', { origin: APP });

function decisionOf(decision: Decision, policy: RoutePolicy): RequestDecision {
  return {
    kind: 'actual',
    decision,
    policy,
    target: undefined,
    provisional: false,
    route: 'Orders.list',
    asked: 'GET',
    reportOnly: undefined,
    request,
  };
}

const granted = decisionOf(GRANTED, policyOf({ origin: APP }));

/** A Node response without a connection, and its exchange. */
function begin(lazily: RequestDecision = granted) {
  const message = new IncomingMessage(new Socket());
  const response = new ServerResponse(message);
  const told: RequestDecision[] = [];
  const taken: unknown[] = [];
  const decider: Decider = {
    decide: (asked) => {
      taken.push(asked);
      return lazily;
    },
    ownFieldsSent: (decision) => told.push(decision),
  };
  const exchange = new Exchange(message, decider, request);
  keepExchange(message, exchange);
  return { response, exchange, told, taken };
}

describe('rule 3.5: the fields of a decision', () => {
  it('are written with the head, even if the app cleared them before', () => {
    const { response, exchange } = begin();
    carry(exchange, response, granted);
    expect(response.getHeaders()).toEqual({});
    response.setHeader('Content-Type', 'text/plain');
    response.getHeaderNames().forEach((name) => response.removeHeader(name));
    response.writeHead(404);
    expect({ ...response.getHeaders() }).toEqual({ 'access-control-allow-origin': APP, vary: 'Origin' });
    expect(exchange.isHeadWritten).toBe(true);
  });

  it('are written into the head that the app gives, and not into its object', () => {
    const { response, exchange } = begin();
    carry(exchange, response, granted);
    const given = Object.freeze({ 'X-Own': '1', Vary: 'Accept' });
    response.setHeader('X-Set', '2');
    response.writeHead(200, given);
    expect({ ...response.getHeaders() }).toEqual({
      'access-control-allow-origin': APP,
      vary: 'Accept, Origin',
      'x-own': '1',
      'x-set': '2',
    });
  });

  it('2.3: have the resource policy in place of another one', () => {
    const { response, exchange } = begin();
    carry(exchange, response, decisionOf(GRANTED, policyOf({ origin: APP, resourcePolicy: 'cross-origin' })));
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.writeHead(200);
    expect(response.getHeader('cross-origin-resource-policy')).toBe('cross-origin');
  });

  it('come from a decision that is made with the head if there was none before', () => {
    const { response, exchange, taken } = begin();
    carry(exchange, response);
    expect(exchange.isDecided).toBe(false);
    response.writeHead(200);
    expect(taken).toEqual([request]);
    expect(response.getHeader('access-control-allow-origin')).toBe(APP);
  });

  it('come from the last decision', () => {
    const { response, exchange, taken } = begin();
    carry(exchange, response, decisionOf(bareDecision('no-policy'), policyOf({ origin: false })));
    carry(exchange, response, granted);
    response.writeHead(200);
    expect(taken).toEqual([]);
    expect(response.getHeader('access-control-allow-origin')).toBe(APP);
  });

  it('are absent without a policy: the response is left alone', () => {
    const { response, exchange } = begin();
    carry(exchange, response, decisionOf(bareDecision('no-policy'), undefined));
    expect(response.writeHead).toBe(ServerResponse.prototype.writeHead);
  });

  it('are only `Vary` once they are revoked', () => {
    const { response, exchange } = begin();
    carry(exchange, response, granted);
    exchange.revoke();
    response.writeHead(200);
    expect({ ...response.getHeaders() }).toEqual({ vary: 'Origin' });
  });

  it('are removed with a head that Node rejects, and written with the next one', () => {
    const { response, exchange, told } = begin();
    carry(exchange, response, granted);
    expect(() => response.writeHead(1_000)).toThrow('Invalid status code');
    expect(response.getHeader('access-control-allow-origin')).toBeUndefined();
    response.writeHead(200);
    expect(response.getHeader('access-control-allow-origin')).toBe(APP);
    expect(told).toEqual([]);
  });

  it('are replaced by those of the app itself, which is reported', () => {
    const { response, exchange, told } = begin();
    carry(exchange, response, granted);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.writeHead(200);
    expect(response.getHeader('access-control-allow-origin')).toBe('*');
    expect(exchange.ownFields).toEqual({ allowOrigin: '*', allowCredentials: undefined });
    expect(told).toEqual([granted]);
  });
});

describe('rule 3.5: a head', () => {
  it('is written once: a second one is left to Node, which throws', () => {
    const { response, exchange, told } = begin();
    carry(exchange, response, granted);
    response.writeHead(200);
    expect(() => response.writeHead(200)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }));
    expect(told).toEqual([]);
  });

  it('is found through a response that is derived from the guarded one', () => {
    const { response, exchange } = begin();
    carry(exchange, response, granted);
    const derived = Object.create(response) as ServerResponse;
    derived.writeHead(200);
    expect(exchange.isHeadWritten).toBe(true);
  });

  it('goes to Node unchanged if the response no longer leads to its request', () => {
    const { response, exchange } = begin();
    carry(exchange, response, granted);
    const cut = Object.create(response, { req: { value: undefined } }) as ServerResponse;
    cut.writeHead(200);
    expect(exchange.isHeadWritten).toBe(false);
    expect({ ...response.getHeaders() }).toEqual({});
  });
});

describe('rule 6.1: the listener of a head', () => {
  it('is called once, when the head is written', () => {
    const { response, exchange } = begin();
    const told: string[] = [];
    onHead(exchange, response, () => told.push('first'));
    onHead(exchange, response, () => told.push('second'));
    carry(exchange, response, granted);
    expect(told).toEqual([]);
    response.writeHead(200);
    response.emit('close');
    expect(told).toEqual(['first']);
  });

  it('is called for a connection that closes without a head', () => {
    const { response, exchange } = begin();
    let told = 0;
    onHead(exchange, response, () => told++);
    response.emit('close');
    response.emit('close');
    expect(told).toBe(1);
  });
});
