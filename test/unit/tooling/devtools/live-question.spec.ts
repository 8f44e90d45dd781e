import type { DecisionEvent } from '../../../../lib/tooling/devtools/protocol.js';
import { notesOf, questionOf } from '../../../../lib/tooling/devtools/page/live/question.js';

const PAGE = 'http://localhost:3000';
const DECISION: DecisionEvent = {
  id: 2,
  time: 0,
  origin: 'https://shop.example',
  method: 'PUT',
  url: '/orders/1?a=b',
  base: PAGE,
  preflight: false,
  allowed: true,
  reason: 'allowed',
  credentials: true,
  headers: ['x-api-key'],
};
const PREFLIGHT: DecisionEvent = {
  ...DECISION,
  id: 1,
  preflight: true,
  credentials: false,
  headers: ['content-type', 'x-api-key'],
};

describe('6.5: the question about a live decision', () => {
  it('has the headers of the preflight and of the request', () => {
    const row = { id: 1, preflight: PREFLIGHT, request: DECISION };
    expect(questionOf(row, PAGE)).toEqual({
      method: 'PUT',
      url: '/orders/1?a=b',
      origin: 'https://shop.example',
      headers: { 'content-type': 'application/json', 'x-api-key': '1' },
      credentials: true,
    });
    expect(notesOf(row)).toEqual([
      'Filled in from a live decision.',
      'The values of headers are not kept: their names decide.',
    ]);
  });

  it('is about the method that a preflight asks for', () => {
    const row = { id: 1, preflight: PREFLIGHT };
    expect(questionOf(row, PAGE)).toMatchObject({ method: 'PUT', credentials: false });
    expect(notesOf(row)).toContainEqual('A preflight has no cookies: set them if the request has some.');
  });

  it('has the address that the client asked for', () => {
    expect(questionOf({ id: 2, request: { ...DECISION, base: 'http://api.test' } }, PAGE).url).toBe(
      'http://api.test/orders/1?a=b',
    );
  });

  it('is about a WebSocket', () => {
    const socket = { ...DECISION, webSocket: true as const, method: 'GET', url: '/chat', headers: [] };
    expect(questionOf({ id: 2, request: socket }, PAGE)).toEqual({
      webSocket: true,
      url: '/chat',
      origin: 'https://shop.example',
      credentials: true,
    });
    expect(questionOf({ id: 2, request: { ...socket, base: 'http://localhost:4000' } }, PAGE).url).toBe(
      'ws://localhost:4000/chat',
    );
  });
});
