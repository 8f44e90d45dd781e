import { annotations, changesText, groupChanges, summary } from '../../../lib/cli/check/report-changes.js';
import { jsonText } from '../../../lib/cli/text/json.js';
import { paragraph } from '../../../lib/cli/text/paragraph.js';
import { harmless, stylesFor } from '../../../lib/cli/text/styles.js';
import { markdownTable, table } from '../../../lib/cli/text/table.js';
import { terminalOf } from '../../../lib/cli/text/terminal.js';

const plain = stylesFor(false);
const columns = [{ title: 'Method' }, { title: 'Path', least: 6 }, { title: 'Origins', least: 8 }];
const rows = [
  ['GET', '/orders', 'https://a.example, https://b.example'],
  ['DELETE', '/orders/:id', '*'],
];

describe('a table', () => {
  it('is as wide as it takes where nobody looks', () => {
    expect(table(columns, rows, undefined, plain)).toBe(
      [
        'METHOD  PATH         ORIGINS',
        'GET     /orders      https://a.example, https://b.example',
        'DELETE  /orders/:id  *',
        '',
      ].join('\n'),
    );
  });

  it('fits the terminal, the widest column giving way first', () => {
    const lines = table(columns, rows, 36, plain).split('\n');
    expect(lines).toEqual([
      'METHOD  PATH         ORIGINS',
      'GET     /orders      https://a.exam…',
      'DELETE  /orders/:id  *',
      '',
    ]);
  });

  it('keeps the least of each column, however narrow the terminal', () => {
    expect(table(columns, rows, 5, plain).split('\n')[1]).toBe('GET     /orde…  https:/…');
  });

  it('is aligned by what is seen, not by the codes of its colours', () => {
    const coloured = [
      { title: 'A', style: (_cell: string, shown: string) => stylesFor(true).bad(shown) },
      { title: 'B' },
    ];
    expect(table(coloured, [['x', 'y']], undefined, plain)).toBe('A  B\n\x1b[31mx\x1b[39m  y\n');
  });

  it('is Markdown that nothing in it breaks', () => {
    expect(markdownTable([{ title: 'Path' }], [['/a|b`<c>*']])).toBe(
      '| Path |\n| --- |\n| /a\\|b\\`&#60;c&#62;\\* |\n',
    );
  });
});

describe('text', () => {
  it('is broken into lines', () => {
    expect(paragraph('a '.repeat(30).trim(), 40, '  ')).toBe(
      `  ${'a '.repeat(19).trim()}\n  ${'a '.repeat(11).trim()}\n`,
    );
  });

  it('from elsewhere cannot steer the terminal', () => {
    expect(harmless('a\x1b[31mb\u009bc\u202ed\r\n')).toBe('a\\u001b[31mb\\u009bc\\u202ed\\u000d\\u000a');
    expect(harmless('a'.repeat(500))).toHaveLength(401);
  });

  it('as JSON cannot either, and is still the same data', () => {
    const data = { a: ['\x1b[31m', '\u009b', '\u202e', 'é\n'] };
    expect(jsonText(data)).not.toMatch(/[^\x20-\x7e\né]/);
    expect(JSON.parse(jsonText(data))).toEqual(data);
  });
});

describe('the terminal', () => {
  const stream = (fields: object): NodeJS.WriteStream => ({ write: () => true, ...fields }) as never;
  const of = (fields: object, env: NodeJS.ProcessEnv = {}): ReturnType<typeof terminalOf> =>
    terminalOf({ stdout: stream(fields) as never, stderr: stream({}) as never, env });

  it('has colours where someone looks, unless NO_COLOR says otherwise', () => {
    expect(of({ isTTY: true, columns: 100 }).colour).toBe(true);
    expect(of({ isTTY: true, columns: 100 }, { NO_COLOR: '1' }).colour).toBe(false);
    expect(of({ isTTY: true, columns: 100 }, { TERM: 'dumb' }).colour).toBe(false);
    expect(of({}).colour).toBe(false);
    expect(of({}, { FORCE_COLOR: '1' }).colour).toBe(true);
  });

  it('has a width where someone looks', () => {
    expect([of({ isTTY: true, columns: 100 }).columns, of({ isTTY: true }).columns, of({}).columns]).toEqual([
      100,
      80,
      undefined,
    ]);
  });
});

describe('changes', () => {
  const wider = { kind: 'wider', says: 'is now open to https://b.example' } as const;
  const groups = groupChanges([
    { route: 'GET /old', kind: 'narrower', says: 'is gone' },
    { route: 'GET /a', ...wider },
    { route: 'GET /b', ...wider },
  ]);

  it('that many routes share are told once, the wider ones first', () => {
    expect(changesText(groups, plain)).toBe(
      [
        'wider     GET /a is now open to https://b.example',
        '          and the same of',
        '            GET /b',
        'narrower  GET /old is gone',
        '',
      ].join('\n'),
    );
  });

  it('of a thousand routes stay readable', () => {
    const many = Array.from({ length: 1000 }, (_, at) => ({ route: `GET /${at}`, ...wider }));
    const text = changesText(groupChanges(many), plain);
    expect(text.split('\n')).toHaveLength(24);
    expect(text).toContain('and 979 more');
    expect(summary(groupChanges(many)).length).toBeLessThan(5_000);
  });

  it('become annotations, whose text cannot begin another command', () => {
    expect(annotations(groups, 'a,b.json')).toBe(
      '::error file=a%2Cb.json,title=CORS%3A wider grant::GET /a is now open to https://b.example (and 1 more routes)\n' +
        '::notice file=a%2Cb.json,title=CORS%3A narrower grant::GET /old is gone\n',
    );
    const nasty = groupChanges([{ route: 'GET /\n::error::x%', kind: 'other', says: 'is gone' }]);
    expect(annotations(nasty, 'a')).toBe('::notice file=a,title=CORS%3A change::GET /\\u000a::error::x%25 is gone\n');
  });

  it('become the summary of a step', () => {
    expect(summary(groups)).toBe(
      '### CORS: a grant is wider\n\n| | route | |\n| --- | --- | --- |\n' +
        '| wider | GET /a | is now open to https://b.example |\n' +
        '| wider | GET /b | is now open to https://b.example |\n' +
        '| narrower | GET /old | is gone |\n\n',
    );
    expect(summary([])).toBe('### CORS: unchanged\n\n\n');
  });
});
