import { documentation } from '../../../core/issues/documentation.js';
import type { Migration } from './migrate.js';
import { migrateSources } from './migrate-sources.js';
import { NotMigratable } from './not-migratable.js';
import type { ReadSource } from './sources.js';
import { summarize } from './summary.js';

/** The files of the project, as a schematic sees them: it changes them here, and the CLI writes them at the end. */
interface Tree {
  read(path: string): Uint8Array | null;
  overwrite(path: string, text: string): void;
}

interface Context {
  readonly logger: { info(text: string): void };
}

/** Options of the schematic. `nest add` gives `sourceRoot`. */
interface NestAddOptions {
  readonly sourceRoot?: string;
  /** A project of a monorepo. */
  readonly project?: string;
}

interface NestProject {
  readonly sourceRoot?: string;
  readonly entryFile?: string;
}

interface NestConfiguration extends NestProject {
  readonly projects?: Readonly<Record<string, NestProject>>;
}

/**
 * The schematic of `nest add nestjs-cors-policy`. It replaces CORS that the app turns on, as `cors-policy migrate` does. An app
 * without CORS gets a policy that is closed.
 *
 * @param options what `nest add` gives
 * @throws Error with a sentence that says what to do, where the app is not found or not clear
 */
export function nestAdd(options: NestAddOptions): (tree: Tree, context: Context) => Tree {
  return (tree, { logger }) => {
    const read: ReadSource = (path) => {
      const bytes = tree.read(path);
      return bytes === null ? undefined : Buffer.from(bytes).toString();
    };
    const say = (text: string, items: readonly string[] = []): void =>
      logger.info([text, ...items.map((item) => `  - ${item}`)].join('\n'));
    const main = mainFile(options, read);
    let migration: Migration;
    try {
      migration = migrateSources(process.cwd(), main, read, 'start');
    } catch (error) {
      if (!(error instanceof NotMigratable)) {
        throw error;
      }
      if (!error.isDone) {
        throw new Error(`${error.message}\n${error.advice}`, { cause: error });
      }
      say(`${error.message} Nothing is changed.`);
      return tree;
    }
    migration.files.forEach((text, path) => tree.overwrite(path, text));
    const isStart = migration.replaced.length === 0 && migration.left.every(({ isGateway }) => isGateway);
    if (isStart) {
      say('CorsModule is in the root module. It is closed: no page of another origin may read a response.');
    }
    if (!isStart || migration.left.length > 0) {
      summarize(migration).forEach(({ text, items }) => say(text, items));
    }
    say('Next:', [
      isStart
        ? 'List the origins of your pages in `origin` of the default policy.'
        : 'Read the changes, and run the tests of the app.',
      'Give routes policies of their own with @CorsPolicy().',
      'See what applies where: `npx cors-policy routes`, after a build.',
      `Read on: ${documentation('policies')}`,
    ]);
    return tree;
  };
}

/** The main file of the project that is meant, as nest-cli.json describes it. */
function mainFile({ sourceRoot, project }: NestAddOptions, read: ReadSource): string {
  const text = read('/nest-cli.json') ?? read('/.nest-cli.json') ?? '{}';
  const configuration = JSON.parse(text) as NestConfiguration;
  const projects = Object.entries(configuration.projects ?? {});
  const [, meant] =
    projects.find(([name, each]) => (project === undefined ? each.sourceRoot === sourceRoot : name === project)) ?? [];
  if (project !== undefined && meant === undefined) {
    throw new Error(
      `nest-cli.json has no project ${project}. Its projects: ${projects.map(([name]) => name).join(', ')}.`,
    );
  }
  const folder = meant?.sourceRoot ?? sourceRoot ?? configuration.sourceRoot ?? 'src';
  const path = `/${folder}/${meant?.entryFile ?? configuration.entryFile ?? 'main'}.ts`.replaceAll(/\/{2,}/g, '/');
  if (read(path) === undefined) {
    throw new Error(
      `There is no file ${path.slice(1)}. Name a project that has an app: nest add nestjs-cors-policy --project <name>.`,
    );
  }
  return path;
}
