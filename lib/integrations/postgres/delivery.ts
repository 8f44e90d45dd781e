import { randomUUID } from 'node:crypto';
import { later } from '../../providers/time.js';
import { AllowlistError } from '../../providers/log.js';
import { closeClient, type PostgresClient } from './client.js';
import { quoteIdentifier } from './identifiers.js';

/** Longest time of a message from one connection to the other, in milliseconds. */
const DELIVERY_MS = 1_000;

/**
 * Finds out whether messages arrive on this connection. A server reports to each connection the process that serves it.
 * A pooler cannot, so if another process answers, there is a pooler in between. Then a message is sent over a second
 * connection, because a pooler in transaction mode accepts `LISTEN` and never delivers anything.
 *
 * @throws AllowlistError where the message does not arrive
 */
export async function expectDelivery(client: PostgresClient, newClient: () => PostgresClient): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
  if (rows[0]?.pid === client.processID) {
    return;
  }
  const channel = `nestjs_cors_policy_${randomUUID()}`;
  const arrived = new Promise<boolean>((resolve) => {
    client.on('notification', (message) => (message.channel === channel ? resolve(true) : undefined));
    later(() => resolve(false), DELIVERY_MS);
  });
  await client.query(`LISTEN ${quoteIdentifier(channel)}`);
  await send(channel, newClient());
  if (!(await arrived)) {
    throw new AllowlistError(
      'a pooler in between delivers no notifications, as in transaction mode: connect to the server itself',
    );
  }
  await client.query(`UNLISTEN ${quoteIdentifier(channel)}`);
}

async function send(channel: string, client: PostgresClient): Promise<void> {
  // An error here rejects the query too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SELECT pg_catalog.pg_notify($1, '')`, [channel]);
  } finally {
    await closeClient(client);
  }
}
