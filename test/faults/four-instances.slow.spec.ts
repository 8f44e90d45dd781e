import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtLibrary } from '../support/built-library.js';
import { describeWith } from '../support/services.js';

/** The result of `bench/push.js --json` for one way to receive changes. Times are in milliseconds. */
interface Figures {
  readonly mode: string;
  readonly entries: number;
  readonly arrived: number;
  readonly same: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

describeWith('postgres', 'four instances on one PostgreSQL', (postgres) => {
  describeWith('redis', 'and one Redis', (redis) => {
    let figures: readonly Figures[];

    beforeAll(async () => {
      await builtLibrary();
      const { stdout } = await promisify(execFile)(process.execPath, ['bench/push.js', '--json', '--rate', '200'], {
        env: { ...process.env, CORS_TEST_POSTGRES_URL: postgres, CORS_TEST_REDIS_URL: redis },
      });
      figures = JSON.parse(stdout) as Figures[];
      const lines = figures.map(
        ({ mode, min, median, p95, p99, max }) => `${mode}: ${[min, median, p95, p99, max].join(', ')}`,
      );
      process.stdout.write(`From commit to effect, in ms (min, median, p95, p99, max):\n${lines.join('\n')}\n`);
    }, 300_000);

    it.each(['postgres', 'redis', 'polling'])('end with one list after 1,000 changes: %s', (mode) => {
      const found = figures.find((each) => each.mode === mode)!;
      expect(found).toMatchObject({ arrived: 4_000, same: 4, entries: expect.any(Number) });
      // Even on a busy machine, a slower change was found by polling or not at all, and was not pushed.
      expect(found.median).toBeLessThan(10_000);
    });
  });
});
