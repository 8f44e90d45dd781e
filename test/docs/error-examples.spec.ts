import type { INestApplication, Type } from '@nestjs/common';
import {
  CorsAllowlists,
  CorsConfigurationError,
  type CorsModuleOptions,
  type CorsPolicyOptions,
  type OriginSource,
} from '../../lib/index.js';
import { CorsOrigins, type CorsOriginInvalid } from '../../lib/typeorm.js';
import { closeApps, startApp } from '../support/app.js';
import { runExample } from '../support/run-example.js';
import { embedded, migrated } from '../typeorm/databases.js';
import { entriesOf } from './entries.js';
import { codeBlocksOf } from './markdown.js';

/* Starts the examples of docs/errors.md. The wrong one gives the code of its entry, the right one gives no error. */

interface Example {
  readonly wrong?: CorsPolicyOptions;
  readonly right?: CorsPolicyOptions;
  readonly wrongOptions?: CorsModuleOptions;
  readonly rightOptions?: CorsModuleOptions;
  readonly WrongModule?: Type;
  readonly RightModule?: Type;
  readonly setUpWrong?: (app: INestApplication) => void;
  readonly setUpRight?: (app: INestApplication) => void;
  readonly Origins?: Type<OriginSource>;
  readonly wrongEntry?: unknown;
  readonly rightEntry?: unknown;
}

const all = entriesOf('docs/errors.md')
  // No known text causes this code, so its example is only compiled.
  .filter(({ code }) => code !== 'origin-malformed')
  .map(({ code, text }) => [code, codeBlocksOf(text)[0]!.code] as const);

const isOfDatabase = ([, source]: (typeof all)[number]): boolean => source.includes('nestjs-cors-policy/typeorm');

/** One side of an example. */
interface Side {
  readonly policy?: CorsPolicyOptions | undefined;
  readonly options?: CorsModuleOptions | undefined;
  readonly root?: Type | undefined;
  readonly setUp?: ((app: INestApplication) => void) | undefined;
}

/** Starts one side of an example, and returns the codes of its errors. */
async function codesOf({ policy, options, root, setUp }: Side): Promise<readonly string[]> {
  const cors = policy === undefined ? (options ?? {}) : { policies: { partner: policy } };
  const parts = root === undefined ? { cors } : { cors: null, imports: [root] };
  try {
    await startApp({ ...parts, ...(setUp && { setUp }) });
    return [];
  } catch (error) {
    if (error instanceof CorsConfigurationError) {
      return error.issues.map(({ code }) => code);
    }
    throw error;
  }
}

/** The codes of an entry of a list. */
async function codesOfEntry(provider: Type<OriginSource>, entry: unknown): Promise<readonly string[] | undefined> {
  const cors = { policies: { partner: { origin: { provider } } } };
  const { app } = await startApp({ cors, providers: [provider] });
  return app
    .get(CorsAllowlists)
    .diagnose(provider, entry)
    ?.map(({ code }) => code);
}

afterEach(closeApps);

describe('docs/errors.md', () => {
  it.each(all.filter((each) => !isOfDatabase(each)))(
    '%s: the wrong example gives this code, the right one starts',
    async (code, source) => {
      const example: Example = await runExample(source);
      const { Origins } = example;
      const [wrong, right] =
        Origins === undefined
          ? [
              await codesOf({
                policy: example.wrong,
                options: example.wrongOptions,
                root: example.WrongModule,
                setUp: example.setUpWrong,
              }),
              await codesOf({
                policy: example.right,
                options: example.rightOptions,
                root: example.RightModule,
                setUp: example.setUpRight,
              }),
            ]
          : [await codesOfEntry(Origins, example.wrongEntry), await codesOfEntry(Origins, example.rightEntry)];

      expect([...new Set(wrong)]).toEqual([code]);
      expect(right).toEqual([]);
    },
  );

  it.each(all.filter(isOfDatabase))('%s: the example gives this code on SQLite', async (code, source) => {
    const { wrong } = await runExample(source);
    const dataSource = await migrated(await embedded());
    const origins = new CorsOrigins({ dataSource });
    if (code === 'database-unavailable') {
      await dataSource.query('DROP TABLE cors_origins');
    }
    const error: unknown = await (wrong as (origins: CorsOrigins) => Promise<unknown>)(origins).catch(
      (thrown: unknown) => thrown,
    );
    await dataSource.destroy();

    expect((error as CorsOriginInvalid).issues.map((issue) => issue.code)).toEqual([code]);
  });
});
