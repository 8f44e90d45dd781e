import {
  annotations,
  changesText,
  failureAnnotation,
  failureSummary,
  groupChanges,
  summary,
} from '../../../../../lib/tooling/cli/check/render.js';
import { stylesFor } from '../../../../../lib/tooling/cli/text/terminal.js';

const plain = stylesFor(false);

describe('changes', () => {
  const wider = { kind: 'wider', says: 'is now open to https://b.example' } as const;
  const groups = groupChanges([
    { route: 'GET /old', kind: 'narrower', says: 'is gone' },
    { route: 'GET /a', ...wider },
    { route: 'GET /b', ...wider },
  ]);

  it('that many routes share are shown once, the wider ones first', () => {
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

  it.each([60, 80])('fit %i columns: a long sentence is below its route', (width) => {
    const says = `is now open to ${Array.from({ length: 9 }, (_, at) => `https://shop-${at}.example`).join(', ')}`;
    const long = groupChanges([
      { route: 'GET /a', kind: 'wider', says },
      { route: 'GET /b', kind: 'narrower', says: 'is gone' },
    ]);
    const lines = changesText(long, plain, width).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines[0]).toBe('wider     GET /a');
    expect(lines[1]).toMatch(/^ {10}is now open to https:/);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toBe(`wider GET /a ${says} narrower GET /b is gone `);
    expect(changesText(groups, plain, width)).toBe(changesText(groups, plain));
  });

  it('of a thousand routes stay readable', () => {
    const many = Array.from({ length: 1000 }, (_, at) => ({ route: `GET /${at}`, ...wider }));
    const text = changesText(groupChanges(many), plain);
    expect(text.split('\n')).toHaveLength(24);
    expect(text).toContain('and 979 more');
    expect(summary(groupChanges(many), 'a.json').length).toBeLessThan(5_000);
  });

  it('become annotations, whose text cannot start another command', () => {
    expect(annotations(groups, 'a,b.json')).toBe(
      '::error file=a%2Cb.json,title=CORS%3A wider grant::GET /a is now open to https://b.example (and 1 more routes)\n' +
        '::notice file=a%2Cb.json,title=CORS%3A narrower grant::GET /old is gone\n',
    );
    const nasty = groupChanges([{ route: 'GET /\n::error::x%', kind: 'other', says: 'is gone' }]);
    expect(annotations(nasty, 'a')).toBe('::notice file=a,title=CORS%3A change::GET /\\u000a::error::x%25 is gone\n');
  });

  it('become the summary of a step', () => {
    expect(summary(groups, 'a_b.json')).toBe(
      '### CORS: a grant is wider\n\n2 wider, 1 narrower, compared with a\\_b.json.\n\n' +
        '| Change | Route | What |\n| --- | --- | --- |\n' +
        '| wider | GET /a | is now open to https://b.example |\n' +
        '| wider | GET /b | is now open to https://b.example |\n' +
        '| narrower | GET /old | is gone |\n\n',
    );
    expect(summary([], 'a.json')).toBe('### CORS: unchanged\n\nThe app grants what is in a.json.\n\n');
  });

  it('that cannot be found become an annotation and a summary, whose text cannot start a command or be markup', () => {
    expect(failureAnnotation('a\n::error::<b>')).toBe('::error title=CORS%3A no answer::a%0A::error::<b>\n');
    expect(failureSummary('<b>', 'Do *this*.')).toBe('### CORS: no answer\n\n&#60;b&#62;\n\nDo \\*this\\*.\n\n');
  });
});
