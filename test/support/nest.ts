import { createRequire } from 'node:module';

/** The major version of Nest in this test run. `node tools/test-nest.js ^11.0.0` runs the tests on an older version. */
export const NEST = Number.parseInt(
  (createRequire(import.meta.url)('@nestjs/core/package.json') as { version: string }).version,
  10,
);
