import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import request, { type Test } from 'supertest';
import { withLock } from '../../tools/lock.js';
import { builtLibrary } from '../support/built-library.js';
import type { PlatformName } from '../support/app.js';

/** Milliseconds; longer than any test takes. */
const LIFETIME_MS = 300_000;

type Headers = Readonly<Record<string, string>>;

/** Builds the library and the recipes, each if a source changed. */
export async function buildRecipes(): Promise<void> {
  await builtLibrary();
  const tsc = resolve('node_modules/typescript/bin/tsc');
  await withLock(resolve('.artifacts/recipes.lock'), () =>
    promisify(execFile)(process.execPath, [tsc, '-p', 'sample/recipes']),
  );
}

/** A recipe as a user runs it: a separate process on 127.0.0.1. */
export class Recipe {
  private readonly lines: AsyncIterator<string>;
  private stderr = '';
  private url = '';

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (chunk) => (this.stderr += chunk));
  }

  /** Starts a recipe, and waits until it listens. */
  static async start(name: string, platform: PlatformName = 'express', env: NodeJS.ProcessEnv = {}): Promise<Recipe> {
    const child = spawn(process.execPath, [resolve(`sample/recipes/dist/${name}.js`)], {
      env: { ...process.env, DATABASE_URL: undefined, PORT: '0', TCP_PORT: '0', PLATFORM: platform, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    const recipe = new Recipe(child);
    try {
      recipe.url = await recipe.line(/^http:\/\/\S+/);
      return recipe;
    } catch (error) {
      await recipe.close();
      throw error;
    }
  }

  /** Reads the next line that the recipe prints, and returns the part that matches. Rejects if nothing matches. */
  async line(pattern: RegExp): Promise<string> {
    const { value, done } = await this.lines.next();
    const found = done === true ? undefined : pattern.exec(value)?.[0];
    if (found === undefined) {
      throw new Error(`Expected a line like ${pattern} and got: ${done === true ? 'the end' : value}\n${this.stderr}`);
    }
    return found;
  }

  /** Sends a signal, and reads the line that the recipe prints then. */
  lineAfter(signal: NodeJS.Signals, pattern: RegExp): Promise<string> {
    this.child.kill(signal);
    return this.line(pattern);
  }

  /** Makes the recipe start its app again. */
  async bootAgain(): Promise<void> {
    this.child.kill('SIGHUP');
    this.url = await this.line(/http:\/\/\S+/);
  }

  /** The address of a WebSocket. */
  webSocketUrl(path: string): string {
    return this.url.replace('http', 'ws') + path;
  }

  get(path: string, origin: string): Test {
    return request(this.url).get(path).set('Origin', origin).redirects(0);
  }

  post(path: string, origin: string, body: string | object): Test {
    return request(this.url).post(path).set('Origin', origin).type('json').send(body);
  }

  preflight(path: string, origin: string, method: string, headers: Headers = {}): Test {
    return request(this.url)
      .options(path)
      .set({ Origin: origin, 'Access-Control-Request-Method': method, ...headers });
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exited;
    }
  }
}
