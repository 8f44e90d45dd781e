import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { builtLibrary } from '../support/built-library.js';
import { thinMap } from '../../tools/source-map.js';

/* The package has thin source maps: they have only the places that a frame of a stack trace can be at. */

/** Each function fails on a line of its own, among lines that cannot fail. */
const SOURCE = `
const none: any = undefined;
const other = {
  a: 1,
  b: 2,
};
export const all: Record<string, () => unknown> = {
  throws() {
    const one = 1;
    const two = one + other.a;
    if (two > 1) {
      throw new Error('thrown');
    }
    return two;
  },
  calls() {
    const one =
      other.a +
      other.b;
    return (
      one &&
      none()
    );
  },
  reads() {
    return [
      1,
      none
        .field,
    ];
  },
  chains() {
    return [1]
      .map((each) => each)
      .filter(
        (each) =>
          each > 0,
      )
      .some(() =>
        none.field,
      );
  },
  constructs() {
    const one = 1;
    return one > 0
      ? new none()
      : one;
  },
  destructures() {
    const one = 1;
    const two = one;
    const {
      a,
      b,
    } =
      none;
    return a + b + two;
  },
  destructuresLists() {
    const one = 1;
    const [
      a,
      b,
    ] =
      none;
    return a + b + one;
  },
  spreads() {
    return [
      ...[1],
      ...none,
    ];
  },
  asks() {
    const one = 1;
    const two =
      'a' in
      none;
    return one || two;
  },
  writes() {
    const one = 1;
    return one > 0
      && \`a \${one} \${{
        toString: () => none(),
      }}\`;
  },
  walks() {
    const one = 1;
    for (
      const each
      of none
    ) {
      return each;
    }
    return one;
  },
};
`;

interface Frame {
  readonly line: number;
  readonly column: number;
}

describe('the source maps of the package', () => {
  it('lead every frame to the line that the whole map leads to, in less than half of the bytes', () => {
    const { code, map } = transformSync(SOURCE, {
      loader: 'ts',
      format: 'cjs',
      minify: true,
      sourcemap: 'external',
      sourcefile: 'lib/all.ts',
      sourcesContent: false,
    });
    const thin = thinMap(map, code, '../');
    const module = { exports: {} as { all: Record<string, () => unknown> } };
    runInThisContext(`(function (module, exports) {${code}\n})`, { filename: 'thin.js', columnOffset: -28 })(
      module,
      module.exports,
    );
    const linesBy = (text: string, frames: readonly Frame[]): (number | undefined)[] => {
      const found = new SourceMap(JSON.parse(text) as SourceMapPayload);
      return frames.map(({ line, column }) => {
        const entry = found.findEntry(line - 1, column - 1);
        return 'originalLine' in entry ? entry.originalLine + 1 : undefined;
      });
    };
    const cases = Object.entries(module.exports.all).map(([name, run]) => {
      const frames = framesOf(run);
      return { name, whole: linesBy(map, frames), thin: linesBy(thin, frames) };
    });

    expect(cases.map(({ name, whole }) => ({ name, thin: whole }))).toEqual(
      cases.map(({ name, thin: lines }) => ({ name, thin: lines })),
    );
    expect(cases.flatMap(({ whole }) => whole).every((line) => line !== undefined)).toBe(true);
    expect(new Set(cases.map(({ whole }) => whole[0])).size).toBe(cases.length);
    expect(thin.length).toBeLessThan(map.length / 2);
  });

  beforeAll(() => builtLibrary(), 120_000);

  it.each([
    [
      'esm',
      "await import(FILE('index'))",
      'ConfigOrigins.forKey(5)',
      'lib/providers/config-origins.ts',
      'throw new TypeError',
    ],
    [
      'cjs',
      "require(FILE('index'))",
      'ConfigOrigins.forKey(5)',
      'lib/providers/config-origins.ts',
      'throw new TypeError',
    ],
    [
      'esm',
      "await import(FILE('redis'))",
      'new RedisNotify({ channel: 5 })',
      'lib/integrations/redis/redis-notify.ts',
      'checkChannel(',
    ],
    [
      'cjs',
      "require(FILE('redis'))",
      'new RedisNotify({ channel: 5 })',
      'lib/integrations/redis/redis-notify.ts',
      'checkChannel(',
    ],
  ])('lead from %s to the source: %s', async (form, load, fails, file, says) => {
    const dist = join(await builtLibrary(), form);
    const code = `const FILE = (name) => ${JSON.stringify(dist)} + '/' + name + '.js';
      const { ConfigOrigins, RedisNotify } = ${load};
      try { ${fails}; } catch (error) { console.log(error.stack); }`;
    const type = form === 'esm' ? 'module' : 'commonjs';
    const args = ['--enable-source-maps', `--input-type=${type}`, '--eval', code];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const place = stdout.split(`${resolve(file)}:`)[1];

    expect({ stdout, place }).toMatchObject({ place: expect.stringMatching(/^\d+:\d+/) as string });
    const line = (await readFile(file, 'utf8')).split('\n')[parseInt(place!) - 1];
    expect(line).toContain(says);
  });
});

/** The places of the frames of an error that a function throws, in the code of this test. */
function framesOf(run: () => unknown): readonly Frame[] {
  try {
    run();
  } catch (error) {
    return [...((error as Error).stack ?? '').matchAll(/thin\.js:(\d+):(\d+)/g)].map(([, line, column]) => ({
      line: Number(line),
      column: Number(column),
    }));
  }
  throw new Error('The function does not fail.');
}
