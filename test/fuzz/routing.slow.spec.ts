import * as library from '../../lib/index.js';
import { fuzzRouting } from './fuzz.js';

/** The fixed seed, so that a build fails only because of a change. `npm run fuzz` takes another seed each time. */
const seed = Number(process.env.CORS_FUZZ_SEED ?? 1);
const apps = Number(process.env.CORS_FUZZ_APPS ?? 200);

test.each(['express', 'fastify'] as const)(
  'on %s, random apps answer each request and each preflight for the handler that serves it',
  async (platform) => {
    const report = await fuzzRouting(library, { platform, apps: apps / 2, seed, requestsPerApp: 24 });
    expect(report.apps).toBe(apps / 2);
  },
  300_000,
);
