import type { RunningCors } from '../../lib/module/boot/running.js';
import type { RouteTarget } from '../../lib/module/requests/outcome.js';
import { confirmation } from '../../lib/module/requests/confirmation.js';
import type { Route } from '../../lib/routing/route.js';

/* What stands before a handler where no decision could be taken, which no request is known to bring about. */

function checkFor(enforces: boolean): { check: ReturnType<typeof confirmation>; failures: unknown[] } {
  const failures: unknown[] = [];
  const running = {
    platform: {
      decidedOf: () => undefined,
      postponedOf: () => undefined,
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
  const route = { target: {} } as Route<RouteTarget>;
  const check = confirmation(
    route,
    () => running,
    (error) => failures.push(error),
  );
  return { check, failures };
}

test('a request that cannot be decided goes on without headers, and the failure is told', async () => {
  const { check, failures } = checkFor(false);
  await expect(check({}, {})).resolves.toBeUndefined();
  expect(failures).toEqual([new Error('no decision')]);
});

test('3.6: in an app that enforces policies it is refused', async () => {
  const { check, failures } = checkFor(true);
  await expect(check({}, {})).resolves.toMatchObject({ status: 403 });
  expect(failures.length).toBe(1);
});

test('apps that are not running let everything through', () => {
  const check = confirmation({} as Route<RouteTarget>, () => undefined, fail);
  expect(check({}, {})).toBeUndefined();
});

function fail(error: unknown): never {
  throw error;
}
