import { paragraph } from '../../../../../lib/tooling/cli/text/paragraph.js';

describe('text', () => {
  it('is broken into lines', () => {
    expect(paragraph('a '.repeat(30).trim(), 40, '  ')).toBe(
      `  ${'a '.repeat(19).trim()}\n  ${'a '.repeat(11).trim()}\n`,
    );
  });
});
