/** The lowest version that a range of the manifest admits: `^11.1.4 || ^12.0.0` → `11.1.4`. */
const lowest = (range) => /\d+(\.\d+)*/.exec(range)[0];

/** Lowers the peers and dependencies of the package to their lowest versions, also indirect ones. */
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
 * The apps of test/consumers, and variations of them, which differ in what is installed and are tried on this Node only.
 * - `test`: the npm script that tests the app on a version of Node; by default `test:e2e`
 * - `change`: what becomes of its package.json, given that and the package's own
 * - `install`: more arguments of `npm install`
 */
export const consumers = [
  { name: 'nest11-cjs-jest' },
  { name: 'nest11-cjs-fastify' },
  { name: 'nest12-esm-vitest' },
  { name: 'nest12-esm-fastify' },
  // Nest 12 is made of ES modules. Jest can require them from Node 24.9 on, Node and its own test runner from 20.19 on.
  { name: 'nest12-cjs', test: ({ major, minor }) => (major * 1000 + minor >= 24_009 ? 'test:e2e' : 'test:node') },
  { name: 'nest11-cjs-fastify', variation: 'lowest peers', change: atItsLowest },
  // As pnpm lays packages out: each sees what it declares, and nothing else.
  { name: 'nest12-esm-fastify', variation: 'strict layout', install: ['--install-strategy=linked'] },
];
