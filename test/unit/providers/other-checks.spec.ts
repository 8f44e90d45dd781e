import { JudgedProvider } from '../../../lib/config/judged-provider.js';
import { LookupProvider } from '../../../lib/providers/lookup/lookup-provider.js';
import { SourceProvider } from '../../../lib/providers/source/source-provider.js';
import { checks, context, setup } from './fakes.js';

const LIST = ['https://a.example', 'https://*.github.io'];

it.each([
  ['a source', () => new SourceProvider(setup({ load: async () => LIST }))],
  ['a look-up', () => new LookupProvider(setup({ lookUp: async () => LIST }))],
])('the entries of %s are judged by the checks that a policy would have', async (_, make) => {
  const allowlist = make();
  const judged = new JudgedProvider(allowlist, checks());
  const views = [judged.under(checks()), judged.under(checks({ credentials: true }))];
  await allowlist.start();
  const answers = (origin: string) => Promise.all(views.map(async (view) => view.ask(origin, context({ origin }))));
  expect(await answers('https://a.example')).toEqual([true, true]);
  expect(await answers('https://me.github.io')).toEqual([true, false]);
  await allowlist.stop();
});
