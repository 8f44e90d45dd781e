import type { CorsQuestion } from '../../../nest/command-port.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { readTimeout } from '../arguments/values.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';
import type { Terminal } from '../text/terminal.js';
import { findFile } from './find-file.js';
import type { AppReport, PlatformName } from './job.js';
import { runApp } from './run-app.js';

/** Starts the app of the arguments, and asks it. */
export function askApp(given: CommandArguments, terminal: Terminal, question?: CorsQuestion): Promise<AppReport> {
  const setup = given.value('setup');
  const { watched } = given;
  const job = {
    file: findFile(given.argument, 'the main file or the file of the root module'),
    exportName: given.value('export'),
    platform: readPlatform(given.value('platform')),
    preview: given.flag('preview'),
    setup: setup === undefined ? undefined : findFile(setup, 'a compiled file that exports a function (app) => …'),
    globalPrefix: given.value('global-prefix'),
    verbose: given.flag('verbose'),
    question,
    tellFiles: watched !== undefined,
  };
  if (watched !== undefined) {
    watched.entry = job.file;
  }
  const loaded = (files: readonly (string | undefined)[]): void =>
    files.forEach((file) => file !== undefined && watched?.files.add(file));
  loaded([job.file, job.setup]);
  return runApp(job, readTimeout(given.value('timeout'), 30), terminal, loaded);
}

function readPlatform(name: string | undefined): PlatformName | undefined {
  if (name === undefined || name === 'express' || name === 'fastify') {
    return name;
  }
  throw new CommandFailure(`--platform is ${quote(name)}: express or fastify.`);
}
