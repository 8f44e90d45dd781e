/** Returns the lowest version in a range of the manifest: `^11.1.4 || ^12.0.0` → `11.1.4`. */
const lowest = (range) => /\d+(\.\d+)*/.exec(range)[0];

/** Changes the manifest of an app: it gets the lowest versions of the package's peers and dependencies, indirect ones too. */
function atItsLowest(app, { peerDependencies, dependencies }) {
  const versions = Object.fromEntries(
    Object.entries({ ...peerDependencies, ...dependencies }).map(([name, range]) => [name, lowest(range)]),
  );
  const lowered = (ranges) =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => {
        // All packages of Nest have the same version, except @nestjs/config.
        const isNest = name.startsWith('@nestjs/') && name !== '@nestjs/config';
        return [name, versions[isNest ? '@nestjs/core' : name] ?? range];
      }),
    );
  return {
    ...app,
    dependencies: lowered(app.dependencies),
    devDependencies: lowered(app.devDependencies),
    overrides: { 'find-my-way': versions['find-my-way'], tldts: versions.tldts },
  };
}

/**
 * The apps of test/consumers, and variations of them. A variation installs other packages, and runs only on the current Node.
 * - `test`: returns the npm script that tests the app on a version of Node; by default `test:e2e`
 * - `change`: changes the app's package.json; its arguments are that file and the package.json of the library
 * - `install`: more arguments of `npm install`
 */
export const consumers = [
  { name: 'nest11-cjs-jest' },
  { name: 'nest11-cjs-fastify' },
  { name: 'nest12-esm-vitest' },
  { name: 'nest12-esm-fastify' },
  // Nest 12 consists of ES modules. Jest can `require()` these since Node 24.9, Node and its test runner since 20.19.
  { name: 'nest12-cjs', test: ({ major, minor }) => (major * 1000 + minor >= 24_009 ? 'test:e2e' : 'test:node') },
  { name: 'nest11-cjs-fastify', variation: 'lowest peers', change: atItsLowest },
  // The layout of pnpm: a package finds only the packages that it declares.
  { name: 'nest12-esm-fastify', variation: 'strict layout', install: ['--install-strategy=linked'] },
];
