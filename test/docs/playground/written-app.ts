import { All, Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import {
  type CorsModule,
  type CorsModuleOptions,
  CorsPolicy,
  type CorsPolicyOptions,
  NoCors,
} from '../../../lib/index.js';
import fc from '../../support/fast-check.js';

/** A CORS decorator, as data. */
type Decoration =
  | { readonly kind: 'policy'; readonly args: readonly (string | CorsPolicyOptions)[] }
  | { readonly kind: 'closed'; readonly args: readonly { readonly enforce: boolean }[] };

interface HandlerModel {
  readonly verb: keyof typeof VERBS;
  readonly path: string | readonly string[] | undefined;
  readonly cors: Decoration | undefined;
}

interface ControllerModel {
  readonly path: string | readonly string[] | undefined;
  readonly cors: Decoration | undefined;
  readonly handlers: readonly HandlerModel[];
}

/** An app, of which both a text and a real app of Nest can be made. */
export interface AppModel {
  readonly options: CorsModuleOptions;
  readonly feature: Parameters<typeof CorsModule.forFeature>[0] | undefined;
  readonly controllers: readonly ControllerModel[];
  readonly prefix?: string | undefined;
}

const VERBS = { Get, Post, Put, Patch, Delete, All };

const ORIGINS = [
  'https://app.example',
  'https://*.shop.example',
  'https://preview-*.shop.example',
  'http://localhost:*',
  'https://a.example, https://b.example',
  '*',
] as const;
/** Entries that the library rejects. */
const WRONG = ['app.example', 'https://app.example/', 'https://*.co.uk', 'null', '', /^https:\/\/x/];

const origin = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...ORIGINS) },
  { weight: 20, arbitrary: fc.uniqueArray(fc.constantFrom(...ORIGINS.slice(0, 5)), { minLength: 1, maxLength: 3 }) },
  { weight: 4, arbitrary: fc.boolean() },
  { weight: 4, arbitrary: fc.constant(/^https:\/\/[a-z]+\.team\.example$/) },
  { weight: 1, arbitrary: fc.constantFrom(...WRONG) },
);

