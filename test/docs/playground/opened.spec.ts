import { type Answer, judge } from '../../../docs/playground/model/judge.js';
import { stateOf } from '../../../docs/playground/model/share.js';
import { codePages } from '../../../tools/site/codes.js';

/** The address of the playground on each page of a code. */
const links = ['errors', 'reasons', 'audit-codes'].flatMap((name) =>
  codePages(name).flatMap(({ path, text }: { path: string; text: string }) => {
    const [, hash] = /\]\(\.\.\/playground\.md#([^)]+)\)/.exec(text) ?? [];
    return hash === undefined ? [] : [[path.replace('.md', ''), hash] as const];
  }),
);

/** The codes that an answer has. */
function codesIn(answer: Answer): readonly (string | undefined)[] {
  switch (answer.kind) {
    case 'problems':
      return answer.problems.map(({ issue, message }) => issue ?? message);
    case 'question':
      return [answer.message];
    case 'explained':
      return [answer.explanation.reason, ...answer.startup.findings.map(({ code }) => code)];
  }
}

describe('An example that a page of the documentation opens in the playground', () => {
  test.each(links)('gives the code %s', async (path, hash) => {
    const state = await stateOf(hash);
    expect(codesIn(await judge(state!))).toContain(path.split('/')[1]);
  });

  test('is on most pages of codes', () => {
    expect(links.length).toBeGreaterThan(85);
  });
});
