import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { fetchAll, type Sight, type Step } from './run.js';

/** Preferences: every host name resolves to this machine, and Firefox sends no other requests. */
const settings = {
  'network.dns.forceResolve': '127.0.0.1',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  // After a failed WebSocket, Firefox delays each further WebSocket for longer.
  'network.websocket.delay-failed-reconnects': false,
};

interface Reply {
  readonly id: number;
  readonly type: 'success' | 'error';
  readonly message?: string;
  readonly result: never;
}

/** Debian's Firefox, which Playwright cannot control. This class sends a few commands of WebDriver BiDi. */
export class Firefox {
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private last = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly end: () => Promise<void>,
  ) {
    socket.on('message', (data: Buffer) => {
      const reply = JSON.parse(data.toString()) as Reply;
      this.waiting.get(reply.id)?.(reply);
    });
  }

  static async launch(executable: string): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
    const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    await writeFile(join(profile, 'user.js'), lines.join(''));
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'];
    const child = spawn(executable, args, {
      env: { ...process.env, HOME: profile },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = new Promise<void>((done) => child.on('close', () => done()));
    const address = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(output)?.[1];
        if (found !== undefined) {
          resolve(found);
        }
      });
      child.on('close', (code) => reject(new Error(`Firefox ended with ${code}: ${output}`)));
    });
    const socket = new WebSocket(`${address}/session`);
    await new Promise((done, fail) => socket.on('open', done).on('error', fail));
    const firefox = new Firefox(socket, async () => {
      socket.terminate();
      child.kill();
      await closed;
      await rm(profile, { recursive: true, force: true });
    });
    await firefox.command('session.new', { capabilities: {} });
    return firefox;
  }

  /** Runs all steps in the page at `address`. */
  run(address: string, steps: readonly Step[]): Promise<Record<string, Sight[]>> {
    return this.evaluate(address, `(${fetchAll.toString()})(${JSON.stringify(steps)})`);
  }

  /** Evaluates an expression in a new page at `address`. Resolves with the result of its promise. */
  async evaluate<T>(address: string, expression: string): Promise<T> {
    const { context } = await this.command<{ context: string }>('browsingContext.create', { type: 'tab' });
    await this.command('browsingContext.navigate', { context, url: address, wait: 'complete' });
    const { result } = await this.command<{ result: { value: string } }>('script.evaluate', {
      expression: `${expression}.then(JSON.stringify)`,
      target: { context },
      awaitPromise: true,
    });
    return JSON.parse(result.value) as T;
  }

  close(): Promise<void> {
    return this.end();
  }

  private async command<T>(method: string, params: object): Promise<T> {
    const id = ++this.last;
    const reply = await new Promise<Reply>((done) => {
      this.waiting.set(id, done);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    if (reply.type === 'error') {
      throw new Error(`${method}: ${reply.message}`);
    }
    return reply.result;
  }
}
