// The walls of the building (CONTRIBUTING.md has the picture): `npm run arch` fails where an import runs against an
// arrow. Type imports count as imports. test/package/architecture.spec.ts shows that each rule bites.

/** What each room may use besides itself. */
const rooms = {
  core: [],
  allowlists: ['core'],
  postgres: ['core', 'allowlists'],
  redis: ['core', 'allowlists'],
  typeorm: ['core', 'allowlists', 'module'],
  routing: ['core'],
  platform: ['core'],
  module: ['core', 'allowlists', 'routing', 'platform'],
  testing: ['core', 'module'],
  devtools: ['core', 'module'],
  cli: ['core', 'module'],
};

/** Files that a user may import, one for each entry of the package: what none of them reaches is dead. */
const entries = '^lib/[a-z-]+\\.ts$';

const anyRoom = `^lib/(${Object.keys(rooms).join('|')})/`;

const walls = Object.entries(rooms).map(([room, others]) => ({
  name: `${room}-uses-only-${others.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^lib/${room}/` },
  to: { path: '^lib/', pathNot: `^lib/(${[room, ...others].join('|')})/` },
}));

// A package is matched where it was found, at its types, or by its bare name if it is not installed.
const packaged = (names) => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...walls,
    {
      name: 'core-is-pure',
      comment: 'No packages and no Node API: the core is data in, data out.',
      severity: 'error',
      from: { path: '^lib/core/' },
      to: { pathNot: '^lib/' },
    },
    {
      name: 'every-file-has-a-room',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: [anyRoom, entries] },
    },
    {
      name: 'lib-stands-alone',
      comment: 'Nothing outside lib is shipped, and the package does not import itself.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { pathNot: '^lib/|(^|/)node_modules/', dependencyTypes: ['local', 'localmodule', 'aliased'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^lib/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^lib/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { path: entries },
      to: { path: '^lib/', pathNot: entries, reachable: false },
    },
    {
      name: 'platform-packages-as-types-only',
      comment: 'An application has one platform: importing the code of the other would fail at its boot.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: packaged(['@nestjs/platform-[^/]+', 'express(-serve-static-core)?', 'fastify', '@fastify/[^/]+']),
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'platform-routers-in-one-place',
      comment: 'The libraries behind Fastify are loaded lazily, by the file that chooses the platform.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/module/boot/platforms\\.ts$' },
      to: { path: packaged(['find-my-way', 'path-to-regexp']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'platform-routers-lazily',
      comment: 'An app on Express has neither of them.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: packaged(['find-my-way', 'path-to-regexp']), dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'declared-packages-only',
      comment: 'What runs in a user application must be among dependencies or peerDependencies.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'type-only'],
      },
    },
    {
      name: 'tldts-in-one-file',
      comment: 'The list of public suffixes is data that can be swapped for another source.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/module/configuration/public-suffix\\.ts$' },
      to: { path: packaged(['tldts']) },
    },
    {
      name: 'pg-in-its-room',
      comment: 'Optional: only who imports the entry of the room must have it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/postgres/' },
      to: { path: packaged(['pg']) },
    },
    {
      name: 'redis-in-its-room',
      comment: 'Optional, as pg is.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/redis/' },
      to: { path: packaged(['ioredis']) },
    },
    {
      name: 'typeorm-in-its-room',
      comment: 'Optional, as pg is.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/typeorm/' },
      to: { path: packaged(['typeorm']) },
    },
    {
      name: 'nest-internals-in-one-file',
      comment: 'Deep paths of Nest are private; the one file that reaches there says why and for which versions.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/module/boot/nest-internals\\.ts$' },
      to: {
        path: packaged(['@nestjs/(core|common)']),
        pathNot: '@nestjs/(core|common)(/index\\.js|/index\\.d\\.ts)?$',
      },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // `specify` keeps type imports apart from the others.
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
