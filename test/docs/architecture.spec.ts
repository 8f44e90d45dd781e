import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');

/** Placeholders of the page for any platform and any kind of provider, with an example of each. */
const EXAMPLES: Readonly<Record<string, string>> = { '<x>': 'express', '<kind>': 'callback' };

function codesOf(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/<\w+>/g, (name) => EXAMPLES[name] ?? name));
}

function isFile(code: string): boolean {
  return /^[\w./-]+\.(?:ts|js|cjs|json|md)$/.test(code) && code.includes('/');
}

function isDeclaredIn(name: string, file: string): boolean {
  const text = readFileSync(file, 'utf8');
  return new RegExp(`\\b(?:function|class|interface|type|const) ${name}\\b|^  (?:private )?${name}\\(`, 'm').test(text);
}

/** The rows of the first table below a heading: the names of files, functions and types. */
function rowsBelow(
  heading: string,
): readonly { readonly files: readonly string[]; readonly names: readonly string[] }[] {
  const [, section = ''] = page.split(`### ${heading}\n`);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) => {
    const codes = codesOf(row);
    return {
      files: codes.filter((code) => isFile(code) || /^[A-Z]+\.md$/.test(code)),
      names: codes.flatMap((code) => /^(\w+)(?:\(\))?$/.exec(code)?.[1] ?? []),
    };
  });
}

test('each file that docs/architecture.md names exists', () => {
  const files = codesOf(page).filter(isFile);
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

describe.each([
  ['Adding a policy field', 5],
  ['A new platform', 4],
  ['A new kind of provider', 4],
  ['A new audit finding', 4],
])('%s', (heading, most) => {
  const rows = rowsBelow(heading);

  it(`takes at most ${most} files`, () => {
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThanOrEqual(most);
  });

  it('names files, and functions and types that these files declare', () => {
    expect(rows.flatMap(({ names }) => names).length).toBeGreaterThan(0);
    const wrong = rows.flatMap(({ files, names }) => [
      ...files.filter((file) => !existsSync(file)),
      ...(files.length === 0 ? ['a row without a file'] : []),
      ...names.filter((name) => !files.some((file) => isDeclaredIn(name, file))),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe('a request in eight steps', () => {
  const [, section = ''] = page.split('## A request in eight steps\n');
  const steps = section.split('\n## ', 1)[0]!.match(/^\d\. (?:.*\n)(?: {3}.*\n)*/gm) ?? [];

  it('has eight', () => {
    expect(steps.length).toBe(8);
  });

  it.each(steps.map((step, index) => [index + 1, step] as const))(
    'step %i names what its file declares',
    (_n, step) => {
      const pairs = [...step.matchAll(/`(\w+)(?:\(\))?`\s+(?:in\s+|\()`([^`]+\.ts)`/g)];
      expect(pairs.length).toBeGreaterThan(0);
      expect(pairs.filter(([, name, file]) => !isDeclaredIn(name!, file!))).toEqual([]);
    },
  );
});
