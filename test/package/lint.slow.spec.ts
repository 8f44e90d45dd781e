import { execFile } from 'node:child_process';

interface Finding {
  readonly ruleId: string | null;
  readonly line: number;
}

/** A text, and the path of the file for which it is linted. */
interface Text {
  readonly file: string;
  readonly lines: readonly string[];
}

/** Reads texts from standard input and writes the findings of ESLint. One process, because types load slowly. */
const LINTER = `
  import { ESLint } from 'eslint';
  import { json } from 'node:stream/consumers';
  const eslint = new ESLint();
  const found = [];
  for (const { file, lines } of await json(process.stdin)) {
    found.push((await eslint.lintText(lines.join('\\n'), { filePath: file }))[0].messages);
  }
  console.log(JSON.stringify(found));
`;

/** Lints texts. Returns the violated rules for each line of each text. */
function lint(texts: readonly Text[]): Promise<string[][][]> {
  return new Promise((done, fail) => {
    const child = execFile(process.execPath, ['--input-type=module', '-e', LINTER], (_error, stdout, stderr) => {
      try {
        const found = JSON.parse(stdout) as Finding[][];
        done(
          texts.map(({ lines }, index) =>
            lines.map((_, at) =>
              found[index]!.filter(({ line }) => line === at + 1).map(({ ruleId }) => ruleId ?? 'does not parse'),
            ),
          ),
        );
      } catch {
        fail(new Error(stderr + stdout));
      }
    });
    child.stdin?.end(JSON.stringify(texts));
  });
}

const impure = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'Buffer', 'Date', 'performance'],
  ...['console', 'fetch', 'crypto', 'globalThis'],
];
const focused = [
  ...['it.only', 'it.skip', 'test.only', 'describe.only', 'describe.skip', 'it.todo', 'it.failing'],
  ...['fit', 'xit', 'xtest', 'fdescribe', 'xdescribe', 'it.only.each([1])', 'describe.skip.each([1])'],
];

describe('the lint rules', () => {
  let core: string[][];
  let types: string[][];
  let tests: string[][];
  beforeAll(async () => {
    [core, types, tests] = (await lint([
      {
        file: 'lib/core/request.ts',
        lines: [...impure, `new URL('https://a.example')`].map((name, at) => `export const a${at}: unknown = ${name};`),
      },
      {
        file: 'lib/core/request.ts',
        lines: [
          'export const any = (a: any): void => void a;',
          'Promise.resolve();',
          `import express, { type Request } from 'express';`,
          'export const short = (a: boolean): void => { if (a) return; };',
        ],
      },
      {
        file: 'test/package/lint.slow.spec.ts',
        lines: [...focused, 'it.each([1])'].map((name) => `${name}('title', () => undefined);`),
      },
    ])) as [string[][], string[][], string[][]];
  }, 60_000);

  it('keep clocks, schedulers, the process and the network out of the core', () => {
    expect(core).toEqual([...impure.map(() => ['no-restricted-globals']), []]);
  });

  it('keep the types of the library honest', () => {
    expect(types[0]).toContain('@typescript-eslint/no-explicit-any');
    expect(types[1]).toEqual(['@typescript-eslint/no-floating-promises']);
    expect(types[2]).toContain('no-restricted-syntax');
    expect(types[3]).toEqual(['curly']);
  });

  it('forbid focused and skipped tests', () => {
    expect(tests).toEqual([...focused.map(() => ['no-restricted-syntax']), []]);
  });
});
