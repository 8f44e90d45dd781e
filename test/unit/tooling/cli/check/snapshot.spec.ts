import { booleanFields } from '../../../../../lib/core/policy/boolean-fields.js';
import { grantOf } from '../../../../../lib/tooling/cli/check/grant.js';
import { rulesOf } from '../../../../../lib/tooling/cli/check/rules.js';
import { parseSnapshot, snapshotText } from '../../../../../lib/tooling/cli/check/snapshot.js';
import type { PolicyReport } from '../../../../../lib/inspect/policy-report.js';
import type { OrderedRule, OrderedRules } from '../../../../../lib/inspect/ordered-rules.js';
import { NO_CORS, open, routeOf, rules } from './rules.js';

const policy: PolicyReport = {
  name: 'partner',
  noCors: false,
  origin: ['https://b.example', 'https://a.example'],
  allowedHeaders: 'any',
  exposedHeaders: [],
  ...booleanFields(() => false),
  enforce: false,
  dangerously: [],
};

function survey(platform: string, ...routes: OrderedRule[]): { rules: OrderedRules } {
  return {
    rules: {
      platform,
      matching: { ignoresCase: true, ignoresEndSlash: true },
      defaultPolicy: null,
      entries: [],
      routes,
    },
  };
}

const listOrders: OrderedRule = { name: 'Orders.list', methods: ['GET'], path: '/orders', policy };
const oneOrder: OrderedRule = { name: 'Orders.one', methods: ['GET'], path: '/orders/:id' };

describe('the snapshot', () => {
  it('has the grants, without names of policies and empty fields', () => {
    expect(rulesOf(survey('express', listOrders, oneOrder)).routes).toEqual([
      { ...listOrders, policy: { origin: ['https://a.example', 'https://b.example'] } },
      oneOrder,
    ]);
  });

  it('keeps the order of routes if it matters, and does not depend on it elsewhere', () => {
    const turned = [oneOrder, listOrders] as const;
    const paths = (platform: string): string[] => rulesOf(survey(platform, ...turned)).routes.map(({ path }) => path);
    expect(paths('express')).toEqual(['/orders/:id', '/orders']);
    expect(paths('fastify')).toEqual(['/orders', '/orders/:id']);
  });

  it('does not depend on the order of a list', () => {
    expect(grantOf({ ...policy, origin: [...policy.origin].reverse() })).toEqual(grantOf(policy));
  });

  it('writes every field of a grant that differs from its default', () => {
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
    expect(grantOf(full)).toEqual({
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

  it('keeps the enforcement of @NoCors()', () => {
    const closed: PolicyReport = { ...policy, noCors: true, origin: [] };
    expect(grantOf(closed)).toEqual(NO_CORS);
    expect(grantOf({ ...closed, enforce: true })).toEqual({ ...NO_CORS, enforce: true });
  });

  it('is read as it was written', () => {
    const written = rules({
      defaultPolicy: NO_CORS,
      entries: [routeOf('* /files/*path', open('*'))],
      routes: [
        routeOf('GET /a', open('*', { exposedHeaders: '*' }), { version: ['1'], host: ['api.example'] }),
        routeOf('GET /b', null),
        routeOf('GET /c'),
      ],
    });
    const snapshot = { preview: true, rules: written };
    expect(parseSnapshot(snapshotText(snapshot), 'file')).toEqual(snapshot);
  });

  it.each([
    ['no JSON', '{', /it is not JSON/],
    ['a merge conflict', '{\n<<<<<<< HEAD\n', /marks of a merge conflict/],
    ['another format', '{ "format": "nestjs-cors-policy/snapshot/9" }', /its format is/],
    ['of an older version', '{ "format": "nestjs-cors-policy/snapshot/1" }', /without the order of the rules/],
    ['no object', '[]', /its format is/],
    ['parts missing', '{ "format": "nestjs-cors-policy/snapshot/2", "preview": true }', /a part is missing/],
    [
      'a grant that is none',
      snapshotText({ preview: true, rules: rules({}) }).replace(
        '"routes": []',
        '"routes": [{ "name": "a", "methods": ["GET"], "path": "/a", "policy": { "origin": "*" } }]',
      ),
      /"\/a" is no rule/,
    ],
  ])('is refused where it is %s', (_what, text, message) => {
    expect(() => parseSnapshot(text, 'file')).toThrow(message);
  });
});
