import type { Answer } from '../../../docs/playground/model/judge.js';
import { requestIn } from '../../../docs/playground/model/judge.js';
import type { RequestForm } from '../../../docs/playground/model/state.js';
import { CorsConfigurationError, CorsInspector, CorsModule, type Explanation } from '../../../lib/index.js';
import { closeApps, startApp } from '../../support/app.js';
import fc from '../../support/fast-check.js';
import { BundledPlayground } from './bundled.js';
import { app, classesOf, textOf } from './written-app.js';

const request: fc.Arbitrary<RequestForm> = fc.record({
  method: fc.oneof(
    { weight: 19, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'get') },
    { weight: 1, arbitrary: fc.constantFrom('patch', 'FLY') },
  ),
  url: fc.constantFrom(
    ...['/', '/orders', '/orders/', '/orders/7', '/ORDERS/7', '/x', '/y/a', '/a/b', '/files/a/b.js', '/files/a%ZZ'],
    ...[
      '/graphql',
      '/assets/',
      '/7',
      '/orders/orders',
      '/%6frders',
      'https://api.example:8443/orders?x=1#y',
      '//api.example',
    ],
  ),
  origin: fc.constantFrom(
    ...['', 'https://app.example', 'https://eu.shop.example', 'https://shop.example', 'https://preview-7.shop.example'],
    ...['http://localhost:5173', 'http://localhost', 'https://blue.team.example', 'null', 'https://b.example/', 'x'],
  ),
  headers: fc.oneof(
    {
      weight: 19,
      arbitrary: fc.constantFrom('', 'Content-Type: application/json', 'X-Api-Key: 1\nAuthorization: Bearer 1'),
    },
    { weight: 1, arbitrary: fc.constantFrom('Host: x', 'A: b\n: c', 'X: \u0001') },
  ),
  credentials: fc.boolean(),
});

describe('The playground says the same as a real app on Express', () => {
  let playground: BundledPlayground;
  beforeAll(async () => {
    playground = await BundledPlayground.start();
  });
  afterEach(closeApps);
  afterAll(() => playground.stop());

  test('about more than 400 requests to 100 apps, and about the errors that stop the startup of some', async () => {
    const told = { explained: 0, question: 0, problems: 0 };
    await fc.assert(
      fc.asyncProperty(app, fc.array(request, { minLength: 8, maxLength: 8 }), async (model, requests) => {
        const code = textOf(model);
        const started = await startApp({
          cors: model.options,
          imports: model.feature === undefined ? [] : [CorsModule.forFeature(model.feature)],
          controllers: classesOf(model),
          setUp: (started) => (model.prefix === undefined ? undefined : started.setGlobalPrefix(model.prefix)),
        }).catch((error: unknown) => error as Error);
        for (const each of requests) {
          const answer = await playground.judge({ code, request: each });
          told[answer.kind]++;
          if (started instanceof Error) {
            expect(problemsIn(answer)).toEqual(problemsOf(started));
            break;
          }
          const inspector = started.app.get(CorsInspector);
          const expected = await (async () => inspector.explain(requestIn(each)))().catch(
            (error: unknown) => error as Error,
          );
          if (expected instanceof Error) {
            expect(answer).toEqual({ kind: 'question', message: expected.message.replace(/^.*?\(\): /, '') });
          } else {
            expect(withoutFiles(explanationIn(answer))).toEqual(withoutFiles(expected));
            expect(startupIn(answer)).toEqual({ findings: inspector.audit(), line: lineOf(started.logs) });
          }
        }
        await closeApps();
      }),
      { numRuns: 100 },
    );
    expect(told.explained).toBeGreaterThan(400);
    expect(told.question).toBeGreaterThan(20);
    expect(told.problems).toBeGreaterThan(10);
  }, 240_000);
});

function explanationIn(answer: Answer): Explanation {
  if (answer.kind !== 'explained') {
    throw new Error(`There is no explanation: ${JSON.stringify(answer)}`);
  }
  return answer.explanation;
}

function startupIn(answer: Answer): unknown {
  return answer.kind === 'explained' ? answer.startup : undefined;
}

function lineOf(logs: readonly string[]): string | undefined {
  return logs.find((line) => line.startsWith('log: CORS: '))?.slice('log: '.length);
}

/** An app knows the file of each decorator. */
function withoutFiles({ sources: _, advice, ...explanation }: Explanation): object {
  const plain = advice.map((sentence) => sentence.replace(/ \([^()]*:\d+\)/g, ''));
  return JSON.parse(JSON.stringify({ ...explanation, advice: plain })) as object;
}

function problemsIn(answer: Answer): readonly string[] {
  if (answer.kind !== 'problems') {
    throw new Error(`There are no problems: ${JSON.stringify(answer)}`);
  }
  return answer.problems.map(({ message, issue }) => `${message} [${issue}]`).sort();
}

function problemsOf(error: Error): readonly string[] {
  if (!(error instanceof CorsConfigurationError)) {
    throw error;
  }
  return error.issues
    .map(({ place, field, reason, suggestion, code }) => {
      const where = field === '' ? place : `${place}, ${field}`;
      return `${where}: ${reason}${suggestion === undefined ? '' : ` Instead: ${suggestion}`} [${code}]`;
    })
    .sort();
}
