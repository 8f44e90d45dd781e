// Package managers, each as the commands that the quickstart needs. All of them come from npm.
const npx = (name, version, bin = name) => ['npx', '--yes', `--package=${name}@${version}`, bin];

/**
 * Plug'n'Play: there is no node_modules, and a package sees only what it declares. Two packages of a new Nest app declare a
 * peer that the app lacks.
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
 * - `install`: installs what package.json says
 * - `add`: adds packages
 * - `run`: runs a script of package.json
 * - `exec`: runs the command of an installed package
 * - `files`: files that are there before the first install
 * - `node`: the version of Node that it needs, if that is not this one
 */
export const managers = {
  npm: {
    install: ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'],
    add: ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'],
    run: ['npm', 'run', '--silent'],
    exec: ['npx', '--no-install'],
    files: {},
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
    // Earlier ones do not find what an ES module imports if CommonJS requires it, as apps and commands of Nest do.
    node: '24',
  },
};
