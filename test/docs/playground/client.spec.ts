import type { FromWorker, ToWorker } from '../../../docs/playground/messages.js';
import type { PlaygroundState } from '../../../docs/playground/model/state.js';
import { JudgeClient, type Result, type WorkerLike } from '../../../docs/playground/ui/client.js';
import { until } from '../../support/until.js';

const LIMIT = 40;

function stateOf(code: string): PlaygroundState {
  return { code, request: { method: 'GET', url: '/', origin: '', headers: '', credentials: false } };
}

/** A worker that a test answers for. */
class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  readonly asked: ToWorker[] = [];
  isEnded = false;

  postMessage(message: ToWorker): void {
    this.asked.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }
}

describe('The client of the worker', () => {
  let workers: FakeWorker[];
  let results: string[];
  let client: JudgeClient;
  beforeEach(() => {
    [workers, results] = [[], []];
    client = new JudgeClient(
      () => workers[workers.push(new FakeWorker()) - 1]!,
      (result: Result, { code }) => results.push(`${code}: ${result.kind}`),
      LIMIT,
    );
  });
  afterEach(() => client.close());

  const answer = (id: number): FromWorker => ({ id, kind: 'answer', answer: { kind: 'question', message: '' } });

  test('asks one question at a time, and of those that wait the last one', () => {
    ['a', 'b', 'c'].forEach((code) => client.ask(stateOf(code)));
    const [worker] = workers;
    expect(worker!.asked.map(({ state }) => state.code)).toEqual(['a']);
    worker!.say(answer(0));
    expect(worker!.asked.map(({ state }) => state.code)).toEqual(['a', 'c']);
    worker!.say(answer(1));
    expect(results).toEqual(['a: answer', 'c: answer']);
  });

  test('ends a worker that takes too long, and asks another one', async () => {
    client.ask(stateOf('slow'));
    client.ask(stateOf('next'));
    workers[0]!.say({ id: 0, kind: 'judging' });
    await until(() => workers.length === 2);
    expect(workers[0]!.isEnded).toBe(true);
    expect(results).toEqual(['slow: stopped']);
    // A late answer of the old one is not taken for one of the new one.
    workers[0]!.say(answer(1));
    workers[1]!.say({ id: 1, kind: 'judging' });
    workers[1]!.say(answer(1));
    expect(results.slice(1)).toEqual(['next: answer']);
  });

  test('does not count the time of loading', async () => {
    client.ask(stateOf('a'));
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT));
    workers[0]!.say({ id: 0, kind: 'judging' });
    workers[0]!.say({ id: 0, kind: 'loading' });
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT));
    expect(results).toEqual([]);
    workers[0]!.say(answer(0));
    expect(results).toEqual(['a: answer']);
  });

  test('tells that the worker cannot be loaded, or fails', () => {
    client.ask(stateOf('a'));
    workers[0]!.onerror?.(undefined);
    client.ask(stateOf('b'));
    workers[1]!.say({ id: 1, kind: 'failure', message: 'x' });
    expect(results).toEqual(['a: failed', 'b: failed']);
  });
});
