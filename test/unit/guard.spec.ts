import type { ExecutionContext } from '@nestjs/common';
import type { RunningCors } from '../../lib/module/boot/running.js';
import { CorsGuard } from '../../lib/module/requests/guard.js';

/* What the guard does where no decision could be taken, which no request is known to bring about. */

const handler = (): void => undefined;
class Controller {}

const context = {
  getType: () => 'http',
  getClass: () => Controller,
  getHandler: () => handler,
  switchToHttp: () => ({ getRequest: () => ({}), getResponse: () => ({}) }),
} as unknown as ExecutionContext;

function guardFor(enforced: boolean): { guard: CorsGuard; failures: unknown[] } {
  const failures: unknown[] = [];
  const running = {
    platform: { decidedOf: () => undefined, request: () => ({}) },
    engine: {
      decideFor: () => {
        throw new Error('no decision');
      },
    },
    targetsOf: () => [{ policy: { kind: 'policy', enforce: enforced } }],
  } as unknown as RunningCors;
  const guard = new CorsGuard(
    () => running,
    (error) => failures.push(error),
  );
  return { guard, failures };
}

test('a request that cannot be decided goes on without headers, and the failure is told', async () => {
  const { guard, failures } = guardFor(false);
  await expect(guard.canActivate(context)).resolves.toBe(true);
  expect(failures).toEqual([new Error('no decision')]);
});

test('3.6: under an enforced policy it is refused', async () => {
  const { guard, failures } = guardFor(true);
  await expect(guard.canActivate(context)).rejects.toMatchObject({ status: 403 });
  expect(failures.length).toBe(1);
});

test('other transports, and apps that are not running, are let through', () => {
  const { guard } = guardFor(true);
  expect(guard.canActivate({ ...context, getType: () => 'rpc' } as ExecutionContext)).toBe(true);
  expect(new CorsGuard(() => undefined, fail).canActivate(context)).toBe(true);
});

function fail(error: unknown): never {
  throw error;
}
