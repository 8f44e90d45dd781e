import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import type { PostgresClient } from '../../../../lib/integrations/postgres/client.js';
import { expectDelivery } from '../../../../lib/integrations/postgres/delivery.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A pooler between a client and the server. It may hide the server's process, and may lose messages. */
class Server {
  readonly statements: string[] = [];
  readonly #listeners = new Map<string, EventEmitter>();
  opened = 0;

  constructor(
    private readonly pid: number,
    private readonly delivers: boolean,
  ) {}

  client(): PostgresClient {
    this.opened++;
    const events = new EventEmitter();
    const query = async (text: string, values: readonly string[] = []) => {
      this.statements.push(text.replace(/[0-9a-f-]{36}/, 'ID'));
      const channel = /^LISTEN "(.*)"$/.exec(text)?.[1];
      if (channel !== undefined) {
        this.#listeners.set(channel, events);
      } else if (text.includes('pg_notify') && this.delivers) {
        this.#listeners.get(values[0]!)?.emit('notification', { channel: values[0] });
      }
      return { rows: [{ pid: this.pid }] };
    };
    const nothing = async () => undefined;
    const client = Object.assign(events, { processID: 4711, query, connect: nothing, end: nothing });
    return client as unknown as PostgresClient;
  }
}

it('sends no test message if the answering process is the expected one', async () => {
  const server = new Server(4711, false);
  await expectDelivery(server.client(), () => server.client());
  expect(server.opened).toBe(1);
});

it('sends a test message if it is another one: a pooler in session mode delivers', async () => {
  const server = new Server(815, true);
  await expectDelivery(server.client(), () => server.client());
  expect(server.statements.slice(1)).toEqual([
    'LISTEN "nestjs_cors_policy_ID"',
    `SELECT pg_catalog.pg_notify($1, '')`,
    'UNLISTEN "nestjs_cors_policy_ID"',
  ]);
});

it('explains what to do about a pooler that does not deliver', async () => {
  const server = new Server(815, false);
  const tried = expectDelivery(server.client(), () => server.client());
  const said = expect(tried).rejects.toThrow(
    'a pooler in between delivers no notifications, as in transaction mode: connect to the server itself',
  );
  await jest.advanceTimersByTimeAsync(1_000);
  await said;
});
