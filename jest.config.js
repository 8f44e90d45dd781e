/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The tests are ES modules, as Nest 12 is: hence `--experimental-vm-modules` in `npm test`.
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.artifacts/'],
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/detect-services.js',
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  // Types are checked by `npm run typecheck`; swc only strips them.
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};
