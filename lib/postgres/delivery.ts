import { randomUUID } from 'node:crypto';
import { later } from '../allowlists/clock.js';
import { AllowlistError } from '../allowlists/log.js';
import { closeClient, type PostgresClient } from './client.js';
import { quoteIdentifier } from './identifiers.js';

/** How long a message may take from one connection to the other, in milliseconds. */
const DELIVERY_MS = 1_000;

/**
 * Finds out whether messages arrive on this connection. A server tells each connection the process that serves it; a
 * pooler cannot, so where another one answers there is one in between. Then a message is sent over a second connection: a
 * pooler in transaction mode takes `LISTEN` without a word and never delivers anything.
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
      'a pooler stands in between that delivers no notifications, as in transaction mode: connect to the server itself',
    );
  }
  await client.query(`UNLISTEN ${quoteIdentifier(channel)}`);
}

async function send(channel: string, client: PostgresClient): Promise<void> {
  // What goes wrong here rejects the query, too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SELECT pg_catalog.pg_notify($1, '')`, [channel]);
  } finally {
    await closeClient(client);
  }
}
