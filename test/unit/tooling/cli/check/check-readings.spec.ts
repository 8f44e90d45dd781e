import { isWider } from '../../../../../lib/tooling/cli/check/change.js';
import { compareRules } from '../../../../../lib/tooling/cli/check/compare-rules.js';
import { PLATFORMS } from '../../../../support/app.js';
import { type AppSpec, bootSpec } from './check-apps.js';

const A = 'https://a.example';
const B = 'https://b.example';

/*
 * Rule 3.3: without a handler, a path with several readings gets only what all readings grant. A Nest handler reads the
 * path in one way, so a new handler may widen the grant of such a path.
 */
describe.each(PLATFORMS)('check, on paths that may be read in several ways, on %s', (platform) => {
  const rest = platform === 'express' ? '*path' : '*';
  const entries: AppSpec['entries'] = [
    { path: `/x/secret/${rest}`, policy: { origin: B } },
    { path: `/x/${rest}`, policy: { origin: A } },
  ];

  async function look(
    spec: AppSpec,
    path: string,
  ): Promise<{ rules: Parameters<typeof compareRules>[0]; open: boolean }> {
    const app = await bootSpec(spec, platform);
    const answer = await app.ask('GET', path, { origin: A });
    await app.close();
    return { rules: app.rules, open: answer['access-control-allow-origin'] === A };
  }

  it.each([
    ['x/:id', '/x/secret%2Fa'],
    ['x/:id/:n', platform === 'express' ? '/x/%73ecret/a' : '/x/secret%2Fa/b'],
  ])('3.3: finds that the new handler %s opens %s', async (path, asked) => {
    const before = await look({ entries, handlers: [] }, asked);
    const after = await look({ entries, handlers: [{ method: 'GET', path }] }, asked);
    expect(before.open).toBe(false);
    const wider = compareRules(before.rules, after.rules).filter(isWider);
    expect(after.open).toBe(true);
    expect(wider).not.toEqual([]);
    expect(compareRules(after.rules, before.rules).filter(isWider)).toEqual([]);
  });

  it('3.3: reports nothing wider if the entries lead to one policy', async () => {
    const one = entries.slice(1);
    const before = await look({ entries: one, handlers: [] }, '/x/secret%2Fa');
    const after = await look({ entries: one, handlers: [{ method: 'GET', path: 'x/:id' }] }, '/x/secret%2Fa');
    expect([before.open, after.open]).toEqual([true, true]);
    expect(compareRules(before.rules, after.rules).filter(isWider)).toEqual([]);
  });
});
