import { readFileSync } from 'node:fs';
import { POLICY_FIELDS } from '../../lib/core/policy/read.js';

/** The names in the first column of a page's first table. */
function firstColumn(page: string): readonly string[] {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(page) ?? [];
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
}

test.each([
  ['docs/rules.md', '### 2.3 Policy options'],
  ['docs/policies.md', '## Fields'],
])('2.3: %s lists the fields of a policy', (path, heading) => {
  const [, page = ''] = readFileSync(path, 'utf8').split(`${heading}\n`);
  expect([...firstColumn(page)].sort()).toEqual([...POLICY_FIELDS].sort());
});
