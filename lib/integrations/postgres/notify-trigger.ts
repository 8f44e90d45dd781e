import { createHash } from 'node:crypto';
import { checkChannel } from '../../providers/feed/feed-options.js';
import { AllowlistError } from '../../providers/log.js';
import { quoteIdentifier, quoteText } from './identifiers.js';

/**
 * A table that reports its changes, and the way it does.
 *
 * @example
 * postgresNotifyTrigger({ table: 'partner_origins', column: 'partner' });
 */
export interface NotifyTriggerOptions {
  /** The table's name as it is, without quotes. */
  readonly table: string;
  /** The schema that it is in. Default: the first of the `search_path` when the statements run. */
  readonly schema?: string;
  /**
   * The column with the name of the allowlist. If it is given, messages have the names of the changed allowlists, and
   * only their watchers reload. Without it each message is about all allowlists.
   */
  readonly column?: string;
  /** The channel, as `PostgresNotify` listens on it. 1 to 63 bytes; default `nestjs_cors_policy`. */
  readonly channel?: string;
}

/** Statements for a migration, to be run in their order. Running them twice does no harm. */
export interface NotifyStatements {
  /** Create the trigger and its function. */
  readonly up: readonly string[];
  /** Drop both. */
  readonly down: readonly string[];
}

/** The longest identifier of PostgreSQL, in bytes; a longer one is cut, and may then be equal to another one. */
const LONGEST_IDENTIFIER = 63;
/**
 * A payload may have 8,000 bytes, and a longer one would make the change fail: the message is then about all
 * allowlists.
 */
const LONGEST_PAYLOAD = 7_000;

/**
 * The statements with which PostgreSQL (11 or later) reports each change of a table to `PostgresNotify`: one message
 * per statement and allowlist, sent with the commit. For tables that the migration of `nestjs-cors-policy/typeorm` did
 * not create; every name is quoted.
 *
 * @throws AllowlistError where a name is empty, over 63 bytes, or has a NUL
 *
 * @example
 * const { up, down } = postgresNotifyTrigger({ table: 'partner_origins' });
 */
export function postgresNotifyTrigger(options: NotifyTriggerOptions): NotifyStatements {
  const { table, schema, column } = options;
  const channel = checkChannel('postgresNotifyTrigger', options.channel);
  const names = { table, schema, column };
  for (const [field, name] of Object.entries(names)) {
    if (name !== undefined && (name === '' || name.includes('\0') || Buffer.byteLength(name) > LONGEST_IDENTIFIER)) {
      throw new AllowlistError(
        `postgresNotifyTrigger: ${field} must be a name of 1 to ${LONGEST_IDENTIFIER} bytes, without NUL`,
      );
    }
  }
  const prefix = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  const on = `${prefix}${quoteIdentifier(table)}`;
  const name = functionName(table);
  const call = `${prefix}${quoteIdentifier(name)}`;
  const triggers = column === undefined ? wholeTriggers(name) : namingTriggers(name);
  const drops = triggers.map((trigger) => `DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger.name)} ON ${on}`);
  return {
    up: [
      `CREATE OR REPLACE FUNCTION ${call}() RETURNS trigger LANGUAGE plpgsql AS ${quoteText(body(channel, column))}`,
      ...triggers.flatMap((trigger, index) => [
        drops[index]!,
        `CREATE TRIGGER ${quoteIdentifier(trigger.name)} AFTER ${trigger.event} ON ${on} ${trigger.tables}` +
          `FOR EACH STATEMENT EXECUTE FUNCTION ${call}()`,
      ]),
    ],
    down: [...drops, `DROP FUNCTION IF EXISTS ${call}()`],
  };
}

interface Trigger {
  readonly name: string;
  readonly event: string;
  /** The clause that gives names to the rows before and after the statement. */
  readonly tables: string;
}

function wholeTriggers(name: string): Trigger[] {
  return [{ name, event: 'INSERT OR UPDATE OR DELETE OR TRUNCATE', tables: '' }];
}

/** PostgreSQL passes the rows of one event at a time, and none for a TRUNCATE. */
function namingTriggers(name: string): Trigger[] {
  return [
    { name: `${name}_i`, event: 'INSERT', tables: 'REFERENCING NEW TABLE AS after_it ' },
    { name: `${name}_u`, event: 'UPDATE', tables: 'REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it ' },
    { name: `${name}_d`, event: 'DELETE', tables: 'REFERENCING OLD TABLE AS before_it ' },
    { name: `${name}_t`, event: 'TRUNCATE', tables: '' },
  ];
}

function body(channel: string, column: string | undefined): string {
  const to = quoteText(channel);
  const all = `PERFORM pg_catalog.pg_notify(${to}, '');`;
  if (column === undefined) {
    return `BEGIN ${all} RETURN NULL; END`;
  }
  const name = `${quoteIdentifier(column)}::text`;
  const each = (rows: string) =>
    `PERFORM pg_catalog.pg_notify(${to}, name) FROM (SELECT DISTINCT CASE WHEN octet_length(${name}) <= ` +
    `${LONGEST_PAYLOAD} THEN ${name} ELSE '' END AS name FROM ${rows}) AS changed;`;
  return [
    'BEGIN',
    `IF TG_OP = 'INSERT' THEN ${each('after_it')}`,
    `ELSIF TG_OP = 'UPDATE' THEN ${each('before_it')} ${each('after_it')}`,
    `ELSIF TG_OP = 'DELETE' THEN ${each('before_it')}`,
    `ELSE ${all} END IF;`,
    'RETURN NULL; END',
  ].join(' ');
}

/** A digest distinguishes it from that of another table if the table's name has to be cut. */
function functionName(table: string): string {
  const name = `${table}_cors_notify`;
  if (Buffer.byteLength(name) <= LONGEST_IDENTIFIER - 2) {
    return name;
  }
  return `cors_notify_${createHash('sha256').update(table).digest('hex').slice(0, 32)}`;
}
