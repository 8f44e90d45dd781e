// Files, exports and dependencies that nothing uses: `npm run check:unused`.

/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'lib/*.ts',
    // Programs that are started by their name.
    'tools/*.js',
    'tools/boot/*.{cjs,mjs}',
    'tools/mutation/test-runner.js',
    'bench/*.js',
    'bench/sockets/{load,server}.js',
    'test/fuzz/main.ts',
    'sample/*/src/main.ts',
    'sample/recipes/src/*.ts',
    'sample/03-database/src/instance.ts',
    // `npm run test:slow` names it.
    'jest.slow.config.js',
    // `nest add` loads it: dist/schematics.json names it.
    'lib/tooling/cli/migrate/migration.ts',
    // Browsers load them.
    'lib/tooling/devtools/page/{main.tsx,tester/document.ts}',
    // The types that the page and its server share.
    'lib/tooling/devtools/protocol.ts',
    'sample/01-quickstart/pages/*.js',
    // VitePress loads them, which docs/package.json installs.
    'docs/.vitepress/config.js',
    'docs/playground/index.ts',
    // esbuild bundles it for the documentation.
    'docs/playground/worker.ts',
    // The tests and the packed package load them by their path.
    'test/fixtures/**/*.{js,cjs}',
    'test/package/consumer.ts',
  ],
  // The apps of test/consumers are packages of their own: tools/check-consumers.js installs and compiles them.
  project: ['**/*.{js,cjs,mjs,ts,tsx,cts}', '!test/consumers/**', '!docs/.vitepress/theme/**'],
  // Packages whose files are found with `createRequire().resolve()` or by a name in a table; and the peer of @nestjs/apollo
  // that Express 5 asks for.
  ignoreDependencies: ['@arethetypeswrong/cli', 'axe-core', 'router-2-2', '@as-integrations/express5'],
  ignoreIssues: {
    // A failing fuzz prints a test that calls `tryApp`.
    'test/fuzz/fuzz.ts': ['exports'],
    // tools/site/playground.js puts it into the place of another file.
    'docs/playground/model/public-suffixes.ts': ['exports'],
  },
  // A type that an exported function of the same file takes or returns may be exported too.
  ignoreExportsUsedInFile: { interface: true, type: true },
};
