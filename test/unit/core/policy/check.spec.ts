import { IssueCollector, type CorsIssue } from '../../../../lib/core/issues/issues.js';
import { checkPolicy } from '../../../../lib/core/policy/check.js';
import { checksOf } from '../../../../lib/core/policy/compile.js';
import { refine, type MergedPolicy } from '../../../../lib/core/policy/merge.js';
import type { OriginTerm, ReadFields } from '../../../../lib/core/policy/options.js';
import { readOriginText } from '../../../../lib/core/policy/read-origin.js';
import type { Dangerously } from '../../../../lib/core/origin/origin-checks.js';

const isPublicSuffix = (domain: string): boolean => domain === 'vercel.app';

function termsOf(text: string, place = 'policies.a'): OriginTerm[] {
  return readOriginText(text, place, ({ reason }) => {
    throw new Error(reason);
  });
}

function expressionOf(effect: Extract<OriginTerm, { kind: 'expression' }>['effect']): OriginTerm[] {
  return [{ kind: 'expression', expression: /^x$/, effect, place: 'policies.a' }];
}

/** The issues of a policy whose fields are written at these places, from the outside in. */
function issuesOf(places: Readonly<Record<string, ReadFields>>, broken: readonly string[] = []): readonly CorsIssue[] {
  let merged: MergedPolicy | undefined;
  for (const [place, fields] of Object.entries(places)) {
    merged = refine(merged, { place, fields, broken: new Set(broken) });
  }
  const issues = new IssueCollector();
  checkPolicy(merged!, checksOf(merged!, isPublicSuffix), issues);
  return issues.issues;
}

/** The codes of the errors of one origin, with credentials. */
function codesOf(origin: readonly OriginTerm[], dangerously: Dangerously = {}, credentials = true): readonly string[] {
  return issuesOf({ 'policies.a': { origin, credentials, dangerously } }).map(({ code }) => code);
}

describe('3.7: a policy without an origin', () => {
  it('is an error at its innermost place', () => {
    expect(issuesOf({ 'policies.a': { credentials: true }, Controller: { maxAge: 5 } })).toEqual([
      {
        place: 'Controller',
        field: 'origin',
        value: undefined,
        code: 'origin-missing',
        reason:
          'This policy has no `origin`, and inherits none. An `origin` that is undefined, for example from a variable ' +
          'that is not set, is none.',
        suggestion: "origin: ['https://app.example.com'], or origin: false to allow no origin",
      },
    ]);
  });

  it('is no error if its origin is reported already, or is empty', () => {
    expect(issuesOf({ 'policies.a': {} }, ['origin'])).toEqual([]);
    expect(issuesOf({ 'policies.a': { origin: [] } })).toEqual([]);
  });
});

describe('3.7: exposing any header with credentials', () => {
  const origin = termsOf('https://app.example');

  it('is an error at the place where both meet', () => {
    const problem = {
      field: 'exposedHeaders',
      value: '*',
      code: 'exposed-any-with-credentials',
      reason:
        'With credentials browsers read "*" as the name of a header, so nothing would be exposed ' +
        '(https://fetch.spec.whatwg.org/#http-new-header-syntax).',
      suggestion: "list the headers: exposedHeaders: ['X-Total-Count']",
    };
    const exposing = { origin, exposedHeaders: '*' as const };
    expect(issuesOf({ outer: exposing, inner: { credentials: true }, innermost: { maxAge: 5 } })).toEqual([
      { place: 'inner', ...problem },
    ]);
    expect(issuesOf({ outer: { origin, credentials: true }, inner: exposing })).toEqual([
      { place: 'inner', ...problem },
    ]);
  });

  it('is no error without one of them', () => {
    expect(issuesOf({ a: { origin, credentials: true, exposedHeaders: ['X-A'] } })).toEqual([]);
    expect(issuesOf({ a: { origin, credentials: false, exposedHeaders: '*' } })).toEqual([]);
  });

  it('is not checked if one of the fields is broken', () => {
    const fields = { origin: termsOf('*'), credentials: true, exposedHeaders: '*' as const };
    expect(issuesOf({ a: fields })).toHaveLength(2);
    expect(issuesOf({ a: fields }, ['credentials'])).toEqual([]);
    expect(issuesOf({ a: fields }, ['dangerously'])).toEqual([]);
    expect(issuesOf({ a: fields }, ['maxAge'])).toHaveLength(2);
  });
});

describe('3.7: any origin with credentials', () => {
  it('is an error', () => {
    expect(issuesOf({ 'policies.a': { origin: termsOf('*'), credentials: true } })).toEqual([
      {
        place: 'policies.a',
        field: 'origin',
        value: '*',
        code: 'any-origin-with-credentials',
        reason:
          'Every site on the web could read responses with the cookies of your users; browsers refuse it ' +
          '(https://fetch.spec.whatwg.org/#cors-protocol-and-credentials).',
        suggestion:
          'list the origins, or leave credentials out for public data; ' +
          'dangerously: { reflectAnyOriginWithCredentials: true } allows every site anyway',
      },
    ]);
  });

  it('is no error without credentials, or with the flag for it', () => {
    const any = termsOf('*');
    expect(codesOf(any, {}, false)).toStrictEqual([]);
    expect(codesOf(any, { reflectAnyOriginWithCredentials: true })).toEqual([]);
    expect(codesOf(any, { reflectAnyOriginWithCredentials: false })).toEqual(['any-origin-with-credentials']);
    expect(codesOf(any, { allowNullOrigin: true })).toEqual(['any-origin-with-credentials']);
  });
});

