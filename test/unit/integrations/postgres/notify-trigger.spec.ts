import pg from 'pg';
import { postgresNotifyTrigger, type NotifyTriggerOptions } from '../../../../lib/postgres.js';
import { describeWith } from '../../../support/services.js';

it.each<[field: string, options: NotifyTriggerOptions]>([
  ['table', { table: '' }],
  ['table', { table: 'a\0b' }],
  ['schema', { table: 'a', schema: 'x'.repeat(64) }],
  ['column', { table: 'a', column: '' }],
  ['channel', { table: 'a', channel: 'é'.repeat(32) }],
])('a %s that PostgreSQL would not accept is an error', (field, options) => {
  expect(() => postgresNotifyTrigger(options)).toThrow(
    `postgresNotifyTrigger: ${field} must be a name of 1 to 63 bytes`,
  );
});

describeWith('postgres', 'the trigger', (url) => {
  const schema = `notify "trigger" ${process.pid}`;
  const channel = `it's \\ "${process.pid}"`;
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  let client: pg.Client;
  let heard: string[];

  beforeAll(async () => {
    client = new pg.Client(url);
    await client.connect();
    client.on('notification', (message) => heard.push(message.payload ?? ''));
    await client.query(`CREATE SCHEMA ${quoted(schema)}; LISTEN ${quoted(channel)}`);
  });
  beforeEach(() => {
    heard = [];
  });
  afterAll(async () => {
    await client.query(`DROP SCHEMA ${quoted(schema)} CASCADE`);
    await client.end();
  });

  /** The notifications of a statement, sorted. The server sends them before it accepts the next statement. */
  async function heardOf(statement: string): Promise<string[]> {
    heard = [];
    await client.query(statement);
    await client.query('SELECT 1');
    return heard.sort();
  }

  async function run(statements: readonly string[]): Promise<void> {
    for (const statement of statements) {
      await client.query(statement);
    }
  }

  describe.each(['origins', `o'r"i\\gins`, 'x'.repeat(63)])('on the table %s', (name) => {
    const table = `${quoted(schema)}.${quoted(name)}`;
    const column = `a"llow'list\\`;
    beforeEach(() => client.query(`CREATE TABLE ${table} (${quoted(column)} text, origin text)`));
    afterEach(() => client.query(`DROP TABLE ${table}`));

    it('sends the names of the changed allowlists, old and new, once for each statement', async () => {
      const { up, down } = postgresNotifyTrigger({ table: name, schema, column, channel });
      await run([...up, ...up]);
      expect(await heardOf(`INSERT INTO ${table} VALUES ('a', '1'), ('a', '2'), ('b', '3')`)).toEqual(['a', 'b']);
      expect(await heardOf(`UPDATE ${table} SET ${quoted(column)} = 'c' WHERE origin = '3'`)).toEqual(['b', 'c']);
      expect(await heardOf(`UPDATE ${table} SET origin = '9' WHERE origin = '8'`)).toEqual([]);
      expect(await heardOf(`DELETE FROM ${table} WHERE ${quoted(column)} = 'a'`)).toEqual(['a']);
      expect(await heardOf(`TRUNCATE ${table}`)).toEqual(['']);
      await run([...down, ...down]);
      expect(await heardOf(`INSERT INTO ${table} VALUES ('a', '1')`)).toEqual([]);
    });

    it('sends a message for all lists if the name is missing or too long for a message', async () => {
      await run(postgresNotifyTrigger({ table: name, schema, column, channel }).up);
      expect(await heardOf(`INSERT INTO ${table} VALUES (NULL, '1')`)).toEqual(['']);
      expect(await heardOf(`INSERT INTO ${table} VALUES (repeat('é', 5000), '1')`)).toEqual(['']);
    });

    it('sends a message for all lists if it has no column', async () => {
      const { up, down } = postgresNotifyTrigger({ table: name, schema, channel });
      await run([...up, ...up]);
      for (const statement of [
        'INSERT INTO $ VALUES (1, 1)',
        'UPDATE $ SET origin = 2',
        'DELETE FROM $',
        'TRUNCATE $',
      ]) {
        expect(await heardOf(statement.replace('$', () => table))).toEqual(['']);
      }
      await run(down);
      expect(await heardOf(`TRUNCATE ${table}`)).toEqual([]);
    });

    it('sends nothing for a change that is rolled back', async () => {
      await run(postgresNotifyTrigger({ table: name, schema, channel }).up);
      expect(await heardOf(`BEGIN; INSERT INTO ${table} VALUES (1, 1); ROLLBACK`)).toEqual([]);
    });
  });

  it('is created in the first schema of the search_path if no schema is given', async () => {
    const { up, down } = postgresNotifyTrigger({ table: 'origins', channel });
    await client.query(`SET search_path = ${quoted(schema)}; CREATE TABLE origins (origin text)`);
    await run(up);
    expect(await heardOf(`INSERT INTO origins VALUES (1)`)).toEqual(['']);
    await run(down);
    await client.query('DROP TABLE origins; RESET search_path');
  });
});
