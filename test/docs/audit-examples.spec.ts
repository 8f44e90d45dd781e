import { Controller, Get, type INestApplication, type Type } from '@nestjs/common';
import { CorsInspector, type CorsModuleOptions, type CorsPolicyOptions } from '../../lib/index.js';
import { closeApps, startApp } from '../support/app.js';
import { runExample } from '../support/run-example.js';
import { entriesOf } from './entries.js';
import { codeBlocksOf } from './markdown.js';

/* Starts the examples of docs/audit-codes.md. The wrong one gives the finding of its entry, the right one none. */

interface Example {
  readonly wrong?: CorsPolicyOptions;
  readonly right?: CorsPolicyOptions;
  readonly wrongOptions?: CorsModuleOptions;
  readonly rightOptions?: CorsModuleOptions;
  readonly WrongModule?: Type;
  readonly RightModule?: Type;
  readonly setUpWrong?: (app: INestApplication) => void;
  readonly setUpRight?: (app: INestApplication) => void;
}

@Controller('plain')
class PlainController {
  @Get()
  get(): string {
    return 'plain';
  }
}

/** Starts one side of an example, and returns the codes of its findings. */
async function codesOf(
  policy: CorsPolicyOptions | undefined,
  options: CorsModuleOptions | undefined,
  root: Type | undefined,
  setUp: ((app: INestApplication) => void) | undefined,
): Promise<readonly string[]> {
  const cors = policy === undefined ? options : { defaultPolicy: policy };
  const { app } = await startApp({
    ...(root === undefined ? { cors: cors ?? {}, controllers: [PlainController] } : { cors: null, imports: [root] }),
    ...(setUp && { setUp }),
  });
  return app
    .get(CorsInspector)
    .audit()
    .map(({ code }) => code);
}

afterEach(closeApps);

describe('docs/audit-codes.md', () => {
  const examples = entriesOf('docs/audit-codes.md').map(
    ({ code, text }) => [code, codeBlocksOf(text)[0]!.code] as const,
  );

  it.each(examples)('%s: the wrong example gives this finding, the right one none', async (code, source) => {
    const all: Example = await runExample(source);

    const wrong = await codesOf(all.wrong, all.wrongOptions, all.WrongModule, all.setUpWrong);
    const right = await codesOf(all.right, all.rightOptions, all.RightModule, all.setUpRight);

    expect(wrong).toContain(code);
    expect(right).toEqual([]);
  });
});
