import { readFileSync } from 'node:fs';
import { COMMANDS } from '../../lib/tooling/cli/arguments/specs.js';
import { codeBlocksOf } from './markdown.js';

const README = readFileSync('README.md', 'utf8');

describe('the README', () => {
  test('has at most 1,500 words, code and tables included', () => {
    expect(README.trim().split(/\s+/).length).toBeLessThanOrEqual(1_500);
  });

  test('begins with the problem, and says when not to use the library before it says how', () => {
    const headings = [...README.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    const opening = README.slice(0, README.indexOf('## '));

    expect(opening).toContain('enableCors()');
    expect(opening).toContain('When not to use it');
    expect(headings.slice(0, 4)).toEqual(['Install', 'Quickstart', 'From configuration', 'Moving from `enableCors()`']);
  });

  test('has a quickstart of three files', () => {
    const quickstart = README.slice(README.indexOf('## Quickstart'), README.indexOf('## From configuration'));
    const files = codeBlocksOf(quickstart).flatMap(({ code }) => /^\/\/ (src\/\S+)$/m.exec(code)?.[1] ?? []);

    expect(files).toEqual(['src/orders.controller.ts', 'src/app.module.ts', 'src/main.ts']);
  });

  test.each([
    'WebSocket',
    'helmet',
    'trust proxy',
    'undlers',
    'onorepo',
    'pnpm',
    'rate limiter',
    'curl',
    'dangerously',
  ])('names "%s", which a reader looks for', (word) => {
    expect(README).toContain(word);
  });

  test('names only commands and options of cors-policy that exist', () => {
    const calls = [...README.matchAll(/npx cors-policy (\w+)([^\n`]*)/g)];

    expect(calls.length).toBeGreaterThan(1);
    for (const [, name, rest = ''] of calls) {
      const command = COMMANDS.find((each) => each.name === name);
      expect({ name, known: command !== undefined }).toEqual({ name, known: true });
      const given = [...rest.matchAll(/--([\w-]+)/g)].map(([, option]) => option!);
      expect(given.filter((option) => !(option in command!.options))).toEqual([]);
    }
  });

  test('keeps the commands of a clone under the heading for contributors', () => {
    const [forUsers = '', forContributors = ''] = README.split('## Contributing');

    expect(forUsers).not.toMatch(/npm (ci|cit|run|test)/);
    expect(forContributors).toContain('npm ci && npm start');
    expect(forContributors).toContain('npm cit');
  });
});
