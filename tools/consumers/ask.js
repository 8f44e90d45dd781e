import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

/** Milliseconds after which the app is stopped, if it has not listened and answered. */
const bootMs = 30_000;

async function preflight(address, origin) {
  const { status, headers } = await fetch(`${address}/orders/1`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  return {
    status,
    origin: headers.get('access-control-allow-origin'),
    credentials: headers.get('access-control-allow-credentials'),
    methods: headers.get('access-control-allow-methods'),
  };
}

/** Waits for the line in which the app prints its address. */
function addressOf(child, output) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const address = /^http:\/\/127\.0\.0\.1:\d+$/m.exec(output())?.[0];
      if (address) {
        resolve(address);
      }
    });
    child.on('error', reject);
    child.on('close', (code, signal) => reject(new Error(`the app ended with ${code ?? signal} before it listened`)));
  });
}

/**
 * Starts an app, passes its address to `ask`, and stops the app. An error contains the output of the app.
 *
 * @param args of the command that runs the app
 */
export async function withApp({ app, command, args, env }, ask) {
  const child = spawn(command, args, {
    cwd: app,
    env: { ...env, PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const late = setTimeout(() => child.kill('SIGKILL'), bootMs);
  try {
    return await ask(await addressOf(child, () => output));
  } catch (error) {
    throw new Error(`${[command, ...args].join(' ')}: ${error.message}\n${output}`, { cause: error });
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
    await ended;
  }
}

/** Starts the built app as in production, and sends two preflights: its policy grants the first and refuses the second. */
export function bootAndAsk(app, { env }) {
  return withApp({ app, command: 'node', args: ['dist/main.js'], env }, async (address) => {
    assert.deepEqual(await preflight(address, 'https://tenant.example'), {
      status: 204,
      origin: 'https://tenant.example',
      credentials: 'true',
      methods: 'PUT',
    });
    assert.deepEqual(await preflight(address, 'https://stranger.example'), {
      status: 204,
      origin: null,
      credentials: null,
      methods: null,
    });
  });
}
