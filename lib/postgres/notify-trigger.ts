import { createHash } from 'node:crypto';
import { checkChannel } from '../allowlists/feed-options.js';
import { AllowlistError } from '../allowlists/log.js';
import { quoteIdentifier, quoteText } from './identifiers.js';

/** Which table tells of its changes, and how. */
export interface NotifyTriggerOptions {
  /** The table's name as it is, without quotes. */
  readonly table: string;
  /** The schema that it is in. Default: the first of the `search_path` when the statements run. */
  readonly schema?: string;
  /**
   * The column that holds the name of the allowlist. Where it is given, messages name the allowlists that changed, and
   * only those who watch them read theirs again; without it each change speaks of all.
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

/** The longest identifier of PostgreSQL, in bytes; a longer one is cut, and may then meet another one. */
const LONGEST_IDENTIFIER = 63;
/** A payload may have 8,000 bytes, and a longer one would fail the change itself: it then speaks of all allowlists. */
const LONGEST_PAYLOAD = 7_000;

/**
 * The statements that have PostgreSQL (11 or later) tell `PostgresNotify` of each change to a table: one message per
 * statement and allowlist, sent with the commit. For tables that the migration of `nestjs-cors-policy/typeorm` did not
 * make; every name is quoted.
 *
 * @throws AllowlistError where a name is empty, over 63 bytes, or has a NUL
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
  /** The clause that names the rows before and after the statement. */
  readonly tables: string;
}

function wholeTriggers(name: string): Trigger[] {
  return [{ name, event: 'INSERT OR UPDATE OR DELETE OR TRUNCATE', tables: '' }];
}

/** PostgreSQL hands over the rows of one event at a time, and none of a TRUNCATE. */
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

/** Told apart from that of another table by a digest, where the table's name has to be cut. */
function functionName(table: string): string {
  const name = `${table}_cors_notify`;
  if (Buffer.byteLength(name) <= LONGEST_IDENTIFIER - 2) {
    return name;
  }
  return `cors_notify_${createHash('sha256').update(table).digest('hex').slice(0, 32)}`;
}
