// The checks of every consumer's app. They work in any test runner.
import assert from 'node:assert/strict';
import request from 'supertest';

type Server = Parameters<typeof request>[0];

const tenant = 'https://tenant.example';

function preflight(server: Server, path: string, method: string, origin: string) {
  return request(server).options(path).set('Origin', origin).set('Access-Control-Request-Method', method);
}

function grantsIn(headers: Record<string, string>): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
}

export const checks: Record<string, (server: Server) => Promise<void>> = {
  'grants a preflight before the guard that denies every request': async (server) => {
    const { status, headers } = await preflight(server, '/orders/1', 'PUT', tenant);
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], tenant);
    assert.equal(headers['access-control-allow-credentials'], 'true');
    assert.match(headers['access-control-allow-methods'] ?? '', /\bPUT\b/);

    const denied = await request(server).put('/orders/1').set('Origin', tenant);
    assert.equal(denied.status, 403);
    assert.equal(denied.headers['access-control-allow-origin'], tenant);
  },

  'refuses an origin that the source does not list': async (server) => {
    const { status, headers } = await preflight(server, '/orders/1', 'PUT', 'https://stranger.example');
    assert.equal(status, 204);
    assert.deepEqual(grantsIn(headers), []);
  },

  'allows the origins of the configuration': async (server) => {
    const { headers } = await preflight(server, '/orders/catalog', 'GET', 'https://shop.partner.example');
    assert.equal(headers['access-control-allow-origin'], 'https://shop.partner.example');
    assert.equal(headers['access-control-max-age'], '60');
  },

  'allows no origin on a route with @NoCors()': async (server) => {
    const { status, headers } = await request(server).get('/orders/purge').set('Origin', tenant);
    assert.equal(status, 200);
    assert.deepEqual(grantsIn(headers), []);
  },

  'lets a page read a 404, by the default policy': async (server) => {
    const { status, headers } = await request(server).get('/nowhere').set('Origin', 'https://stranger.example');
    assert.equal(status, 404);
    assert.equal(headers['access-control-allow-origin'], '*');
  },

  'trusts an origin that the policy allows with credentials, and no other': async (server) => {
    const trusted = await request(server).get('/orders/trusted').set('Origin', tenant);
    assert.deepEqual(trusted.body, { trusted: true });
    const stranger = await request(server).get('/orders/trusted').set('Origin', 'https://stranger.example');
    assert.deepEqual(stranger.body, { trusted: false });
  },
};
