import { type Grants, grantsOf } from '../../../lib/cli/check/grant.js';
import { parseSnapshot, snapshotText } from '../../../lib/cli/check/snapshot.js';
import type { PolicyReport, RouteReport } from '../../../lib/module/boot/effective-report.js';
import { open } from './grants.js';

const policy: PolicyReport = {
  name: 'partner',
  noCors: false,
  origin: ['https://b.example', 'https://a.example'],
  allowedHeaders: 'any',
  exposedHeaders: [],
  credentials: false,
  enforce: false,
  privateNetwork: false,
  dangerously: [],
};

function route(methods: string[], path: string, fields: Partial<RouteReport> = {}): RouteReport {
  return { handler: 'A.b', methods, path, policy, provenance: {}, sources: {}, findings: [], ...fields };
}

describe('the snapshot', () => {
  it('keeps what is granted, in an order of its own, and leaves out names, places and what says nothing', () => {
    const { routes } = grantsOf({ routes: [route(['PUT', 'GET'], '/b'), route(['GET'], '/a')], fallback: null });
    expect(Object.keys(routes)).toEqual(['GET /a', 'GET /b', 'PUT /b']);
    expect(routes['GET /a']).toEqual({ origin: ['https://a.example', 'https://b.example'] });
  });

  it('does not depend on the order of routes or of lists', () => {
    const survey = { routes: [route(['GET'], '/a'), route(['PUT'], '/a')], fallback: policy };
    const turned = {
      routes: [...survey.routes].reverse(),
      fallback: { ...policy, origin: [...policy.origin].reverse() },
    };
    expect(snapshotText({ preview: false, grants: grantsOf(turned) })).toBe(
      snapshotText({ preview: false, grants: grantsOf(survey) }),
    );
  });

  it('tells routes apart by version and host, and those that nothing tells apart by number', () => {
    const routes = [
      route(['GET'], '/a', { version: ['1', '2'] }),
      route(['GET'], '/a', { host: ['api.example'] }),
      route(['GET'], '/a'),
      route(['GET'], '/a'),
    ];
    expect(Object.keys(grantsOf({ routes, fallback: null }).routes).sort()).toEqual([
      'GET /a',
      'GET /a #2',
      'GET /a (host api.example)',
      'GET /a (version 1, 2)',
    ]);
  });

  it('writes every field of a grant that says something', () => {
    const full: PolicyReport = {
      ...policy,
      methods: ['PUT', 'GET'],
      allowedHeaders: ['X-B', 'X-A'],
      exposedHeaders: '*',
      credentials: true,
      maxAge: 0,
      enforce: true,
      privateNetwork: true,
      dangerously: ['allowNullOrigin'],
    };
    expect(grantsOf({ routes: [], fallback: full }).defaultPolicy).toEqual({
      origin: ['https://a.example', 'https://b.example'],
      credentials: true,
      methods: ['GET', 'PUT'],
      allowedHeaders: ['x-a', 'x-b'],
      exposedHeaders: '*',
      maxAge: 0,
      enforce: true,
      privateNetwork: true,
      dangerously: ['allowNullOrigin'],
    });
  });

  it('is read as it was written', () => {
    const grants: Grants = {
      defaultPolicy: '@NoCors()',
      routes: { 'GET /a': open('*', { exposedHeaders: '*' }), 'GET /b': null },
    };
    expect(parseSnapshot(snapshotText({ preview: true, grants }), 'file')).toEqual({ preview: true, grants });
  });

  it.each([
    ['no JSON', '{', /it is not JSON/],
    ['a merge conflict', '{\n<<<<<<< HEAD\n', /marks of a merge conflict/],
    ['another format', '{ "format": "nestjs-cors-policy/snapshot/2" }', /its format is/],
    ['no object', '[]', /its format is/],
    ['parts missing', '{ "format": "nestjs-cors-policy/snapshot/1", "preview": true }', /a part is missing/],
    [
      'a grant that is none',
      '{ "format": "nestjs-cors-policy/snapshot/1", "preview": true, "defaultPolicy": null, "routes": { "GET /a": { "origin": "*" } } }',
      /the entry "GET \/a" is no grant/,
    ],
  ])('is refused where it is %s', (_what, text, message) => {
    expect(() => parseSnapshot(text, 'file')).toThrow(message);
  });
});
