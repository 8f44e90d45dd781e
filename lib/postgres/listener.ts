import type { FeedConnection } from '../allowlists/feed-link.js';
import { closeClient, createClient } from './client.js';
import type { PostgresConnection } from './connection.js';
import { expectDelivery } from './delivery.js';
import { quoteIdentifier } from './identifiers.js';

/** What a listener is made of. */
export interface ListenerSetup {
  readonly connection: string | PostgresConnection;
  readonly channel: string;
  /** Receives the payload of each message. */
  readonly heard: (payload: string) => void;
  readonly lost: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Connects and listens; resolves once no message is missed any more.
 * @throws AllowlistError where a pooler stands in between that delivers none; whatever `pg` throws
 */
export async function listen({ connection, channel, heard, lost, signal }: ListenerSetup): Promise<FeedConnection> {
  const newClient = () => createClient(connection);
  const client = newClient();
  const close = () => closeClient(client);
  signal.addEventListener('abort', () => void close(), { once: true });
  client.on('error', lost);
  client.on('end', () => lost(new Error('the server has closed the connection')));
  client.on('notification', (message) => (message.channel === channel ? heard(message.payload ?? '') : undefined));
  try {
    await client.connect();
    client.unref();
    await expectDelivery(client, newClient);
    await client.query(`LISTEN ${quoteIdentifier(channel)}`);
  } catch (error) {
    void close();
    throw error;
  }
  return {
    check: async () => void (await client.query('SELECT 1')),
    close,
  };
}
