// A test runner of Stryker. It runs the specs in its own process: a mutant takes milliseconds, with Stryker's runner of Jest
// seconds, because Jest loads every module anew.
import { join } from 'node:path';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { bundle } from './bundle.js';
import { Spec } from './spec.js';

/** What the instrumented code reads and writes. */
const instrumented = (globalThis.__stryker__ ??= {});

class SpecRunner {
  #files;
  #specs = [];

  constructor(options) {
    this.#files = options.specs;
  }

  capabilities() {
    // Each run evaluates the code anew.
    return { reloadEnvironment: true };
  }

  async init() {
    this.#specs = this.#files.map((file) => new Spec(file));
    const pathOf = await bundle(this.#specs.map(({ file }) => file));
    for (const spec of this.#specs) {
      await spec.load(pathOf(spec.file));
    }
  }

  /** Runs all tests, and collects which mutants each of them reaches. */
  async dryRun() {
    const tests = [];
    const perTest = {};
    for (const spec of this.#specs) {
      const coverage = (instrumented.mutantCoverage = { static: {}, perTest: {} });
      const results = await spec.run({
        all: true,
        timeout: 60_000,
        started: (id) => (instrumented.currentTestId = id),
      });
      for (const { id, name, ms, error } of results) {
        if (error !== undefined) {
          return { status: DryRunStatus.Error, errorMessage: `${id}\n${error}` };
        }
        tests.push({ id, name, timeSpentMs: ms, fileName: join(process.cwd(), spec.file), status: TestStatus.Success });
        // Code that runs while a file is loaded is reached by all tests of the file.
        perTest[id] = { ...coverage.static, ...coverage.perTest[id] };
      }
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const wanted = testFilter && new Set(testFilter);
    let ran = 0;
    Object.assign(instrumented, { activeMutant: activeMutant.id, hitCount: 0, hitLimit, currentTestId: undefined });
    try {
      for (const spec of this.#specs) {
        if (wanted !== undefined && !testFilter.some((id) => id.startsWith(`${spec.file}: `))) {
          continue;
        }
        const results = await spec.run({ isWanted: (id) => wanted?.has(id) ?? true });
        ran += results.length;
        const failed = results.filter(({ error }) => error !== undefined);
        if (instrumented.hitCount > hitLimit) {
          return { status: MutantRunStatus.Timeout, reason: 'a loop that does not end' };
        }
        if (failed.length > 0) {
          const [{ id, error }] = failed;
          return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: error, nrOfTests: ran };
        }
      }
      return { status: MutantRunStatus.Survived, nrOfTests: ran };
    } finally {
      instrumented.activeMutant = undefined;
    }
  }
}

const create = (options) => new SpecRunner(options);
create.inject = ['options'];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'specs', create)];
