import { readFileSync } from 'node:fs';
import { documentation } from '../../../../lib/core/issues/documentation.js';

test('3.7: an error names its page in the repository, or its entry there', () => {
  const { homepage } = JSON.parse(readFileSync('package.json', 'utf8')) as { homepage: string };
  const docs = homepage.replace('#readme', '/blob/main/docs');
  expect(documentation('errors')).toBe(`${docs}/errors.md`);
  expect(documentation('audit-codes', 'open-policy')).toBe(`${docs}/audit-codes.md#open-policy`);
});
