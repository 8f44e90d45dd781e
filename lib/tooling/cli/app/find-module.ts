import { nearest, quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';

/** A root module, as `NestFactory.create()` takes it: a class under `@Module()`, or a dynamic module. */
export interface FoundModule {
  readonly name: string;
  readonly module: object;
}

/** Metadata keys that `@Module()` leaves on a class. */
const MODULE_KEYS = ['imports', 'controllers', 'providers', 'exports'];

interface DynamicModule {
  readonly module: { readonly name: string };
  readonly imports?: readonly unknown[];
}

/**
 * Finds the app's root module among the exports of a file: the one given by name, the default export, `AppModule`, or
 * else the only module that no other one of them imports.
 *
 * @param exported by name, as `exportsOf` reads them
 * @throws CommandFailure where none or several come into question
 */
export function findModule(exported: ReadonlyMap<string, unknown>, wanted?: string): FoundModule {
  if (wanted !== undefined) {
    return named(exported, wanted);
  }
  const candidates = [...exported].flatMap(([name, value]) => (isModule(value) ? [{ name, module: value }] : []));
  for (const preferred of ['default', 'AppModule']) {
    const found = candidates.find(({ name }) => name === preferred);
    if (found !== undefined) {
      return describe(found);
    }
  }
  const imported = new Set(candidates.flatMap(({ module }) => importsOf(module)));
  const roots = candidates.filter(({ module }) => !imported.has(module));
  // One class may be exported under two names.
  const [root, ...others] = roots.filter((each, at) => roots.findIndex(({ module }) => module === each.module) === at);
  if (root === undefined) {
    const names = [...exported.keys()].map(quote).join(', ') || 'nothing';
    throw new CommandFailure(
      `The file exports no class under @Module(); it exports ${names}.`,
      exported.size === 0
        ? 'It starts no app either. Give the main file, or the file of the root module, such as dist/app.module.js.'
        : 'Give the file of the root module, such as dist/app.module.js. An empty @Module({}) has to be chosen with --export.',
    );
  }
  if (others.length > 0) {
    const names = [root, ...others].map(({ name }) => name);
    throw new CommandFailure(
      `The file exports ${names.length} modules that could be the root: ${names.join(', ')}.`,
      `Choose one: --export ${names[0]}.`,
    );
  }
  return describe(root);
}

/** Reports whether a file exports a class under `@Module()` or a dynamic module: it is a module file then. */
export function exportsModules(exported: ReadonlyMap<string, unknown>): boolean {
  return [...exported.values()].some(isModule);
}

function named(exported: ReadonlyMap<string, unknown>, wanted: string): FoundModule {
  const value = exported.get(wanted);
  if ((typeof value === 'function' || isDynamic(value)) && value !== null) {
    return describe({ name: wanted, module: value });
  }
  if (exported.has(wanted)) {
    throw new CommandFailure(`The export ${quote(wanted)} is neither a class nor a dynamic module.`);
  }
  const meant = nearest(wanted, exported.keys());
  throw new CommandFailure(
    `The file exports no ${quote(wanted)}; it exports ${[...exported.keys()].map(quote).join(', ') || 'nothing'}.`,
    meant === undefined ? undefined : `Did you mean --export ${meant}?`,
  );
}

function describe({ name, module }: FoundModule): FoundModule {
  const type = isDynamic(module) ? module.module : module;
  const own = (type as { readonly name?: unknown }).name;
  return { name: typeof own === 'string' && own !== '' ? own : name, module };
}

function isModule(value: unknown): value is object {
  return (
    isDynamic(value) ||
    (typeof value === 'function' && MODULE_KEYS.some((key) => Reflect.getOwnMetadata?.(key, value) !== undefined))
  );
}

function isDynamic(value: unknown): value is DynamicModule {
  return typeof value === 'object' && value !== null && typeof (value as Partial<DynamicModule>).module === 'function';
}

/** The modules that one imports itself, dynamic ones by their class too. */
function importsOf(module: object): readonly unknown[] {
  const imports = isDynamic(module) ? module.imports : (Reflect.getMetadata('imports', module) as unknown);
  return (Array.isArray(imports) ? (imports as unknown[]) : []).flatMap((each) => {
    const forward = (each as { readonly forwardRef?: unknown } | undefined)?.forwardRef;
    const one: unknown = typeof forward === 'function' ? (forward as () => unknown)() : each;
    return isDynamic(one) ? [one, one.module] : [one];
  });
}
