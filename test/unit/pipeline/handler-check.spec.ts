import type { RunningCors } from '../../../lib/nest/runtime.js';
import type { RouteTarget } from '../../../lib/engine/request-decision.js';
import { handlerCheck } from '../../../lib/pipeline/handler-check.js';
import type { Route } from '../../../lib/routing/route.js';

/* The library cannot decide at the handler. No known request causes this. */

const route = { target: {} } as Route<RouteTarget>;

function checkFor(enforces: boolean): { check: ReturnType<typeof handlerCheck>; failures: unknown[] } {
  const failures: unknown[] = [];
  const running = {
    platform: {
      messageOf: (native: object) => native,
      request: () => ({ origin: 'https://page.example' }),
    },
    enforces,
    engine: {
      serves: () => true,
      decideFor: () => {
        throw new Error('no decision');
      },
    },
  } as unknown as RunningCors;
  const check = handlerCheck(route, () => running, {
    failed: (error) => failures.push(error),
    refused: () => undefined,
  });
  return { check, failures };
}

test('3.5: a request that cannot be decided goes on without headers, and the error is logged', async () => {
  const { check, failures } = checkFor(false);
  await expect(check({}, {})).resolves.toBeUndefined();
  expect(failures).toEqual([new Error('no decision')]);
});

test('3.6: in an app that enforces policies it is refused', async () => {
  const { check, failures } = checkFor(true);
  await expect(check({}, {})).resolves.toMatchObject({ status: 403 });
  expect(failures.length).toBe(1);
});

test('3.5: a check of an app that is not running stops nothing', () => {
  const check = handlerCheck({} as Route<RouteTarget>, () => undefined, { failed: fail, refused: fail });
  expect(check({}, {})).toBeUndefined();
});

function fail(error: unknown): never {
  throw error;
}
