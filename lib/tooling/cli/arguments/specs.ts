/** One option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** The placeholder for its value in the help: `<name>`. */
  readonly value?: string;
  readonly about: string;
}

/** A command, its arguments, and what its help says. */
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** The one argument that it takes. */
  readonly argument: string;
  /** The argument where none is given. */
  readonly fallback?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Options that have to be given. */
  readonly required: readonly string[];
  /** Paragraphs after the options. */
  readonly notes: readonly string[];
  readonly examples: readonly string[];
}

const JSON_OPTION: OptionSpec = { type: 'boolean', about: 'print JSON' };
const WATCH: OptionSpec = { type: 'boolean', about: 'answer anew whenever a file changes that the app has loaded' };
const TIMEOUT: OptionSpec = { type: 'string', value: '<seconds>', about: 'give up after this many seconds' };

/** Options for finding and booting the app. */
const APP_OPTIONS = {
  export: {
    type: 'string',
    value: '<name>',
    about: 'which export is the root module; by default the default export, AppModule, or the only one that fits',
  },
  platform: {
    type: 'string',
    value: 'express|fastify',
    about: 'which platform to start the app on; by default the one that is installed',
  },
  setup: {
    type: 'string',
    value: '<file>',
    about: 'a compiled file that exports a function (app) => …, for what main.ts does: prefix, versioning, …',
  },
  'global-prefix': { type: 'string', value: '<prefix>', about: 'app.setGlobalPrefix(prefix), without a setup file' },
  preview: {
    type: 'boolean',
    about: 'do not create the providers: no database is needed, and origins are shown by the name of their provider',
  },
  verbose: { type: 'boolean', about: "show the app's own log, on the standard error" },
  timeout: { ...TIMEOUT, about: 'give up if the app has not started after this many seconds (30)' },
} satisfies Record<string, OptionSpec>;

/** Options for the request of a page. */
const REQUEST_OPTIONS = {
  origin: { type: 'string', value: '<origin>', about: "the page's origin: https://app.example" },
  method: { type: 'string', value: '<method>', about: 'the method of the request (GET)' },
  header: {
    type: 'string',
    multiple: true,
    value: "'<Name>: <value>'",
    about: 'a header that the page sets; may be repeated',
  },
  credentials: { type: 'boolean', about: "credentials: 'include', with cookies" },
} satisfies Record<string, OptionSpec>;

