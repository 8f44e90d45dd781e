// For each package manager, the commands that the quickstart needs. npx installs pnpm and Yarn.
const npx = (name, version, bin = name) => ['npx', '--yes', `--package=${name}@${version}`, bin];

/**
 * Settings of Yarn for Plug'n'Play: there is no node_modules folder, and a package finds only the packages that it declares.
 * Two packages of a new Nest app declare a peer that the app does not install. These settings add it.
 */
const PLUG_AND_PLAY = `nodeLinker: pnp
enableTelemetry: false
packageExtensions:
  "ts-jest@*":
    dependencies:
      jest-util: "*"
  "vite-tsconfig-paths@*":
    dependencies:
      vite: "*"
`;

/**
 * - `install`: installs the packages of package.json
 * - `add`: adds packages
 * - `run`: runs a script of package.json
 * - `exec`: runs the command of an installed package
 * - `files`: files that the app needs before the first install
 * - `hasSchematics`: true: `nest add` is tried too. It does not depend on the package manager
 * - `node`: the version of Node that the package manager needs, if it does not work on the current one
 */
export const managers = {
  npm: {
    install: ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'],
    add: ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'],
    run: ['npm', 'run', '--silent'],
    exec: ['npx', '--no-install'],
    files: {},
    hasSchematics: true,
  },
  pnpm: {
    install: [...npx('pnpm', '^10'), 'install', '--no-frozen-lockfile'],
    add: [...npx('pnpm', '^10'), 'add'],
    run: [...npx('pnpm', '^10'), '--silent', 'run'],
    exec: [...npx('pnpm', '^10'), 'exec'],
    files: {},
  },
  yarn: {
    install: [...npx('@yarnpkg/cli-dist', '^4', 'yarn'), 'install', '--no-immutable'],
    add: [...npx('@yarnpkg/cli-dist', '^4', 'yarn'), 'add'],
    run: [...npx('@yarnpkg/cli-dist', '^4', 'yarn'), 'run'],
    exec: [...npx('@yarnpkg/cli-dist', '^4', 'yarn'), 'run'],
    files: { '.yarnrc.yml': PLUG_AND_PLAY, 'yarn.lock': '' },
    // Apps and commands of Nest `require()` ES modules. On an earlier Node, Plug'n'Play does not find their imports.
    node: '24',
  },
};
