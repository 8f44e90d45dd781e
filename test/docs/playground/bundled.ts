import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker } from '../../../docs/playground/messages.js';
import type { Answer } from '../../../docs/playground/model/judge.js';
import type { PlaygroundState } from '../../../docs/playground/model/state.js';
import { buildPlayground } from '../../../tools/site/playground.js';

/** Gives the worker of a page its globals on Node. */
const AS_IN_A_PAGE = `
  const { parentPort, workerData } = require('node:worker_threads');
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  import(workerData).then(() => parentPort.on('message', (data) => globalThis.onmessage({ data })));
`;

/** The bundle that the page loads, on a thread of Node. */
export class BundledPlayground {
  #count = 0;
  /** The kinds of messages so far. */
  readonly said = new Set<FromWorker['kind']>();
  readonly #waiting = new Map<number, (message: FromWorker) => void>();

  private constructor(private readonly worker: Worker) {
    worker.on('message', (message: FromWorker) => {
      this.said.add(message.kind);
      this.#waiting.get(message.id)?.(message);
    });
  }

  static async start(): Promise<BundledPlayground> {
    const folder = mkdtempSync(join(tmpdir(), 'playground-'));
    await buildPlayground(folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const file = join(folder, 'worker.js');
    return new BundledPlayground(new Worker(AS_IN_A_PAGE, { eval: true, workerData: pathToFileURL(file).href }));
  }

  judge(state: PlaygroundState): Promise<Answer> {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (message) => {
        if (message.kind === 'answer') {
          resolve(message.answer);
        } else if (message.kind === 'failure') {
          reject(new Error(message.message));
        }
      });
      this.worker.postMessage({ id, state });
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