const MODULE_NOTE =
  'The file is the main file or a bundle of it (dist/main.js), which runs as it is until the app would listen; or the ' +
  'compiled root module (dist/app.module.js), whose app the command starts itself with NestFactory.create() and ' +
  'app.init(). Nothing ever listens. The output of the app goes to the standard error.';

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'routes',
    about: 'list every route with the policy that reaches it',
    argument: '<compiled file>',
    options: {
      ...APP_OPTIONS,
      method: { type: 'string', value: '<method>', about: 'only routes that answer it' },
      path: { type: 'string', value: '<text>', about: 'only routes whose path contains it' },
      policy: { type: 'string', value: '<name>', about: "only routes under it; 'none' for those without one" },
      watch: WATCH,
      json: JSON_OPTION,
      markdown: { type: 'boolean', about: 'print a Markdown table' },
    },
    required: [],
    notes: [MODULE_NOTE, 'Exit code: 0, or 2 if the app cannot be started.'],
    examples: [
      'cors-policy routes dist/main.js',
      'cors-policy routes dist/main.js --policy none',
      'cors-policy routes dist/main.js --watch',
    ],
  },
  {
    name: 'explain',
    about: 'say what a browser would do with a request, and why',
    argument: '<compiled file>',
    options: {
      url: { type: 'string', value: '<url or path>', about: 'what the page requests; of ws: or wss:, a WebSocket' },
      ...REQUEST_OPTIONS,
      'web-socket': { type: 'boolean', about: 'the page opens a WebSocket' },
      namespace: { type: 'string', value: '<name>', about: 'the namespace of socket.io that it joins: /admin' },
      ...APP_OPTIONS,
      json: JSON_OPTION,
    },
    required: ['url'],
    notes: [
      MODULE_NOTE,
      'Exit code: 0 if the page gets the response, 1 if the browser blocks it, 2 if the app cannot be started.',
    ],
    examples: [
      'cors-policy explain dist/main.js --url /orders/1 --method PUT --origin https://app.example --credentials',
    ],
  },
  {
    name: 'check',
    about: 'compare what the app answers with a snapshot in the repository',
    argument: '<compiled file>',
    options: {
      snapshot: { type: 'string', value: '<file>', about: 'the snapshot (cors-policy.snapshot.json)' },
      write: { type: 'boolean', about: 'write the snapshot instead, and print what changes in it' },
      strict: { type: 'boolean', about: 'fail for any difference, not only for a wider grant' },
      ...APP_OPTIONS,
      watch: WATCH,
      json: JSON_OPTION,
    },
    required: [],
    notes: [
      MODULE_NOTE,
      'It compares the answers, not the configuration. So it sees a new order of routes and entries, what a removed rule had ' +
        'hidden, defaultPolicy, and which requests the server refuses (enforce).',
      'Exit code: 0 if no grant is wider than in the snapshot, 1 if one is (or may be: a provider, function or ' +
        'expression that was not there before), 2 if the app cannot be started or the snapshot cannot be read.',
      'A grant that is narrower, or gone, is shown and passes. Until the snapshot is written again it may come back ' +
        'unseen; --strict asks for a snapshot that is always up to date.',
      'In a GitHub action the differences become annotations and a step summary.',
    ],
    examples: ['cors-policy check dist/main.js --write', 'cors-policy check dist/main.js'],
  },
  {
    name: 'migrate',
    about: 'replace enableCors(), cors() and the option cors by policies that grant no more; shows a diff',
    argument: '[src/main.ts]',
    fallback: 'src/main.ts',
    options: { write: { type: 'boolean', about: 'write the files, after the diff' } },
    required: [],
    notes: [
      'It reads the main file, and what that imports by relative paths and by `paths` of tsconfig.json, with the TypeScript of the ' +
        'project. It runs nothing.',
      'A policy never grants more than the code that it replaces. What is not certain stays as it is, with a comment that says ' +
        'why. Every difference is listed on the standard error; the diff is on the standard output.',
      'Exit code: 0, or 2 if there is no app to migrate, or no TypeScript to read it with.',
    ],
    examples: ['cors-policy migrate', 'cors-policy migrate apps/shop/src/main.ts --write'],
  },
  {
    name: 'probe',
    about:
      'send the preflight and the request, or the handshake of a WebSocket, to a running server, and judge its answers',
    argument: '<url>',
    options: {
      ...REQUEST_OPTIONS,
      data: { type: 'string', value: '<text>', about: 'the body of the request' },
      follow: { type: 'boolean', about: 'follow redirects as a browser does, wherever they lead' },
      'preflight-only': { type: 'boolean', about: 'send the preflight, but not the request' },
      timeout: { ...TIMEOUT, about: 'give up on an answer after so many seconds (10)' },
      json: JSON_OPTION,
    },
    required: ['origin'],
    notes: [
      'The request is really sent if its preflight is granted: use a method that does no harm, or --preflight-only. ' +
        'Cookies are never sent, not even with --credentials: that option only judges the answers as for a request with cookies.',
      'Exit code: 0 if a page gets the response, 1 if the browser blocks it, 2 if the server cannot be reached, ' +
        'or redirects and --follow is not given.',
    ],
    examples: [
      "cors-policy probe https://api.example/orders/1 --origin https://app.example --method PUT --header 'X-Page: 2'",
    ],
  },
  {
    name: 'completion',
    about: 'print a script by which your shell completes this command',
    argument: 'bash|zsh|fish',
    options: {},
    required: [],
    notes: [
      'The shell completes cors-policy where it is on the path: installed with --global, or with node_modules/.bin on it.',
      'Exit code: 0, or 2 for another shell.',
    ],
    examples: [
      'source <(cors-policy completion bash)    # in ~/.bashrc',
      'source <(cors-policy completion zsh)     # in ~/.zshrc, after compinit',
      'cors-policy completion fish > ~/.config/fish/completions/cors-policy.fish',
    ],
  },
];
