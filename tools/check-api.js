// Compares the public types of the built library with their reports in docs/api, one for each entry of the package. A change
// of the API must change a report, so that a reviewer sees it.
//
//   node tools/check-api.js           fails if a report differs
//   node tools/check-api.js --write   writes the reports
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { build } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const kept = join(root, 'docs', 'api');
const fresh = join(root, '.artifacts', 'api');

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

const none = { logLevel: 'none' };

/** Settings of API Extractor for one entry: it writes a report, and nothing else. */
function settingsOf(types) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { overrideTsconfig: { compilerOptions, files: [join(root, types)] } },
      apiReport: {
        enabled: true,
        reportFileName: `${basename(types, '.d.ts')}.api.md`,
        reportFolder: fresh,
        reportTempFolder: join(fresh, 'temporary'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // The report lists each type that is a part of the API and that its entry does not export.
        extractorMessageReporting: { default: none, 'ae-forgotten-export': { ...none, addToApiReportFile: true } },
        tsdocMessageReporting: { default: none },
      },
    },
  });
}

function writeFresh() {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const settings = Object.values(exports).flatMap((entry) => (entry.import ? [settingsOf(entry.import.types)] : []));
  // One program reads the types of all entries.
  const additionalEntryPoints = settings.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(settings[0], { additionalEntryPoints });
  for (const each of settings) {
    const { errorCount } = Extractor.invoke(each, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => (message.handled = message.logLevel !== 'error'),
    });
    if (errorCount > 0) {
      throw new Error(`API Extractor cannot read ${each.mainEntryPointFilePath}.`);
    }
  }
  rmSync(join(fresh, 'temporary'), { recursive: true, force: true });
}

const reportsIn = (folder) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.api.md')) : [];
const textOf = (folder, name) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;

/** @returns {string[]} names of reports that are out of date, that are missing, or whose entry no longer exists */
export function differingReports(expected, actual) {
  return [...new Set([...reportsIn(expected), ...reportsIn(actual)])]
    .filter((name) => textOf(expected, name) !== textOf(actual, name))
    .sort();
}

async function main(write) {
  await build({ ifStale: true });
  writeFresh();
  if (write) {
    rmSync(kept, { recursive: true, force: true });
    cpSync(fresh, kept, { recursive: true });
    return 0;
  }
  const differing = differingReports(fresh, kept);
  if (differing.length > 0) {
    console.error(
      [
        'The public types of the library differ from their reports:',
        ...differing.map((name) => `  docs/api/${name}`),
        'If you meant to change the API, run `npm run api` and commit what it writes.',
      ].join('\n'),
    );
  }
  return differing.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.includes('--write'));
}
