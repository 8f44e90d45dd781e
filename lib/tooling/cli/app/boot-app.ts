import type { INestApplication } from '@nestjs/common';
import { basename } from 'node:path';
import {
  CORS_COMMAND_PORT,
  type CorsCommandPort,
  type CorsExplanation,
  type CorsQuestion,
  previewPort,
} from '../../../nest/command-port.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';
import { findModule } from './find-module.js';
import { firstLine, importFile } from './import-file.js';
import type { AppReport, Job, PlatformName } from './job.js';
import { importApp } from './main-file.js';
import { type AppNest, loadNest } from './nest.js';
import { silentAdapter } from './silent-adapter.js';

/** An app that is up, and the answers to what was asked of it. */
export interface BootedApp {
  readonly report: Omit<AppReport, 'version'>;
  close(): Promise<void>;
}

/**
 * Boots the app as its main file would, but without listening, and asks it.
 *
 * @param enter is called for each phase
 * @throws CommandFailure where a step fails
 */
export async function bootApp(job: Job, enter: (phase: string) => void): Promise<BootedApp> {
  enter('being imported');
  const imported = await importApp(job, enter);
  if (imported.kind === 'main') {
    const { port } = imported;
    return {
      report: {
        platform: port.survey().rules.platform as PlatformName,
        module: basename(job.file),
        notes: [],
        survey: port.survey(),
        explanation: job.question && (await explain(port, job.question)),
      },
      // The app is the main file's own: it ends with the process.
      close: () => Promise.resolve(),
    };
  }
  const { name, module } = findModule(imported.exported, job.exportName);
  const nest = await loadNest(job.file, job.platform);
  enter('being created');
  const app = await create(nest, module, job);
  app.useWebSocketAdapter(silentAdapter());
  if (job.globalPrefix !== undefined) {
    app.setGlobalPrefix(job.globalPrefix);
  }
  if (job.setup !== undefined) {
    enter('being set up');
    await setUp(app, job.setup);
  }
  if (![...app.get(nest.core.ModulesContainer).values()].some(({ providers }) => providers.has(CORS_COMMAND_PORT))) {
    throw withoutCors(name);
  }
  enter('being initialised');
  const port = job.preview ? await initPreview(app, nest) : await init(app);
  const explanation = job.question && (await explain(port, job.question));
  return {
    report: { platform: nest.platform, module: name, notes: notesOn(job, nest), survey: port.survey(), explanation },
    close: async () => {
      enter('being closed');
      await app.close();
    },
  };
}

async function create({ factory, createAdapter }: AppNest, module: object, job: Job): Promise<INestApplication> {
  const { preview } = job;
  try {
    return await factory.create(module, createAdapter(), {
      preview,
      abortOnError: false,
      logger: job.verbose
        ? ['log', 'warn', 'error', 'fatal']
        : preview
          ? ['error', 'fatal']
          : ['warn', 'error', 'fatal'],
    });
  } catch (error) {
    throw bootFailure(error, preview);
  }
}

async function setUp(app: INestApplication, file: string): Promise<void> {
  const exported = await importFile(file, basename(file));
  const functions = [...exported].filter(([, value]) => typeof value === 'function');
  const chosen =
    exported.get('default') ?? exported.get('setup') ?? (functions.length === 1 ? functions[0]![1] : undefined);
  if (typeof chosen !== 'function') {
    throw new CommandFailure(
      `${quote(basename(file))} exports no function to set the app up with.`,
      'Export one as default, or as setup: export function setup(app) { app.setGlobalPrefix(…); }',
    );
  }
  try {
    await (chosen as (app: INestApplication) => unknown)(app);
  } catch (error) {
    throw new CommandFailure(`The function of ${quote(basename(file))} failed: ${firstLine(error)}`);
  }
}

async function init(app: INestApplication): Promise<CorsCommandPort> {
  try {
    await app.init();
    return app.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false });
  } catch (error) {
    throw bootFailure(error, false);
  }
}

/**
 * Without providers the app's own CORS module does not exist: the configuration is read from what the modules declare.
 */
async function initPreview(app: INestApplication, { core }: AppNest): Promise<CorsCommandPort> {
  try {
    return await previewPort({
      host: app.get(core.HttpAdapterHost),
      modules: app.get(core.ModulesContainer),
      container: (app as unknown as { readonly container: object }).container,
      init: () => app.init(),
    });
  } catch (error) {
    throw bootFailure(error, true);
  }
}

async function explain(port: CorsCommandPort, question: CorsQuestion): Promise<CorsExplanation> {
  try {
    return await port.explain(question);
  } catch (error) {
    if (error instanceof TypeError) {
      throw new CommandFailure(
        `The question is not valid. ${error.message.replace(/^CorsInspector\.explain\(\): /, '')}`,
      );
    }
    throw error;
  }
}

function withoutCors(module: string): CommandFailure {
  return new CommandFailure(
    `${module} does not import CorsModule of nestjs-cors-policy, or imports an older version without this command.`,
    'Add CorsModule.forRoot() to the imports of the root module, or choose the module that imports it with --export.',
  );
}

function bootFailure(error: unknown, preview: boolean): CommandFailure {
  if (error instanceof CommandFailure) {
    return error;
  }
  const name = error instanceof Error ? error.name : '';
  if (name === 'CorsConfigurationError') {
    return new CommandFailure((error as Error).message);
  }
  const advice = preview
    ? undefined
    : 'If a service such as a database is missing, leave out the providers with --preview.';
  return new CommandFailure(`The app does not start: ${firstLine(error)}`, advice);
}

function notesOn({ platform, preview, question }: Job, nest: AppNest): readonly string[] {
  return [
    ...(platform === undefined && nest.hasOther
      ? [`both platforms are installed, and the app was started on ${nest.platform}; choose one with --platform.`]
      : []),
    ...(preview && question !== undefined
      ? ['no provider was created (--preview): origin providers are treated as if they allow no origin.']
      : []),
  ];
}
