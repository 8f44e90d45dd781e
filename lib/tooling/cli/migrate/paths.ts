import { dirname, join } from 'node:path';
import type { ReadSource, TypeScript } from './sources.js';

/** The options of a `tsconfig.json` that say where an import leads. */
interface ImportOptions {
  /** The folder that `paths` and plain names are relative to. */
  readonly base: string | undefined;
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** Most files that extend each other. */
const DEPTH = 10;

/**
 * Reads `paths` and `baseUrl` of the nearest `tsconfig.json` above a folder that has one of them.
 *
 * @returns the places, without their ending, that an import may lead to
 */
export function readPaths(
  typescript: TypeScript,
  folder: string,
  read: ReadSource,
): (specifier: string) => readonly string[] {
  for (let at = folder; ; at = dirname(at)) {
    const options = readOptions(typescript, join(at, 'tsconfig.json'), read, DEPTH);
    if (options !== undefined || at === dirname(at)) {
      return (specifier) => (options === undefined ? [] : placesOf(specifier, options));
    }
  }
}

function readOptions(typescript: TypeScript, file: string, read: ReadSource, depth: number): ImportOptions | undefined {
  const text = read(file);
  if (text === undefined || depth === 0) {
    return undefined;
  }
  const { config } = typescript.parseConfigFileTextToJson(file, text) as {
    config?: { extends?: string | string[]; compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> } };
  };
  const folder = dirname(file);
  const { baseUrl, paths } = config?.compilerOptions ?? {};
  // What is written last applies. A configuration of a package has no paths of the project.
  const inherited = [config?.extends ?? []]
    .flat()
    .filter((each) => each.startsWith('.'))
    .map((each) => readOptions(typescript, join(folder, each.replace(/(?:\.json)?$/, '.json')), read, depth - 1))
    .findLast((each) => each !== undefined);
  const base = baseUrl === undefined ? inherited?.base : join(folder, baseUrl);
  if (paths === undefined) {
    return base === undefined ? inherited : { base, paths: inherited?.paths ?? {} };
  }
  const absolute = Object.entries(paths).map(
    ([pattern, targets]) => [pattern, targets.map((target) => join(base ?? folder, target))] as const,
  );
  return { base, paths: Object.fromEntries(absolute) };
}

/** The targets of the pattern with the longest part before its `*`, else the name below `baseUrl`. */
function placesOf(specifier: string, { base, paths }: ImportOptions): readonly string[] {
  const matches = Object.keys(paths).flatMap((pattern) => {
    const [before = '', after] = pattern.split('*');
    const fits =
      after === undefined
        ? specifier === pattern
        : specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
    return fits ? [{ pattern, before, after }] : [];
  });
  const exact = matches.find(({ after }) => after === undefined);
  const match = exact ?? matches.sort((a, b) => b.before.length - a.before.length)[0];
  if (match === undefined) {
    return base === undefined ? [] : [join(base, specifier)];
  }
  const { pattern, before, after = '' } = match;
  const rest = specifier.slice(before.length, specifier.length - after.length);
  return paths[pattern]!.map((target) => target.replace('*', () => rest));
}
