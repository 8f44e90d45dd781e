import { bareDecision } from '../../../lib/core/decision.js';
import type { CorsRequest } from '../../../lib/core/request.js';
import type { RunningCors } from '../../../lib/nest/runtime.js';
import type { CorsEngine } from '../../../lib/engine/engine.js';
import { deciderOf } from '../../../lib/pipeline/runtime.js';
import { requestHook } from '../../../lib/pipeline/request-hook.js';

/* The library cannot decide. No known request causes this. It grants nothing, reports the error, and sends no 500. */

const request = { method: 'GET', origin: 'https://page.example' } as CorsRequest;
const broken = (): never => {
  throw new Error('no decision');
};

function hookOf(enforces: boolean, asked = request): { goesOn(): unknown[]; failures: unknown[] } {
  const failures: unknown[] = [];
  const running = {
    enforces,
    isLazy: false,
    platform: { request: () => asked, messageOf: (native: object) => native },
    engine: { decide: broken },
  };
  const hook = requestHook(() => running as unknown as RunningCors, {
    listens: false,
    wants: () => false,
    settled: () => undefined,
    failed: (error) => failures.push(error),
    refused: () => undefined,
  });
  const goesOn = (): unknown[] => {
    const answers: unknown[] = [];
    hook({}, {}, (error) => answers.push(error));
    return answers;
  };
  return { goesOn, failures };
}

describe('before anything else has run', () => {
  test('3.5: the request goes on without headers', () => {
    const { goesOn, failures } = hookOf(false);
    expect(goesOn()).toEqual([undefined]);
    expect(failures).toEqual([new Error('no decision')]);
  });

  test('3.6: in an app that enforces policies it is refused', () => {
    const { goesOn, failures } = hookOf(true);
    expect(goesOn()).toMatchObject([{ status: 403 }]);
    expect(failures.length).toBe(1);
  });

  test('3.6: in an app that enforces policies a request without an origin passes', () => {
    expect(hookOf(true, { method: 'GET', origin: undefined } as CorsRequest).goesOn()).toEqual([undefined]);
  });
});

describe('when the decision is needed first', () => {
  test.each<[string, () => unknown]>([
    ['fails', broken],
    ['has to wait', async () => Promise.resolve({ decision: bareDecision('allowed') })],
  ])('3.5: a decision that %s grants nothing', (_what, decide) => {
    const failures: unknown[] = [];
    const decider = deciderOf({ decide } as unknown as CorsEngine, {
      failed: (error) => failures.push(error),
      ownFieldsSent: () => undefined,
    });
    expect(decider.decide(request)).toMatchObject({
      decision: { allowed: false, headers: [], vary: ['Origin'] },
      request,
    });
    expect(failures.length).toBe(1);
  });
});