describe('3.7: an origin that pages share', () => {
  it.each([
    ['null', 'Any site can have the origin "null": a sandboxed frame is enough.'],
    [
      'file://',
      'Every page that is opened from a file, in an app shell or a browser that sends "file://", has this origin.',
    ],
  ])('is an error: %s', (value, reason) => {
    expect(issuesOf({ 'policies.a': { origin: termsOf(value) } })).toEqual([
      {
        place: 'policies.a',
        field: 'origin',
        value,
        code: 'null-origin',
        reason,
        suggestion: 'leave it out, or set dangerously: { allowNullOrigin: true }',
      },
    ]);
    expect(codesOf(termsOf(value), { allowNullOrigin: true })).toEqual([]);
    expect(codesOf(termsOf(value), { allowNullOrigin: false })).toEqual(['null-origin']);
  });
});

describe('3.7: an expression with credentials', () => {
  const any = expressionOf({ any: 'https://any.example' });
  const neighbour = expressionOf({ neighbour: 'https://other.vercel.app' });
  const insecure = expressionOf({ insecure: 'http://app.example' });

  it.each<[OriginTerm[], string, string, string, keyof Dangerously]>([
    [
      any,
      'any-origin-with-credentials',
      '"/^x$/" allows "https://any.example", and so any origin. Every site on the web could read responses with the ' +
        'cookies of your users; browsers refuse it (https://fetch.spec.whatwg.org/#cors-protocol-and-credentials).',
      'list the origins, or leave credentials out for public data; ' +
        'dangerously: { reflectAnyOriginWithCredentials: true } allows every site anyway',
      'reflectAnyOriginWithCredentials',
    ],
    [
      neighbour,
      'origin-public-suffix',
      '"/^x$/" allows "https://other.vercel.app": sites of strangers below a public suffix, with credentials.',
      'list a domain of yours, or set dangerously: { allowPublicSuffixes: true }',
      'allowPublicSuffixes',
    ],
    [
      insecure,
      'origin-insecure',
      '"/^x$/" allows the http: origin "http://app.example" with credentials: anyone on the network can pose as it.',
      'allow https: only, or set dangerously: { allowInsecureOrigins: true }',
      'allowInsecureOrigins',
    ],
  ])('gets the error of the string that allows the same (case %#)', (origin, code, reason, suggestion, flag) => {
    expect(issuesOf({ 'policies.a': { origin, credentials: true } })).toEqual([
      { place: 'policies.a', field: 'origin', value: /^x$/, code, reason, suggestion },
    ]);
    expect(codesOf(origin, { [flag]: true })).toEqual([]);
    expect(codesOf(origin, { [flag]: false })).toEqual([code]);
    expect(codesOf(origin, {}, false)).toStrictEqual([]);
  });

  it('without such an effect is no error', () => {
    expect(codesOf(expressionOf({}))).toEqual([]);
  });
});

describe('3.7: a listed origin', () => {
  it('is checked with the credentials of the policy, and shown as it was written', () => {
    const listed = termsOf('http://app.example');
    expect(issuesOf({ 'policies.a': { origin: listed, credentials: true } })).toMatchObject([
      { place: 'policies.a', field: 'origin', code: 'origin-insecure', value: 'http://app.example' },
    ]);
    expect(codesOf(listed, {}, false)).toEqual([]);
  });

  it('is reported where it is written, or where it meets the credentials', () => {
    const listed = termsOf('http://app.example', 'outer');
    expect(issuesOf({ outer: { origin: listed }, inner: { credentials: true } })).toMatchObject([{ place: 'inner' }]);
    const configured = termsOf('http://app.example', 'the variable CORS_ORIGINS');
    expect(issuesOf({ outer: { origin: configured }, inner: { credentials: true } })).toMatchObject([
      { place: 'the variable CORS_ORIGINS' },
    ]);
    const flags = { allowNullOrigin: false };
    expect(issuesOf({ outer: { origin: termsOf('null', 'outer') }, inner: { dangerously: flags } })).toMatchObject([
      { place: 'inner' },
    ]);
    expect(issuesOf({ outer: { origin: termsOf('null', 'outer') }, inner: { maxAge: 5 } })).toMatchObject([
      { place: 'outer' },
    ]);
  });

  it('has its errors beside those of the others; a provider has none here', () => {
    const provider = { label: 'a list', under: () => ({ usesContext: false, atOnce: true, ask: () => true }) };
    expect(codesOf([{ kind: 'provider', provider }, ...termsOf('null, *')])).toEqual([
      'null-origin',
      'any-origin-with-credentials',
    ]);
  });
});
