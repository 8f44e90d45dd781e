import { middlewarePath } from '../../../lib/discovery/middleware-consumers.js';

describe('3.7: the path of middleware that a module applies', () => {
  it.each([
    ['webhooks', '/webhooks'],
    ['/webhooks/', '/webhooks'],
    ['webhooks/*path', '/webhooks'],
    ['webhooks{/*path}', '/webhooks'],
    ['webhooks/(.*)', '/webhooks'],
    ['a/:id/b', '/a/:id/b'],
    [{ path: 'webhooks', method: 0 }, '/webhooks'],
    ['*', ''],
    ['*path', ''],
    ['{*path}', ''],
    ['/', ''],
  ])('of %j is %j', (route, path) => {
    expect(middlewarePath(route, '')).toBe(path);
    expect(middlewarePath(route, 'api/')).toBe(`/api${path}`);
  });

  it('of a controller is unknown', () => {
    class PlainController {}

    expect(middlewarePath(PlainController, 'api')).toBeUndefined();
  });
});
