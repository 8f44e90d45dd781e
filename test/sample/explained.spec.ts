import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { CorsInspector, ExplainRequest, RouteReport } from '../../lib/index.js';
import { explainedAsSent } from '../support/explained.js';
import { buildRecipes } from './recipe-process.js';
import { buildQuickstart, START_TIMEOUT_MS } from './quickstart-process.js';

const STRANGER = 'https://stranger.example';
/** Longer than any test takes. */
const LIFETIME_MS = 300_000;

/** A sample as its readers run it, whose inspector can be asked from here. */
class Sample {
  private asked = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(main: string, platform: string): Promise<Sample> {
    const child = fork(resolve(main), ['--json'], {
      execArgv: ['--import', resolve('test/fixtures/explained-app.js')],
      env: { ...process.env, PORT: '0', TCP_PORT: '0', PLATFORM: platform },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const address = /^(?:\{"addresses":\{"api":")?http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(line);
      if (address !== null) {
        return new Sample(child, Number(address[1]));
      }
    }
    throw new Error(`${main} ended before it listened`);
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
    // The channel would keep alive what ends by itself.
    this.child.disconnect();
    this.child.kill('SIGTERM');
    await exited;
  }
}

/** What pages might ask of a route: each origin that its policy names, strangers, with cookies and headers and without. */
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
  'explain foretells what %s answers on each of its routes',
  async (_name, main, platform) => {
    const sample = await Sample.start(main, platform);
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
  },
  START_TIMEOUT_MS,
);
