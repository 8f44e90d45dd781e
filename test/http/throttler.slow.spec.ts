import { spawn } from 'node:child_process';
import { once } from 'node:events';
import request from 'supertest';
import { corsHeaders } from '../support/app.js';
import { builtLibrary } from '../support/built-library.js';

const APP = 'https://app.example';

test('a throttler’s 429 has the headers, and preflights use up no quota', async () => {
  await builtLibrary();
  const child = spawn(process.execPath, ['test/fixtures/throttled-app.js'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the app ended before it listened')));
    const [port] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
    ended.catch(() => undefined);
    const url = `http://127.0.0.1:${String(port).trim()}`;
    for (let i = 0; i < 10; i++) {
      const preflight = request(url).options('/limited').set({ Origin: APP, 'Access-Control-Request-Method': 'GET' });
      await preflight.expect(204);
    }
    await request(url).get('/limited').set({ Origin: APP }).expect(200);
    await request(url).get('/limited').set({ Origin: APP }).expect(200);
    const limited = await request(url).get('/limited').set({ Origin: APP });
    expect(limited.status).toBe(429);
    expect(limited.headers['retry-after']).toBe('60');
    expect(corsHeaders(limited)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-expose-headers': 'Retry-After',
    });
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}, 120_000);
