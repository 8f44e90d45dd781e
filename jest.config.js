// Types are checked by `npm run typecheck`; swc only strips them.
const SWC = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The tests are ES modules, as Nest 12 is: hence `--experimental-vm-modules` in `npm test`.
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^(\\.{1,2}/.*list)\\.cjs$': '$1.cts' },
  // Jest reads every package.json below these folders. In the other folders, a build beside it removes files as it reads.
  roots: ['<rootDir>/lib', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // Suites that start processes, browsers and servers of their own, or flood them: `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '\\.slow\\.spec\\.ts$'],
  maxWorkers: '100%',
  // The modules of a spec file are never freed. A quarter of the processor's time went to the search for garbage in them.
  workerIdleMemoryLimit: '512MB',
  // No test is about time: the limit is for one that hangs, also on a busy machine.
  testTimeout: 30_000,
  globalSetup: '<rootDir>/test/support/detect-services.js',
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { ...SWC, module: { type: 'es6' } }],
    '^.+\\.cts$': ['@swc/jest', { ...SWC, module: { type: 'commonjs' } }],
  },
};
