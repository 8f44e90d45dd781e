import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { CorsInspector, ExplainRequest, RouteReport } from '../../lib/index.js';
import { explainedAsSent } from '../support/explained.js';
import { buildRecipes } from './recipe-process.js';
import { buildQuickstart, START_TIMEOUT_MS } from './quickstart-process.js';

const STRANGER = 'https://stranger.example';
/** Milliseconds; longer than any test takes. */
const LIFETIME_MS = 300_000;

/** A sample as a user runs it. The test can also ask its inspector. */
class Sample {
  private asked = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(main: string, platform: string, env: NodeJS.ProcessEnv = {}): Promise<Sample> {
    const child = fork(resolve(main), ['--json'], {
      execArgv: ['--import', resolve('test/fixtures/explained-app.js')],
      env: { ...process.env, PORT: '0', TCP_PORT: '0', PLATFORM: platform, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    return new Sample(child, await Promise.race([printedPort(child, main), toldPort(child)]));
  }

  ask<Answer>(question: unknown): Promise<Answer> {
    const id = ++this.asked;
    return new Promise((answered) => {
      const hear = (message: { id: number; answer: Answer }): void => {
        if (message.id === id) {
          this.child.off('message', hear);
          answered(message.answer);
        }
      };
      this.child.on('message', hear);
      this.child.send({ id, question });
    });
  }

  async close(): Promise<void> {
    const exited = once(this.child, 'exit');
    // An open IPC channel keeps the process running.
    this.child.disconnect();
    this.child.kill('SIGTERM');
    await exited;
  }
}

/** The port that a sample prints. */
async function printedPort(child: ChildProcess, main: string): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const address = /^(?:\{"addresses":\{"api":")?http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(line);
    if (address !== null) {
      return Number(address[1]);
    }
  }
  throw new Error(`${main} ended before it listened`);
}

/** The port that an instance of 03-database sends to its parent process. */
async function toldPort(child: ChildProcess): Promise<number> {
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return port;
}

/** Requests to a route: from each origin of its policy and from others, with and without cookies and headers. */
function questionsFor({ methods, path, policy }: RouteReport, port: number): ExplainRequest[] {
  const url = `http://127.0.0.1:${port}${path.replace(/:\w+/g, '1').replace(/\*\w*/g, 'a/b')}`;
  const named = (policy?.origin ?? []).filter((origin) => /^https?:\/\/[^*]+$/.test(origin));
  return (methods.includes('*') ? ['GET', 'POST', 'DELETE'] : methods).flatMap((method) =>
    [undefined, ...named, STRANGER, 'null', `http://127.0.0.1:${port}`].flatMap((origin) =>
      [{}, { 'Content-Type': 'application/json', 'X-Any': '1' }].flatMap((headers) =>
        [false, true].map((credentials) => ({ method, url, origin, headers, credentials })),
      ),
    ),
  );
}

const express = 'express';
const fastify = 'fastify';
const recipe = (name: string): string => `sample/recipes/dist/${name}.js`;

beforeAll(async () => {
  await buildQuickstart();
  await buildQuickstart('02-fastify');
  await buildQuickstart('03-database');
  await buildRecipes();
}, START_TIMEOUT_MS);

test.each([
  ['01-quickstart', 'sample/01-quickstart/dist/main.js', express],
  ['02-fastify', 'sample/02-fastify/dist/02-fastify/src/main.js', fastify],
  ...['graphql', 'serve-static', 'swagger'].flatMap((name) => [
    [`${name} on Express`, recipe(name), express],
    [`${name} on Fastify`, recipe(name), fastify],
  ]),
  ['express-static', recipe('express-static'), express],
])(
  'explain predicts what %s answers on each of its routes',
  async (_name, main, platform) => {
    await expectForetold(await Sample.start(main, platform));
  },
  START_TIMEOUT_MS,
);

test(
  'explain predicts what an instance of 03-database answers on each of its routes',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cors-explained-'));
    const env = { DATABASE_URL: `file:${join(folder, 'shop.db')}`, ADMIN_TOKEN: 'token', PORT: '0' };
    const dist = 'sample/03-database/dist/03-database/src';
    try {
      // The walk-through creates a database with a tenant.
      await promisify(execFile)(process.execPath, [`${dist}/main.js`, '--once'], { env: { ...process.env, ...env } });
      await expectForetold(await Sample.start(`${dist}/instance.js`, express, env));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  START_TIMEOUT_MS,
);

/** Explains each request, sends it and compares. Closes the sample. */
async function expectForetold(sample: Sample): Promise<void> {
  try {
    const inspector: Pick<CorsInspector, 'explain'> = { explain: (question) => sample.ask(question) };
    const routes = await sample.ask<readonly RouteReport[]>('routes');
    const questions = routes.flatMap((route) => questionsFor(route, sample.port));
    expect(questions.length).toBeGreaterThan(0);
    const verdicts = new Set<string>();
    for (const question of questions) {
      verdicts.add((await explainedAsSent(sample.port, question, inspector)).verdict);
    }
    expect([...verdicts].sort()).toEqual(['allowed', 'blocked']);
  } finally {
    await sample.close();
  }
}
