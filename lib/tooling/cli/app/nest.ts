import type * as nestCore from '@nestjs/core';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CommandFailure } from '../failure.js';
import { firstLine } from './import-file.js';
import type { PlatformName } from './job.js';

/** The parts of the app's own copy of Nest that are used. */
export interface AppNest {
  readonly factory: typeof nestCore.NestFactory;
  readonly core: Pick<typeof nestCore, 'HttpAdapterHost' | 'ModulesContainer' | 'ModuleRef'>;
  readonly platform: PlatformName;
  createAdapter(): nestCore.AbstractHttpAdapter;
  /** True if the other platform is installed as well. */
  readonly hasOther: boolean;
}

const ADAPTERS: Readonly<Record<PlatformName, string>> = { express: 'ExpressAdapter', fastify: 'FastifyAdapter' };

/**
 * Loads Nest and a platform as the app's module file finds them: a second copy would know nothing of its modules.
 *
 * @throws CommandFailure where they are not installed
 */
export async function loadNest(file: string, wanted: PlatformName | undefined): Promise<AppNest> {
  const require = createRequire(file);
  const installed = (['express', 'fastify'] as const).filter((name) => canResolve(require, packageOf(name)));
  const platform = wanted ?? installed[0];
  if (platform === undefined) {
    throw new CommandFailure(
      'The app has neither @nestjs/platform-express nor @nestjs/platform-fastify installed.',
      'Install its dependencies first.',
    );
  }
  const core = (await load(require, '@nestjs/core')) as typeof nestCore;
  const adapters = (await load(require, packageOf(platform))) as Record<string, new () => nestCore.AbstractHttpAdapter>;
  return {
    factory: core.NestFactory,
    core,
    platform,
    createAdapter: () => new adapters[ADAPTERS[platform]]!(),
    hasOther: installed.length > 1,
  };
}

function packageOf(platform: PlatformName): string {
  return `@nestjs/platform-${platform}`;
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Found as CommonJS finds it, and imported: both majors of Nest have one file for either way. */
async function load(require: NodeJS.Require, name: string): Promise<object> {
  let path: string;
  try {
    path = require.resolve(name);
  } catch {
    throw new CommandFailure(`The app does not have ${name} installed.`, `Install it: npm install ${name}`);
  }
  try {
    const namespace = (await import(pathToFileURL(path).href)) as { readonly default?: object };
    // Of CommonJS, Node may not see every name.
    return { ...namespace.default, ...namespace };
  } catch (error) {
    throw new CommandFailure(`${name} cannot be loaded: ${firstLine(error)}`);
  }
}
