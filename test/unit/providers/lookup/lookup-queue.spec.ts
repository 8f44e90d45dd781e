import { LookupQueue } from '../../../../lib/providers/lookup/lookup-queue.js';
import { RecentKeys } from '../../../../lib/providers/calls/recent-keys.js';

const question = (name: string) => ({ name });

function drain(queue: LookupQueue<{ name: string }>): string[] {
  const names: string[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    names.push(next.name);
    queue.delete(next);
  }
  return names;
}

describe('a queue of questions', () => {
  it('gives requests of a lower level first, and within a level the newest', () => {
    const queue = new LookupQueue<{ name: string }>(4);
    queue.add(question('a'), 1);
    queue.add(question('b'), 3);
    queue.add(question('c'), 1);
    queue.add(question('d'), 0);
    expect(queue.size).toBe(4);
    expect(drain(queue)).toEqual(['d', 'c', 'a', 'b']);
    expect(queue.size).toBe(0);
  });

  it('keeps the order if any number of others are removed from the middle', () => {
    const queue = new LookupQueue<{ name: string }>(4);
    const all = Array.from({ length: 1_000 }, (_, index) => question(String(index)));
    all.forEach((each, index) => queue.add(each, index % 2));
    all.filter((_, index) => index % 3 !== 0).forEach((each) => queue.delete(each));
    all.filter((_, index) => index % 3 !== 0).forEach((each) => queue.delete(each));
    const left = all.filter((_, index) => index % 3 === 0).reverse();
    const level = (wanted: number) => left.filter(({ name }) => Number(name) % 2 === wanted).map(({ name }) => name);
    expect(drain(queue)).toEqual([...level(0), ...level(1)]);
  });
});

it('recent keys are those that were added last, up to the limit', () => {
  const keys = new RecentKeys(10);
  const known = () => Array.from({ length: 100 }, (_, index) => String(index)).filter((key) => keys.has(key));
  for (let i = 0; i < 100; i++) {
    keys.add(String(i));
    expect(known().length).toBeLessThanOrEqual(10);
  }
  expect(known()).toEqual(expect.arrayContaining(['95', '96', '97', '98', '99']));
});

it('recent keys that are added again push out no others', () => {
  const keys = new RecentKeys(4);
  for (const key of ['0', '1', '2', '3', '3', '2', '3']) {
    keys.add(key);
  }
  expect(['0', '1', '2', '3'].filter((key) => keys.has(key))).toEqual(['0', '1', '2', '3']);
});
