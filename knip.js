// Files, exports and dependencies that nothing uses: `npm run check:unused`.

/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'lib/*.ts',
    // Programs that are started by their name.
    'tools/*.js',
    'tools/boot/*.{cjs,mjs}',
    'bench/*.js',
    'bench/sockets/{load,server}.js',
    'test/fuzz/main.ts',
    'sample/*/src/main.ts',
    'sample/recipes/src/*.ts',
    'sample/03-database/src/instance.ts',
    // `npm run test:slow` names it.
    'jest.slow.config.js',
    // Browsers load them.
    'lib/tooling/devtools/page/*.js',
    'sample/01-quickstart/pages/*.js',
    // The tests and the packed package load them by their path.
    'test/fixtures/**/*.{js,cjs}',
    'test/package/consumer.ts',
  ],
  // The apps of test/consumers are packages of their own: tools/check-consumers.js installs and compiles them.
  project: ['**/*.{js,cjs,mjs,ts,cts}', '!test/consumers/**'],
  // Packages whose files are found with `createRequire().resolve()` or by a name in a table; and the peer of @nestjs/apollo
  // that Express 5 asks for.
  ignoreDependencies: ['@arethetypeswrong/cli', 'axe-core', 'router-2-2', '@as-integrations/express5'],
  // A failing fuzz prints a test that calls `tryApp`.
  ignoreIssues: { 'test/fuzz/fuzz.ts': ['exports'] },
  // A type that an exported function of the same file takes or returns may be exported too.
  ignoreExportsUsedInFile: { interface: true, type: true },
};
