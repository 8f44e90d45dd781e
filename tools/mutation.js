// Changes the code in many small places, and shows the changes that no test notices: `npm run mutation`. For a part of the
// code: `npm run mutation -- core/decide engine`. It fails if test/mutation-survivors.md does not explain such a change, or
// explains one that a test notices. CONTRIBUTING.md says how long it takes.
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { partsOf } from './mutation/parts.js';
import { changeOf, explainedChanges, LIST } from './mutation/survivors.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '2' }, force: { type: 'boolean', default: false } },
});

const FOLDER = '.artifacts/mutation';

/** Runs Stryker on one part. Results of unchanged code and unchanged specs are taken from the last run. */
function check({ name, files, specs }) {
  const report = `${FOLDER}/${name.replaceAll('/', '-')}`;
  return new Stryker({
    mutate: files,
    specs,
    testRunner: 'specs',
    plugins: [resolve('tools/mutation/test-runner.js')],
    testRunnerNodeArgs: ['--no-warnings'],
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    incremental: true,
    incrementalFile: `${report}.json`,
    force: values.force,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: `${report}.html` },
    tempDirName: `${FOLDER}/sandbox`,
    ignorePatterns: ['/.artifacts', '/.git', '/bench', '/dist', '/docs', '/sample', '/test/consumers'],
    timeoutMS: 8_000, // beside one and a half times the duration of the tests
    dryRunTimeoutMinutes: 20,
    maxTestRunnerReuse: 1_000,
    warnings: { unknownOptions: false },
    allowConsoleColors: false,
    logLevel: 'warn',
  }).runMutationTest();
}

/** The share of noticed changes, in percent. */
const score = (noticed, all) => (all === 0 ? 100 : (100 * noticed) / all).toFixed(1);

const explained = await explainedChanges();
const parts = partsOf(positionals.map((path) => path.replace(/^lib\//, '').replace(/\/$/, '')));
const problems = [];
const rows = [];

for (const part of parts) {
  const began = Date.now();
  const results = await check(part);
  const valid = results.filter(({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status));
  const unnoticed = valid.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const open = new Map();
  for (const mutant of unnoticed) {
    const file = relative('.', mutant.fileName).replaceAll('\\', '/');
    const change = changeOf(await readFile(file, 'utf8'), mutant);
    open.set(file, [...(open.get(file) ?? []), change]);
  }
  let listed = 0;
  for (const file of part.files) {
    const changes = open.get(file) ?? [];
    const known = explained.get(file) ?? new Set();
    const fresh = changes.filter((change) => !known.has(change));
    listed += changes.length - fresh.length;
    const stale = [...known].filter((change) => !changes.includes(change));
    if (fresh.length > 0) {
      problems.push(`${file}: ${fresh.length} changes that no test notices\n\n${fresh.join('\n\n')}\n`);
    }
    if (stale.length > 0) {
      problems.push(`${file}: ${stale.length} changes of ${LIST} that a test notices\n\n${stale.join('\n\n')}\n`);
    }
  }
  rows.push({
    part: part.name,
    changes: valid.length,
    noticed: valid.length - unnoticed.length,
    score: score(valid.length - unnoticed.length, valid.length),
    // Noticed too. On a busy machine, some may be changes that no test notices.
    'timed out': valid.filter(({ status }) => status === 'Timeout').length,
    explained: listed,
    open: unnoticed.length - listed,
    minutes: ((Date.now() - began) / 60_000).toFixed(1),
  });
  console.table(rows);
}

for (const folder of new Set(rows.map(({ part }) => part.split('/')[0]))) {
  const own = rows.filter(({ part }) => part.split('/')[0] === folder);
  const sum = (key) => own.reduce((total, row) => total + row[key], 0);
  console.log(
    `${folder}: ${score(sum('noticed'), sum('changes'))} % of ${sum('changes')} changes, ${sum('explained')} explained`,
  );
}
if (problems.length > 0) {
  console.error(`\n${problems.join('\n')}`);
  process.exitCode = 1;
}
