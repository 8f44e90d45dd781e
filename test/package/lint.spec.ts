import { execFile } from 'node:child_process';

interface Finding {
  readonly ruleId: string | null;
  readonly line: number;
}

/** Lints a text as if it stood in that file, and answers with the rules that each of its lines breaks. */
function lint(file: string, lines: string[]): Promise<string[][]> {
  const eslint = ['node_modules/eslint/bin/eslint.js', '--stdin', '--stdin-filename', file, '--format', 'json'];
  return new Promise((done, fail) => {
    const child = execFile(process.execPath, eslint, (_error, stdout, stderr) => {
      try {
        const [{ messages }] = JSON.parse(stdout) as [{ messages: Finding[] }];
        const rules = lines.map((): string[] => []);
        messages.forEach(({ ruleId, line }) => rules[line - 1]?.push(ruleId ?? 'does not parse'));
        done(rules);
      } catch {
        fail(new Error(stderr + stdout));
      }
    });
    child.stdin?.end(lines.join('\n'));
  });
}

describe('the lint rules', () => {
  it('keep clocks, schedulers, the process and the network out of the core', async () => {
    const impure = [
      ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'Buffer', 'Date', 'performance'],
      ...['console', 'fetch', 'crypto', 'globalThis'],
    ];
    const uses = [...impure, `new URL('https://a.example')`].map(
      (name, at) => `export const a${at}: unknown = ${name};`,
    );

    expect(await lint('lib/core/requests/request.ts', uses)).toEqual([
      ...impure.map(() => ['no-restricted-globals']),
      [],
    ]);
  }, 60_000);

  it('keep the types of the library honest', async () => {
    const rules = await lint('lib/core/requests/request.ts', [
      'export const any = (a: any): void => void a;',
      'Promise.resolve();',
      `import express, { type Request } from 'express';`,
      'export const short = (a: boolean): void => { if (a) return; };',
    ]);

    expect(rules[0]).toContain('@typescript-eslint/no-explicit-any');
    expect(rules[1]).toEqual(['@typescript-eslint/no-floating-promises']);
    expect(rules[2]).toContain('no-restricted-syntax');
    expect(rules[3]).toEqual(['curly']);
  }, 60_000);

  it('let no test be focused or skipped', async () => {
    const focused = [
      ...['it.only', 'it.skip', 'test.only', 'describe.only', 'describe.skip', 'it.todo', 'it.failing'],
      ...['fit', 'xit', 'xtest', 'fdescribe', 'xdescribe', 'it.only.each([1])', 'describe.skip.each([1])'],
    ];
    const calls = [...focused, 'it.each([1])'].map((name) => `${name}('title', () => undefined);`);

    expect(await lint('test/package/lint.spec.ts', calls)).toEqual([
      ...focused.map(() => ['no-restricted-syntax']),
      [],
    ]);
  }, 60_000);
});
