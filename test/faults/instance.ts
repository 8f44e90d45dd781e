import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';

/** The report of an instance. */
export interface Report {
  readonly loaded: boolean;
  readonly entries: number;
  readonly lastError?: string;
  /** Log lines since the last report: warnings, errors, and messages that something works again. */
  readonly lines: readonly string[];
  /** Unhandled rejections and exceptions since the start. */
  readonly unhandled: readonly string[];
}

/** The result of one request for a page on another origin. */
export interface Answer {
  readonly status: number;
  /** `Access-Control-Allow-Origin`. */
  readonly allowed: string | undefined;
}

/** One instance of an app. It runs in its own process and listens on 127.0.0.1. */
export class Instance<Reported = Report> {
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 50 });
  readonly #waiting = new Map<number, (report: Reported) => void>();
  readonly port: Promise<number>;
  #asked = 0;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    const child = fork(file, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    this.port = new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the instance ended with ${code}`)));
      child.on('message', (message: { port?: number; id: number; report: Reported }) => {
        if (message.port !== undefined) {
          resolve(message.port);
          return;
        }
        this.#waiting.get(message.id)?.(message.report);
        this.#waiting.delete(message.id);
      });
    });
    this.port.catch(() => undefined);
  }

  report(): Promise<Reported> {
    const id = this.#asked++;
    this.#child.send(id);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Sends a request of a page on this origin, or its preflight. Rejects if the connection fails. */
  async ask(origin: string, preflight = false): Promise<Answer> {
    const port = await this.port;
    const headers = { Origin: origin, ...(preflight && { 'Access-Control-Request-Method': 'GET' }) };
    const method = preflight ? 'OPTIONS' : 'GET';
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/orders', method, headers, agent: this.#agent });
      sent.setTimeout(15_000, () => sent.destroy(new Error('no answer within 15 s')));
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume().on('end', () => {
          resolve({ status: response.statusCode ?? 0, allowed: response.headers['access-control-allow-origin'] });
        });
      });
      sent.end();
    });
  }

  async admits(origin: string): Promise<boolean> {
    return (await this.ask(origin)).allowed === origin;
  }

  /** Closes the app. Resolves with the exit code when its process has ended by itself. */
  async close(): Promise<number | null> {
    this.#agent.destroy();
    if (this.#child.exitCode !== null) {
      return this.#child.exitCode;
    }
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    return ended.finally(() => clearTimeout(late));
  }
}
