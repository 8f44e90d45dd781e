import fc from 'fast-check';
import { fuzzApps } from './arbitrary.js';
import { checkExplained } from './explained.js';
import { type Library, startFuzzApp } from './build.js';
import { Client } from './client.js';
import { startEntries } from './entries.js';
import { type Mismatch, Oracle } from './oracle.js';
import type { FuzzApp, FuzzRequest } from './plan.js';
import { fuzzRequests } from './requests.js';

export interface FuzzOptions {
  readonly platform: FuzzApp['platform'];
  /** The number of apps that start. */
  readonly apps: number;
  readonly seed: number;
  readonly requestsPerApp: number;
}

/** Numbers of the checked apps and requests. */
export interface FuzzReport {
  readonly apps: number;
  readonly requests: number;
}

/** The number of requests of an app that are also explained, each with every version. */
const EXPLAINED = 5;

/** The number of parallel requests to one app. */
const AT_ONCE = 6;

/**
 * Starts random apps and compares the library's decision on each request with the handler that serves the request.
 *
 * @throws Error with the smallest app that fails, as code
 */
export async function fuzzRouting(library: Library, options: FuzzOptions): Promise<FuzzReport> {
  const { platform, apps, seed, requestsPerApp } = options;
  const seen = { apps: 0, requests: 0 };
  let found: { app: FuzzApp; mismatch: Mismatch } | undefined;
  const property = fc.asyncProperty(fuzzApps(platform), fc.integer(), async (app, requestSeed) => {
    // After a failure, each smaller app gets the same failing request.
    const requests = found?.mismatch.request
      ? [found.mismatch.request]
      : fc.sample(fuzzRequests(app), { seed: requestSeed, numRuns: requestsPerApp });
    const mismatch = await tryApp(library, app, requests);
    fc.pre(mismatch !== 'no app');
    seen.apps += 1;
    seen.requests += requests.length;
    if (mismatch !== undefined) {
      found = { app, mismatch };
    }
    return mismatch === undefined;
  });
  const details = await fc.check(property, { numRuns: apps, seed, maxSkipsPerRun: 1_000 });
  if (details.failed) {
    throw new Error(
      found === undefined
        ? `The fuzz itself failed with seed ${seed}: ${details.errorInstance instanceof Error ? details.errorInstance.stack : 'too few apps boot'}`
        : describe(found.app, found.mismatch, seed),
    );
  }
  return seen;
}

/**
 * The first request that fails on an app; `undefined`: no request fails. `'no app'`: the platform does not accept the
 * app.
 */
export async function tryApp(
  library: Library,
  plan: FuzzApp,
  requests: readonly FuzzRequest[],
): Promise<Mismatch | 'no app' | undefined> {
  let running;
  try {
    running = await startFuzzApp(plan, library);
  } catch (error) {
    return (await bootsWithout(plan)) ? notBooted(requests, error) : 'no app';
  }
  const entries = await startEntries(plan);
  const client = new Client(running.port);
  const entriesClient = entries && new Client(entries.port);
  try {
    const oracle = new Oracle(plan, client, entriesClient);
    for (let at = 0; at < requests.length; at += AT_ONCE) {
      const some = await Promise.all(requests.slice(at, at + AT_ONCE).map((request) => answered(oracle, request)));
      const mismatch = some.find((each) => each !== undefined);
      if (mismatch !== undefined) {
        return mismatch;
      }
    }
    for (const request of requests.slice(0, EXPLAINED)) {
      const mismatch = await checkExplained(plan, running.explain!, client, request);
      if (mismatch !== undefined) {
        return mismatch;
      }
    }
    return undefined;
  } finally {
    client.close();
    entriesClient?.close();
    await Promise.all([running.close(), entries?.close()]);
  }
}

/** A request without any answer is also a finding. */
async function answered(oracle: Oracle, request: FuzzRequest): Promise<Mismatch | undefined> {
  try {
    return await oracle.check(request);
  } catch (error) {
    return { request, what: 'the connection', expected: 'an answer', seen: String(error) };
  }
}

async function bootsWithout(plan: FuzzApp): Promise<boolean> {
  try {
    await (await startFuzzApp(plan, undefined)).close();
    return true;
  } catch {
    return false;
  }
}

function notBooted(requests: readonly FuzzRequest[], error: unknown): Mismatch {
  return { request: requests[0]!, what: 'the boot', expected: 'an app, as without the library', seen: String(error) };
}

/** The finding as a test that can be copied into test/http/routing.spec.ts. */
function describe(app: FuzzApp, { request, what, expected, seen }: Mismatch, seed: number): string {
  return [
    `A mismatch, with CORS_FUZZ_SEED=${seed}: ${what}`,
    `  expected: ${expected}`,
    `  seen:     ${seen}`,
    '',
    `const app: FuzzApp = ${literal(app)};`,
    `const request: FuzzRequest = ${literal(request)};`,
    'expect(await tryApp(library, app, [request])).toBeUndefined();',
  ].join('\n');
}

/** The value as code, which is JSON. Short values are on one line. */
function literal(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  if (flat.length + indent.length < 100 || typeof value !== 'object' || value === null) {
    return flat;
  }
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => `${inner}${literal(each, inner)},`)
    : Object.entries(value).map(([key, each]) => `${inner}${key}: ${literal(each, inner)},`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return [open, ...lines, `${indent}${close}`].join('\n');
}
