import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { corsHeaders } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { buildRecipes, Recipe } from './recipe-process.js';

const TIMEOUT_MS = 120_000;
const TEA_HOUSE = 'https://tea-house.example';
const NEW = 'https://new.example';

let recipe: Recipe | undefined;

beforeAll(buildRecipes, TIMEOUT_MS);
afterEach(() => recipe?.close());

const cookiesFor = (origin: string): object => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
});
const grantTo = async (origin: string): Promise<object> => corsHeaders(await recipe!.get('/prices', origin));

/** Asks until the origin is granted, or no longer; a test that waits in vain ends by its own time. */
async function until(origin: string, granted: boolean): Promise<void> {
  while (Object.keys(await grantTo(origin)).length > 0 !== granted) {
    await delay(20);
  }
}

it(
  'Drizzle on an embedded database loads the tenants of a table',
  async () => {
    recipe = await Recipe.start('drizzle');
    expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
    expect(await grantTo(NEW)).toEqual({});
  },
  TIMEOUT_MS,
);

describeWith('postgres', 'on PostgreSQL', (address) => {
  const schema = `cors_recipe_${process.pid}`;
  let database: pg.Client;

  beforeAll(async () => {
    database = new pg.Client(address);
    await database.connect();
    await database.query(`CREATE SCHEMA ${schema}`);
    await database.query(`SET search_path = ${schema}`);
  });
  afterAll(async () => {
    await database.query(`DROP SCHEMA ${schema} CASCADE`);
    await database.end();
  });

  it(
    'Drizzle sees what others write to the table, a bad row and a removal too, without a restart',
    async () => {
      const url = new URL(address);
      url.searchParams.set('options', `-c search_path=${schema}`);
      recipe = await Recipe.start('drizzle', 'express', { DATABASE_URL: url.href });
      expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
      expect(await grantTo(NEW)).toEqual({});

      await database.query('INSERT INTO tenants VALUES ($1), ($2), ($3)', [NEW, '*', 'https://late.example/']);
      await until(NEW, true);
      expect(await grantTo(NEW)).toEqual(cookiesFor(NEW));
      expect(await grantTo('https://late.example')).toEqual({});
      expect(await grantTo('https://stranger.example')).toEqual({});

      await database.query('DELETE FROM tenants WHERE origin = $1', [NEW]);
      await until(NEW, false);
      expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
    },
    TIMEOUT_MS,
  );
});
