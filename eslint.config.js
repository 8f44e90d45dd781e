import { defineConfig, globalIgnores } from 'eslint/config';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Globals that would give the core a clock, a scheduler, a process or the network. `URL` is a pure parser. */
const impureGlobals = [
  'Buffer',
  'Date',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'global',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

const nodeGlobals = [
  ...['Buffer', 'Request', 'URL', 'clearTimeout', 'console', 'fetch', 'performance', 'process', 'setTimeout'],
];

const browserGlobals = [
  ...['AbortSignal', 'Node', 'TextDecoder', 'URLSearchParams', 'addEventListener', 'document', 'location', 'parent'],
  ...['TextEncoder', 'WebSocket', 'btoa', 'setInterval'],
];

export default defineConfig(
  globalIgnores(['**/dist/', '.artifacts/', 'coverage/', 'docs/public/worker/', 'lib/tooling/devtools/page/assets.js']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'object-shorthand': 'error',
      // The grammars of HTTP and of origins speak of control characters.
      'no-control-regex': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
  },
  {
    // The scripts of the development page run in a browser.
    files: ['lib/tooling/devtools/page/*.js'],
    languageOptions: { globals: Object.fromEntries(browserGlobals.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A name and a docstring for a type of Nest's.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // The compiler reports these, with the same allowance for names that begin with `_`.
      '@typescript-eslint/no-unused-vars': 'off',
      // A method that implements a port is often async without an await of its own.
      '@typescript-eslint/require-await': 'off',
      // Handlers are compared and looked up as functions, and Nest's own types leave `any` in applications.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['test/**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'fast-check', message: 'test/support/fast-check.ts makes its runs repeatable.' },
      ],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.tsx'],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration:has(ImportDefaultSpecifier):has(ImportSpecifier[importKind="type"])',
          message: 'Two imports, please: dependency-cruiser takes this one for an import of types only.',
        },
      ],
    },
  },
  {
    // The development page: a browser has none of Node's globals, and all that the app sends is shown as text.
    files: ['lib/tooling/devtools/page/*/**/*.{ts,tsx}', 'lib/tooling/devtools/page/main.tsx'],
    rules: {
      'no-restricted-globals': ['error', 'Buffer', 'process', 'global', 'require', 'setImmediate'],
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({ property })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Show it as text.' },
      ],
    },
  },
  {
    files: ['lib/core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...impureGlobals.map((name) => ({ name, message: 'The core is pure: data in, data out (no clock, no I/O).' })),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|failing|todo)$/]',
          message: 'A focused or skipped test hides others. For a service that may be missing there is describeWith().',
        },
        {
          selector: 'CallExpression[callee.name=/^(fdescribe|fit|xdescribe|xit|xtest)$/]',
          message: 'A focused or skipped test hides others.',
        },
      ],
      // Bodies of responses and payloads that are wrong on purpose have no types.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // What they import is installed only in the copies that tools/check-consumers.js makes, and compiled there.
    files: ['test/consumers/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      // An import that is only a type to the linter is a token of dependency injection to Nest.
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
);
