import { bareDecision } from '../../lib/core/decisions/decision.js';
import type { CorsRequest } from '../../lib/core/requests/request.js';
import type { RunningCors } from '../../lib/module/boot/running.js';
import type { CorsEngine } from '../../lib/module/requests/engine.js';
import { PostponedOutcome } from '../../lib/module/requests/postponed-outcome.js';
import { requestHook } from '../../lib/module/requests/request-hook.js';

/* Requests that cannot be decided, which no request is known to bring about: closed, told, and never a 500. */

const request = { method: 'GET', origin: 'https://page.example' } as CorsRequest;
const broken = (): never => {
  throw new Error('no decision');
};

function hookOf(enforces: boolean, asked = request): { goesOn(): unknown[]; failures: unknown[] } {
  const failures: unknown[] = [];
  const running = { enforces, platform: { request: () => asked }, engine: { decide: broken } };
  const hook = requestHook(() => running as unknown as RunningCors, {
    listens: false,
    wants: () => false,
    settled: () => undefined,
    failed: (error) => failures.push(error),
  });
  const goesOn = (): unknown[] => {
    const answers: unknown[] = [];
    hook({}, {}, (error) => answers.push(error));
    return answers;
  };
  return { goesOn, failures };
}

describe('before anything else has run', () => {
  test('the request goes on without headers', () => {
    const { goesOn, failures } = hookOf(false);
    expect(goesOn()).toEqual([undefined]);
    expect(failures).toEqual([new Error('no decision')]);
  });

  test('3.6: in an app that enforces policies it is refused', () => {
    const { goesOn, failures } = hookOf(true);
    expect(goesOn()).toMatchObject([{ status: 403 }]);
    expect(failures.length).toBe(1);
  });

  test('3.6: there too, one without an origin passes', () => {
    expect(hookOf(true, { method: 'GET', origin: undefined } as CorsRequest).goesOn()).toEqual([undefined]);
  });
});

describe('when the head is written', () => {
  test.each<[string, () => unknown]>([
    ['fails', broken],
    ['is not at hand', async () => Promise.resolve({ decision: bareDecision('allowed') })],
  ])('a decision that %s grants nothing', (_what, decide) => {
    const failures: unknown[] = [];
    const postponed = new PostponedOutcome({ decide } as unknown as CorsEngine, request, {
      failed: (error) => failures.push(error),
    });
    expect(postponed.decide()).toMatchObject({ decision: { allowed: false, headers: [], vary: ['Origin'] }, request });
    expect(failures.length).toBe(1);
  });
});
