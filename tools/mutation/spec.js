// Runs the tests of one spec file in this process, with the parts that Jest itself consists of.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { jestExpect as expect } from '@jest/expect';
import { ModernFakeTimers } from '@jest/fake-timers';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

const mocker = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({ config: { rootDir: process.cwd(), fakeTimers: {} }, global: globalThis });

/** The members of `jest` that the specs use. */
const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: () => mocker.restoreAllMocks(),
  useFakeTimers: (options) => timers.useFakeTimers(options),
  useRealTimers: () => timers.useRealTimers(),
  advanceTimersByTime: (ms) => timers.advanceTimersByTime(ms),
  advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
  getTimerCount: () => timers.getTimerCount(),
  setSystemTime: (now) => timers.setSystemTime(now),
};
const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
const globals = { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect, jest };

/** At most this many inputs for a property: most changes show in the first ones. */
const INPUTS = 100;

/** Tests that count their inputs of one kind, and need more of them; and tests of time: the changed code is slower. */
const LEFT_OUT = [
  /^an origin matcher agrees with a search through the list$/,
  /^3\.1: what is accepted never matches a longer string around a match$/,
  /^3\.7: a suggestion is accepted, and allows nothing that the text would not$/,
  /answers at once|read quickly|is linear in its length/,
];

/** fast-check with fewer inputs than a spec asks for. */
function withFewInputs(fc) {
  const assert = (property, options) =>
    fc.assert(property, { ...options, numRuns: Math.min(options?.numRuns ?? INPUTS, INPUTS) });
  return { ...fc, assert };
}

const clocks = [
  'Date',
  ...Object.keys(globalThis).filter((name) => /^(set|clear)(Timeout|Interval|Immediate)$/.test(name)),
];
const realClocks = Object.fromEntries(clocks.map((name) => [name, globalThis[name]]));

/** Undoes what a spec leaves behind: in Jest, each file has globals of its own. */
function restoreGlobals() {
  mocker.restoreAllMocks();
  timers.useRealTimers();
  Object.assign(globalThis, realClocks);
}

/** All tests below a block, in their order. */
function testsOf(block) {
  return block.children.flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));
}

function fullName(test) {
  const names = [];
  for (let part = test; part.parent !== undefined; part = part.parent) {
    names.unshift(part.name);
  }
  return names.join(' ');
}

const textOf = (error) => String(Array.isArray(error) ? (error[0]?.message ?? error[0]) : (error?.message ?? error));

/** A spec file. Each run evaluates the code anew: nothing of an earlier mutant is left in it. */
export class Spec {
  #evaluate;
  #require = createRequire(join(process.cwd(), 'package.json'));

  #title;

  /** @param place the file; after a `#`, a part of the titles of the only tests to run */
  constructor(place) {
    [this.file, this.#title = ''] = place.split('#');
  }

  /** @param path the bundle of the file */
  async load(path) {
    const code = `(function (require, module, exports, address) {${await readFile(path, 'utf8')}\n})`;
    this.#evaluate = new Script(code, {
      filename: join(process.cwd(), this.file),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext();
  }

  #import(name) {
    switch (name) {
      case '@jest/globals':
        return globals;
      case 'fast-check':
        return withFewInputs(this.#require(name));
      default:
        return this.#require(name);
    }
  }

  #define() {
    const module = { exports: {} };
    const address = pathToFileURL(this.file).href;
    this.#evaluate((name) => this.#import(name), module, module.exports, address);
  }

  /**
   * Runs the tests, or only those that `isWanted` names by their id. After the first failure it stops, unless `all` is true.
   *
   * @param started is called with the id of each test that begins, and with `undefined` after the last one
   * @returns each test that ran: its id, its duration in milliseconds, and the text of its error
   */
  async run({ isWanted = () => true, all = false, timeout = 30_000, started = () => {} }) {
    Object.assign(globalThis, globals);
    circus.resetState();
    circus.getState().testTimeout = timeout;
    try {
      this.#define();
    } catch (error) {
      return [{ id: this.file, name: this.file, ms: 0, error: textOf(error) }];
    }
    const state = circus.getState();
    const tests = testsOf(state.rootDescribeBlock);
    const idOf = (test) => `${this.file}: ${fullName(test)}`;
    const chosen = tests.filter(
      (test) =>
        test.mode !== 'skip' &&
        idOf(test).includes(this.#title) &&
        !LEFT_OUT.some((title) => title.test(fullName(test))) &&
        isWanted(idOf(test)),
    );
    const wanted = new Set(chosen);
    for (const test of tests) {
      test.mode = wanted.has(test) ? test.mode : 'skip';
    }
    if (chosen.length === 0) {
      return [];
    }
    const follow = ({ name, test }) => {
      if (name === 'test_start') {
        started(idOf(test));
      } else if (name === 'test_done' && test.errors.length > 0 && !all) {
        for (const later of chosen) {
          later.mode = 'skip';
        }
      }
    };
    // An error that no test awaits. Jest gives it to the test that runs at that time.
    const failing = (error) => (circus.getState().currentlyRunningTest ?? chosen[0]).errors.push(error);
    circus.addEventHandler(follow);
    process.on('uncaughtException', failing);
    process.on('unhandledRejection', failing);
    try {
      await circus.run();
    } finally {
      process.off('uncaughtException', failing);
      process.off('unhandledRejection', failing);
      circus.removeEventHandler(follow);
      restoreGlobals();
      started(undefined);
    }
    const left = state.unhandledErrors.map((error) => ({
      id: this.file,
      name: this.file,
      ms: 0,
      error: textOf(error),
    }));
    const ran = chosen.filter((test) => test.status === 'done');
    return [
      ...ran.map((test) => ({
        id: idOf(test),
        name: fullName(test),
        ms: test.duration ?? 0,
        error: test.errors.length > 0 ? textOf(test.errors[0]) : undefined,
      })),
      ...left,
    ];
  }
}
