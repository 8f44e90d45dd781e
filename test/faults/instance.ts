import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';

/** How an instance says that it is doing. */
export interface Report {
  readonly loaded: boolean;
  readonly entries: number;
  readonly lastError?: string;
  /** Warnings and errors since the last report, and that something works again. */
  readonly lines: readonly string[];
  /** Rejections and exceptions that nobody handled, since it began. */
  readonly unhandled: readonly string[];
}

/** What a page on another origin sees of one request. */
export interface Answer {
  readonly status: number;
  /** `Access-Control-Allow-Origin`. */
  readonly allowed: string | undefined;
}

/** One instance of an app: a process of its own that listens on 127.0.0.1. */
export class Instance {
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 50 });
  readonly #waiting = new Map<number, (report: Report) => void>();
  readonly port: Promise<number>;
  #asked = 0;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    const child = fork(file, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    this.port = new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the instance ended with ${code}`)));
      child.on('message', (message: { port?: number; id: number; report: Report }) => {
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

  report(): Promise<Report> {
    const id = this.#asked++;
    this.#child.send(id);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** A request of a page on this origin, or its preflight. Rejects where the connection fails. */
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

  /** Closes the app; resolves with the exit code once its process has ended by itself. */
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
