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

  /** @param more further preferences */
  static async launch(executable: string, more: Readonly<Record<string, unknown>> = {}): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
    const lines = Object.entries({ ...settings, ...more }).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
    );
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
    return (await this.open(address))
      .evaluate(`${expression}.then(JSON.stringify)`)
      .then((text) => JSON.parse(text) as T);
  }

  /** Opens a page, and waits until it is loaded. */
  async open(address: string): Promise<FirefoxPage> {
    const { context } = await this.command<{ context: string }>('browsingContext.create', { type: 'tab' });
    await this.command('browsingContext.navigate', { context, url: address, wait: 'complete' });
    return new FirefoxPage(context, (method, params) => this.command(method, params));
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

/** A page to use as a person does: by keys and by the mouse. */
export class FirefoxPage {
  constructor(
    private readonly context: string,
    private readonly command: <T>(method: string, params: object) => Promise<T>,
  ) {}

  /** Evaluates an expression whose value, or whose promise's value, is a text. */
  async evaluate(expression: string): Promise<string> {
    const { result } = await this.command<{ result: { value: string } }>('script.evaluate', {
      expression,
      target: { context: this.context },
      awaitPromise: true,
    });
    return result.value;
  }

  /** Presses keys one after the other: letters, or names of {@link KEYS}. Several at once are written `Control+a`. */
  async press(...keys: string[]): Promise<void> {
    const actions = keys.flatMap((key) => {
      const values = (key.length > 1 ? key.split('+') : [key]).map((name) => KEYS[name] ?? name);
      return [
        ...values.map((value) => ({ type: 'keyDown', value })),
        ...values.reverse().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await this.command('input.performActions', {
      context: this.context,
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  /** Presses the mouse on the middle of an element. */
  async click(selector: string): Promise<void> {
    const found = await this.evaluate(
      `(() => { const element = document.querySelector(${JSON.stringify(selector)});
        element.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = element.getBoundingClientRect();
        return JSON.stringify([Math.round(x + width / 2), Math.round(y + height / 2)]); })()`,
    );
    const [x, y] = JSON.parse(found) as [number, number];
    await this.command('input.performActions', {
      context: this.context,
      actions: [
        {
          type: 'pointer',
          id: 'mouse',
          actions: [
            { type: 'pointerMove', x, y },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        },
      ],
    });
  }

  /** Presses the Tab key until the focus is at an element whose name begins with `name`, as a screen reader reads it. */
  async tabTo(name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    for (let presses = 0; presses < 60 && !(await this.focused()).startsWith(name); presses += 1) {
      await this.press(key);
    }
    const found = await this.focused();
    if (!found.startsWith(name)) {
      throw new Error(`The Tab key does not lead to ${name}, but to ${found}`);
    }
  }

  /** The name of the element that has the focus. */
  focused(): Promise<string> {
    return this.evaluate(
      `(({ activeElement: at }) =>
        (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent).trim())(document)`,
    );
  }

  /** Brings its tab to the front. */
  async show(): Promise<void> {
    await this.command('browsingContext.activate', { context: this.context });
  }

  /** Changes the size of what is in sight. */
  async resize(width: number, height = 900): Promise<void> {
    await this.command('browsingContext.setViewport', { context: this.context, viewport: { width, height } });
  }

  /** Chooses files as the dialog of the browser does. */
  async choose(selector: string, files: readonly string[]): Promise<void> {
    const { result } = await this.command<{ result: { sharedId: string } }>('script.evaluate', {
      expression: `document.querySelector(${JSON.stringify(selector)})`,
      target: { context: this.context },
      awaitPromise: false,
    });
    await this.command('input.setFiles', {
      context: this.context,
      element: { sharedId: result.sharedId },
      files,
    });
  }

  /** Waits until an expression is true. */
  async until(expression: string, timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while ((await this.evaluate(`String(Boolean(${expression}))`)) !== 'true') {
      if (Date.now() > deadline) {
        throw new Error(`This did not become true: ${expression}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A picture of what is in sight, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.command<{ data: string }>('browsingContext.captureScreenshot', {
      context: this.context,
    });
    return Buffer.from(data, 'base64');
  }
}

/** Code points of keys without a letter: https://w3c.github.io/webdriver/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Escape: '\uE00C',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
};
