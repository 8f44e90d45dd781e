// The walls between the folders of lib (docs/architecture.md has the picture): `npm run arch` fails where an import runs against an
// arrow. Type imports count as imports. test/package/architecture.spec.ts shows that each rule bites.

/** What each folder may use besides itself and `core`. An arrow is the only direction in which an import may run. */
const folders = {
  core: [],
  routing: [],
  engine: ['routing'],
  platform: ['engine', 'routing'],
  pipeline: ['engine', 'platform', 'routing'],
  providers: [],
  config: ['providers', 'platform', 'engine', 'routing'],
  discovery: ['config', 'providers', 'platform', 'engine', 'routing'],
  inspect: ['discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
  nest: ['inspect', 'discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
  integrations: ['nest', 'inspect', 'discovery', 'config', 'providers'],
  tooling: ['nest', 'inspect', 'discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
};

/** Files that a user may import, one for each entry of the package: what none of them reaches is dead. */
const entries = '^lib/[a-z-]+\\.ts$';

/** Scripts of the development page: a browser runs them, and the build hands them over as text. */
const PAGE_SCRIPTS = '^lib/tooling/devtools/page/([a-z]+/|main\\.tsx$|assets(\\.d\\.ts|\\.js)$)';

const anyFolder = `^lib/(${Object.keys(folders).join('|')})/`;

const walls = [
  ...Object.entries(folders).map(([folder, others]) => ({
    name: `${folder}-uses-only-${[...others, 'core'].join('-')}`,
    severity: 'error',
    from: { path: `^lib/${folder}/` },
    to: { path: '^lib/', pathNot: `^lib/(${[folder, 'core', ...others].join('|')})/` },
  })),
  // Each of these is behind an entry of its own, so that an app loads no other.
  ...['integrations', 'tooling'].map((folder) => ({
    name: `${folder}-do-not-use-each-other`,
    severity: 'error',
    from: { path: `^lib/${folder}/([^/]+)/` },
    to: { path: `^lib/${folder}/`, pathNot: `^lib/${folder}/$1/` },
  })),
];

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
      name: 'every-file-has-a-folder',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: [anyFolder, entries] },
    },
    {
      name: 'lib-is-independent',
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
      to: { path: '^lib/', pathNot: [entries, PAGE_SCRIPTS], reachable: false },
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
      from: { path: '^lib/', pathNot: '^lib/discovery/platforms\\.ts$' },
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
      from: { path: '^lib/', pathNot: PAGE_SCRIPTS },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'type-only'],
      },
    },
    {
      name: 'page-scripts-are-for-the-browser',
      comment: 'They are bundled as text. What they know of the server are types.',
      severity: 'error',
      from: { path: PAGE_SCRIPTS },
      to: { pathNot: [PAGE_SCRIPTS, '(^|/)node_modules/preact/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-scripts-stay-in-the-browser',
      comment: 'The server sends them as text.',
      severity: 'error',
      from: { path: '^lib/', pathNot: PAGE_SCRIPTS },
      to: { path: PAGE_SCRIPTS, pathNot: '/assets(\\.d\\.ts|\\.js)$' },
    },
    {
      name: 'tldts-in-one-file',
      comment: 'The list of public suffixes is data that can be swapped for another source.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/config/public-suffix-list\\.cts$' },
      to: { path: packaged(['tldts']) },
    },
    {
      name: 'pg-in-its-folder',
      comment: 'Optional: only who imports the entry of the folder must have it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/integrations/postgres/' },
      to: { path: packaged(['pg']) },
    },
    {
      name: 'redis-in-its-folder',
      comment: 'Optional, as pg is.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/integrations/redis/' },
      to: { path: packaged(['ioredis']) },
    },
    {
      name: 'typeorm-in-its-folder',
      comment: 'Optional, as pg is.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/integrations/typeorm/' },
      to: { path: packaged(['typeorm']) },
    },
    {
      name: 'socket-packages-nowhere',
      comment:
        'Optional: gateways are recognised by what they say, servers of socket.io and ws by what they are given.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: packaged(['@nestjs/(websockets|platform-socket\\.io|platform-ws)', 'socket\\.io', 'ws']) },
    },
    {
      name: 'nest-internals-in-one-file',
      comment: 'Deep paths of Nest are private; the one file that reaches there says why and for which versions.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/discovery/nest-internals\\.ts$' },
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