const refinement = fc.record(
  {
    credentials: fc.constant(false),
    methods: fc.uniqueArray(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'), { minLength: 1 }),
    allowedHeaders: fc.constantFrom('*', ['Content-Type'], ['X-Api-Key', 'Authorization'], 'X-Api-Key'),
    exposedHeaders: fc.oneof(
      { weight: 19, arbitrary: fc.constant(['ETag']) },
      { weight: 1, arbitrary: fc.constant('*') },
    ),
    maxAge: fc.oneof({ weight: 19, arbitrary: fc.constantFrom(0, 600) }, { weight: 1, arbitrary: fc.constant(-2) }),
    enforce: fc.constantFrom(true, false, 'fetch-metadata' as const),
    resourcePolicy: fc.constantFrom('same-site' as const),
  },
  { requiredKeys: [] },
);

const policy: fc.Arbitrary<CorsPolicyOptions> = fc
  .record({ origin, fields: refinement, credentials: fc.constantFrom(true, true, true, undefined) })
  .map(({ origin, fields, credentials }) => ({
    origin,
    ...fields,
    ...(origin === '*' || origin === true || credentials === undefined ? {} : { credentials }),
  }));

const NAMES = ['app', 'partner', 'unknown'] as const;
const name = fc.oneof(
  { weight: 49, arbitrary: fc.constantFrom('app', 'partner') },
  { weight: 1, arbitrary: fc.constant(NAMES[2]) },
);

/** Without a default policy, a decorator that only refines has nothing to refine, and stops startup. */
const decoration: fc.Arbitrary<Decoration | undefined> = fc.oneof(
  fc.constant(undefined),
  name.map((each): Decoration => ({ kind: 'policy', args: [each] })),
  refinement.map((each): Decoration => ({ kind: 'policy', args: [each] })),
  fc.tuple(name, refinement).map((args): Decoration => ({ kind: 'policy', args })),
  fc.constantFrom<Decoration>({ kind: 'closed', args: [] }, { kind: 'closed', args: [{ enforce: true }] }),
);

const PATHS = [undefined, '', '/', 'orders', '/orders/', 'orders/:id', ':id', 'files/*path', 'a{/:b}', ['x', 'y']];
const path = fc.constantFrom(...PATHS);

const handler = fc.record({
  verb: fc.constantFrom(...(Object.keys(VERBS) as HandlerModel['verb'][])),
  path,
  cors: decoration,
});

const rule = fc.record({
  path: fc.constantFrom('/graphql', '/orders', '/orders/:id', '/files/*path', '/Assets'),
  policy: fc.oneof(name, policy),
});

export const app: fc.Arbitrary<AppModel> = fc.record({
  options: fc.record(
    {
      policies: fc.record({ app: policy }),
      defaultPolicy: fc.oneof(name, policy, policy, fc.constant(undefined)),
      routes: fc.array(rule, { maxLength: 2 }),
    },
    { requiredKeys: ['policies', 'defaultPolicy'] },
  ),
  feature: fc.record({ policies: fc.record({ partner: policy }) }),
  controllers: fc.array(
    fc.record({ path, cors: decoration, handlers: fc.array(handler, { minLength: 1, maxLength: 4 }) }),
    { minLength: 1, maxLength: 2 },
  ),
  prefix: fc.constantFrom(undefined, undefined, 'api', '/api/'),
});

/** The app as a reader of the documentation would write it. */
export function textOf({ options, feature, controllers, prefix }: AppModel): string {
  const written = controllers.map(
    ({ path, cors, handlers }, index) => `
@Controller(${argumentsOf([path])})
${decoratorOf(cors)}export class C${index}Controller {
${handlers.map((each, at) => `  ${decoratorOf(each.cors)}@${each.verb}(${argumentsOf([each.path])})\n  h${at}() {}\n`).join('\n')}}
`,
  );
  return `import { CorsModule, CorsPolicy, NoCors } from 'nestjs-cors-policy';

@Module({
  imports: [CorsModule.forRoot(${literal(options)})${feature === undefined ? '' : `, CorsModule.forFeature(${literal(feature)})`}],
})
export class AppModule {}
${written.join('')}${prefix === undefined ? '' : `app.setGlobalPrefix(${literal(prefix)});\n`}`;
}

function decoratorOf(cors: Decoration | undefined): string {
  return cors === undefined ? '' : `@${cors.kind === 'closed' ? 'NoCors' : 'CorsPolicy'}(${argumentsOf(cors.args)})\n`;
}

function argumentsOf(values: readonly unknown[]): string {
  return values.flatMap((value) => (value === undefined ? [] : [literal(value)])).join(', ');
}

function literal(value: unknown): string {
  if (value instanceof RegExp) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(', ')}]`;
  }
  return typeof value === 'object' && value !== null
    ? `{ ${Object.entries(value)
        .map(([key, each]) => `${key}: ${literal(each)}`)
        .join(', ')} }`
    : JSON.stringify(value);
}

/** The same app in Nest. */
export function classesOf({ controllers }: AppModel): (new () => object)[] {
  return controllers.map((model, index) => {
    const type = { [`C${index}Controller`]: class {} }[`C${index}Controller`]!;
    model.handlers.forEach(({ verb, path, cors }, at) => {
      Object.defineProperty(type.prototype, `h${at}`, {
        value: { [`h${at}`]: () => '' }[`h${at}`],
        writable: true,
        configurable: true,
      });
      const descriptor = Object.getOwnPropertyDescriptor(type.prototype, `h${at}`)!;
      VERBS[verb](path as string)(type.prototype, `h${at}`, descriptor);
      (decorate(cors) as MethodDecorator | undefined)?.(type.prototype, `h${at}`, descriptor);
    });
    (decorate(model.cors) as ClassDecorator | undefined)?.(type);
    Controller(model.path as string)(type);
    return type;
  });
}

function decorate(cors: Decoration | undefined): (ClassDecorator & MethodDecorator) | undefined {
  if (cors === undefined) {
    return undefined;
  }
  return cors.kind === 'closed' ? NoCors(...cors.args) : CorsPolicy(...(cors.args as [string, CorsPolicyOptions]));
}
