import type { FeedConnection } from '../../providers/feed/feed-link.js';
import { closeClient, createClient } from './client.js';
import type { PostgresConnection } from './connection.js';
import { expectDelivery } from './delivery.js';
import { quoteIdentifier } from './identifiers.js';

/** A connection that listens. */
export interface Listener extends FeedConnection {
  /** Sends a message to the channel. */
  announce(payload: string): Promise<void>;
}

/** The parts that a listener is made of. */
export interface ListenerSetup {
  readonly connection: string | PostgresConnection;
  readonly channel: string;
  /** Receives the payload of each message. */
  readonly heard: (payload: string) => void;
  readonly lost: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Connects and listens; resolves when no message can be missed any more.
 * @throws AllowlistError if a pooler in between delivers none; any error of `pg`
 */
export async function listen({ connection, channel, heard, lost, signal }: ListenerSetup): Promise<Listener> {
  const newClient = () => createClient(connection);
  const client = newClient();
  const close = () => closeClient(client);
  signal.addEventListener('abort', () => void close(), { once: true });
  client.on('error', lost);
  client.on('end', () => lost(new Error('the server has closed the connection')));
  client.on('notification', (message) => {
    // Its own messages were reported before they were sent.
    if (message.channel === channel && message.processId !== client.processID) {
      heard(message.payload ?? '');
    }
  });
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
    announce: async (payload) => {
      await client.query('SELECT pg_catalog.pg_notify($1, $2)', [channel, payload]);
    },
    check: async () => void (await client.query('SELECT 1')),
    close,
  };
}
