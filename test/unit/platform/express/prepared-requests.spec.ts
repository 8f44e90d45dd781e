import { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express from 'express';
import { exchangeOf } from '../../../../lib/platform/exchange.js';
import { ExpressPlatform } from '../../../../lib/platform/express/express-adapter.js';
import type { ExpressApp } from '../../../../lib/platform/express/router.js';

/** Since Node 24 an added property costs next to nothing, so nothing is prepared. */
const isPrepared = Number.parseInt(process.versions.node, 10) < 24;

function send(server: EventEmitter, method: string): ServerResponse {
  const message = new IncomingMessage(new Socket());
  message.method = method;
  const response = new ServerResponse(message);
  server.emit('request', message, response);
  return response;
}

function platformOf(app: unknown): ExpressPlatform {
  return new ExpressPlatform(app as ExpressApp);
}

describe('requests that are prepared before Express changes their prototype', () => {
  it('have the properties that the library will set, with the values that they have anyway', () => {
    const server = new EventEmitter();
    platformOf(express()).prepareRequests(server);
    const response = send(server, 'GET');
    expect(Object.hasOwn(response, 'writeHead')).toBe(isPrepared);
    expect(response.writeHead).toBe(ServerResponse.prototype.writeHead);
    expect(exchangeOf(response.req)).toBeUndefined();
    expect(Object.getOwnPropertySymbols(response.req).map(String)).toEqual(
      isPrepared ? expect.arrayContaining(['Symbol(nestjs-cors-policy:exchange)']) : expect.anything(),
    );
  });

  it('are prepared before the app gets them', () => {
    const server = new EventEmitter();
    const seen: boolean[] = [];
    server.on('request', (_message, response: object) => seen.push(Object.hasOwn(response, 'writeHead')));
    platformOf(express()).prepareRequests(server);
    send(server, 'GET');
    expect(seen).toEqual([isPrepared]);
  });

  it('are no preflights, which are answered at once', () => {
    const server = new EventEmitter();
    platformOf(express()).prepareRequests(server);
    expect(Object.hasOwn(send(server, 'OPTIONS'), 'writeHead')).toBe(false);
  });

  it('are left alone where the app itself replaces writeHead on all responses', () => {
    const app = express();
    Object.assign(app.response, { writeHead: () => undefined });
    const server = new EventEmitter();
    platformOf(app).prepareRequests(server);
    expect(Object.hasOwn(send(server, 'GET'), 'writeHead')).toBe(false);
  });

  it('are left alone when the app has shut down', () => {
    const server = new EventEmitter();
    platformOf(express()).prepareRequests(server)();
    expect(server.listenerCount('request')).toBe(0);
  });
});
