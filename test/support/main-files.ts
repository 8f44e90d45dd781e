import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { builtLibrary } from './built-library.js';

/** The source files of an app, by their path; its main file is `main.ts`. */
export type Sources = Readonly<Record<string, string>>;

/** Fields of a response. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** An app whose sources `cors-policy migrate --write` has changed. */
export interface Migrated {
  readonly after: Sources;
  readonly stdout: string;
  readonly stderr: string;
  /** The folder of the sources. */
  readonly folder: string;
}

/** Migrates the sources of apps with the command, and starts them on free ports, in one other process. */
export class MainFiles {
  private made = 0;

  private constructor(
    private readonly folder: string,
    private readonly entry: string,
    private readonly runner: ChildProcess,
  ) {}

  /** @param env variables of the environment of all apps */
  static async open(env: Readonly<Record<string, string>>): Promise<MainFiles> {
    const entry = join(await builtLibrary(), 'esm/cli.js');
    await mkdir('.artifacts', { recursive: true });
    const folder = await mkdtemp(resolve('.artifacts/migrate-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
    await mkdir(join(folder, 'node_modules'));
    await symlink(resolve('.'), join(folder, 'node_modules/nestjs-cors-policy'));
    const runner = fork(resolve('test/fixtures/command/start-mains.cjs'), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new MainFiles(folder, entry, runner);
  }

  async close(): Promise<void> {
    this.runner.kill();
    await rm(this.folder, { recursive: true });
  }

  /** Writes the sources, and runs the command on them. Files that are no code, such as `.env`, may be among them. */
  async migrate(before: Sources): Promise<Migrated> {
    const folder = join(this.folder, String(this.made++));
    await writeAll(folder, before);
    const run = promisify(execFile);
    const { stdout, stderr } = await run(process.execPath, [this.entry, 'migrate', join(folder, 'main.ts'), '--write']);
    const after = await Promise.all(
      Object.keys(before).map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
    );
    return { after: Object.fromEntries(after), stdout, stderr, folder };
  }

  /** Compiles and starts an app. Returns its port. */
  async start(sources: Sources, into: string): Promise<number> {
    const compiled = Object.entries(sources).map(([path, text]) =>
      path.endsWith('.ts') ? [path.replace(/\.ts$/, '.js'), compile(text)] : [path, text],
    );
    await writeAll(into, Object.fromEntries(compiled) as Sources);
    this.runner.send({ file: join(into, 'main.js') });
    const [answer] = (await once(this.runner, 'message')) as [{ port?: number; error?: string }];
    if (answer.port === undefined) {
      throw new Error(answer.error);
    }
    return answer.port;
  }
}

async function writeAll(folder: string, sources: Sources): Promise<void> {
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function compile(text: string): string {
  return ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      // `import * as cors` is called as a function.
      esModuleInterop: !text.includes('import * as cors'),
    },
  }).outputText;
}

/** Sends a request without a body to an app on this machine. */
function send(
  port: number,
  method: string,
  headers: Record<string, string>,
  path: string,
): Promise<{ readonly status: number; readonly fields: Fields }> {
  return new Promise((done, fail) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      response.resume();
      response.on('end', () => done({ status: response.statusCode ?? 0, fields: response.headers as Fields }));
    });
    sent.on('error', fail);
    sent.end();
  });
}

/** A request of a page. */
export interface Asked {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly credentials: boolean;
}

/** Reports whether the page may read the response (https://fetch.spec.whatwg.org/#cors-check). */
export async function mayRead(
  port: number,
  { origin, method, headers, credentials }: Asked,
  path: string,
): Promise<boolean> {
  const passes = (fields: Fields): boolean =>
    (fields['access-control-allow-origin'] === origin ||
      (!credentials && fields['access-control-allow-origin'] === '*')) &&
    (!credentials || fields['access-control-allow-credentials'] === 'true');
  const isSimple = ['GET', 'POST'].includes(method) && headers.length === 0;
  if (!isSimple) {
    const { status, fields } = await send(
      port,
      'OPTIONS',
      {
        origin,
        'access-control-request-method': method,
        ...(headers.length > 0 && { 'access-control-request-headers': headers.join(',') }),
      },
      path,
    );
    const listed = (name: string): string[] => (fields[name] ?? '').split(/\s*,\s*/);
    const [methods, names] = [
      listed('access-control-allow-methods'),
      listed('access-control-allow-headers').map((each) => each.toLowerCase()),
    ];
    const isMethod =
      ['GET', 'POST'].includes(method) || methods.includes(method) || (!credentials && methods.includes('*'));
    const areHeaders = headers.every(
      (each) => names.includes(each) || (!credentials && each !== 'authorization' && names.includes('*')),
    );
    if (status < 200 || status > 299 || !passes(fields) || !isMethod || !areHeaders) {
      return false;
    }
  }
  return passes((await send(port, method, { origin }, path)).fields);
}
