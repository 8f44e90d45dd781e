import { markdownTable, table } from '../../../../../lib/tooling/cli/text/table.js';
import { stylesFor } from '../../../../../lib/tooling/cli/text/terminal.js';

const plain = stylesFor(false);
const columns = [{ title: 'Method' }, { title: 'Path', least: 6 }, { title: 'Origins', least: 8 }];
const rows = [
  ['GET', '/orders', 'https://a.example, https://b.example'],
  ['DELETE', '/orders/:id', '*'],
];

describe('a table', () => {
  it('is as wide as needed without a terminal', () => {
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

  it('is aligned by the visible text, without the codes of its colours', () => {
    const coloured = [
      { title: 'A', style: (_cell: string, shown: string) => stylesFor(true).bad(shown) },
      { title: 'B' },
    ];
    expect(table(coloured, [['x', 'y']], undefined, plain)).toBe('A  B\n\x1b[31mx\x1b[39m  y\n');
  });

  it('is Markdown that no cell can break', () => {
    expect(markdownTable([{ title: 'Path' }], [['/a|b`<c>*']])).toBe(
      '| Path |\n| --- |\n| /a\\|b\\`&#60;c&#62;\\* |\n',
    );
  });
});
