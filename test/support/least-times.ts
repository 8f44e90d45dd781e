/**
 * The least time that each of the works takes, in milliseconds, of `rounds` in which they take turns. Another process
 * of a busy machine makes single runs longer, never shorter.
 */
export async function leastTimes(rounds: number, ...works: readonly (() => unknown)[]): Promise<number[]> {
  const least = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      least[index] = Math.min(least[index]!, performance.now() - start);
    }
  }
  return least;
}
