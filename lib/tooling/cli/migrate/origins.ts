import type ts from 'typescript';
import { quote } from '../../../core/issues/text.js';
import { isSharedOrigin, parseOrigin } from '../../../core/origin/origin.js';
import { parseOriginPattern } from '../../../core/origin/parse-pattern.js';
import type { KnownOrigin } from './check-policy.js';
import { Code, codeOf } from './code.js';
import { environmentCode } from './environment.js';
import { readOriginCallback } from './origin-function.js';
import type { Project } from './project.js';
import { Untranslatable } from './untranslatable.js';
import { type StaticValue, UNKNOWN, type Values } from './values.js';

/** The origins of a call. */
export interface Origins {
  /** Values that are known; an empty list allows no origin by itself. */
  readonly known: readonly KnownOrigin[];
  /** Functions over the environment, as code. */
  readonly functions: readonly Code[];
  /** `cors` sends `*`: any page may read, none with cookies. `reflect`: any page, with cookies too. */
  readonly any: 'star' | 'reflect' | undefined;
}

/** The parts that reading origins needs. */
export interface OriginReading {
  readonly project: Project;
  readonly values: Values;
  readonly platform: 'express' | 'fastify';
  readonly credentials: boolean;
  /** Tells a difference that the user should know. */
  note(text: string): void;
}

const STAR: Origins = { known: [], functions: [], any: 'star' };

/**
 * Reads the option `origin` of a call.
 *
 * @throws Untranslatable where the origins that it allows are not known exactly
 */
export function readOrigins(
  written: ts.Expression | ts.MethodDeclaration | undefined,
  reading: OriginReading,
): Origins {
  const { values, project } = reading;
  const { ts: typescript } = project;
  if (written === undefined) {
    return STAR;
  }
  const node = typescript.isMethodDeclaration(written) ? written : values.follow(written);
  if (
    typescript.isArrowFunction(node) ||
    typescript.isFunctionExpression(node) ||
    typescript.isMethodDeclaration(node)
  ) {
    return fromCallback(node, reading);
  }
  const value = values.of(node);
  if (value !== UNKNOWN) {
    return fromValue(value, reading);
  }
  const elements = values.elements(node);
  if (elements !== undefined) {
    return union(elements.map((each) => fromElement(each, reading)));
  }
  const code = environmentCode(node, project, values);
  if (code === undefined) {
    throw new Untranslatable(
      `\`origin: ${shown(written)}\` is not known from the source text. Write the policy by hand: a list, ` +
        'ConfigOrigins.forKey(…) for a key of the configuration, or (origin, context) => boolean.',
    );
  }
  tellEnvironment(code.code, reading);
  return code.kind === 'list'
    ? { known: [], functions: [listFunction(code.code)], any: undefined }
    : single(code.code, reading);
}

/** An `origin` of one text that the environment gives. */
function single(code: string, { credentials, note }: OriginReading): Origins {
  if (credentials) {
    note(
      `If \`${code}\` is '*', no page reads any more: cors sent * then, which browsers accept without cookies only.`,
    );
    return { known: [], functions: [new Code(`(origin) => origin === ${code}`)], any: undefined };
  }
  if (/^\(.* \? '[^'*]*' : '[^'*]*'\)$/.test(code)) {
    return { known: [], functions: [new Code(`(origin) => origin === ${code}`)], any: undefined };
  }
  note(
    `If \`${code}\` is '*', every page reads as before, except those of the origin null: no function is asked about it.`,
  );
  return {
    known: [],
    functions: [
      new Code(`(origin) => ${code} === origin || ${code.includes(' ? ') ? `String(${code})` : code} === '*'`),
    ],
    any: undefined,
  };
}

function tellEnvironment(code: string, { note, platform }: OriginReading): void {
  note(
    `\`${code}\` is read for each request, and compared as a whole as before: no wildcard, no list in one text. ` +
      'ConfigOrigins.forKey(…) checks such a value at startup.',
  );
  if (platform === 'fastify') {
    note(`A '*' in a list of \`${code}\` no longer allows every page.`);
  }
}

const listFunction = (code: string): Code => new Code(`(origin) => ${orEmpty(code)}.includes(origin)`);

/** A list of the environment may be missing: `process.env.ORIGINS?.split(',')`. */
const orEmpty = (code: string): string => (code.includes('?.') ? `(${code} ?? [])` : code);

/** An element of a list. */
function fromElement(node: ts.Expression, reading: OriginReading): Origins {
  const value = reading.values.of(node);
  if (value !== UNKNOWN) {
    return Array.isArray(value)
      ? union(value.map((each) => fromListed(each as StaticValue, reading)))
      : fromListed(value, reading);
  }
  const code = environmentCode(node, reading.project, reading.values);
  if (code === undefined) {
    throw new Untranslatable(
      `\`${shown(node)}\` in the list of origins is not known from the source text. Write the policy by hand.`,
    );
  }
  tellEnvironment(code.code, reading);
  return {
    known: [],
    functions: [code.kind === 'list' ? listFunction(code.code) : new Code(`(origin) => origin === ${code.code}`)],
    any: undefined,
  };
}

function fromValue(value: StaticValue, reading: OriginReading): Origins {
  if (Array.isArray(value)) {
    return union((value as readonly StaticValue[]).map((each) => fromListed(each, reading)));
  }
  if (value === '*') {
    return STAR;
  }
  if (value === true) {
    return { known: [], functions: [], any: 'reflect' };
  }
  if (value === undefined || value === null || value === '') {
    throw new Untranslatable(
      `\`origin: ${quote(value)}\` turns cors off on Express and is an error on Fastify. Write origin: false, or the origins.`,
    );
  }
  return fromListed(value, reading);
}

/** A value that is an element of a list, or the only one. */
function fromListed(value: StaticValue, { platform, note }: OriginReading): Origins {
  const none: Origins = { known: [], functions: [], any: undefined };
  if (value === false || value === null || value === undefined || value === '') {
    return none;
  }
  if (value instanceof RegExp) {
    if (/[gy]/.test(value.flags)) {
      throw new Untranslatable(
        `The RegExp ${String(value)} has a flag that makes it forget every second origin. Remove the flag, and migrate again.`,
      );
    }
    return { ...none, known: [value] };
  }
  if (value === '*' && platform === 'fastify') {
    return STAR;
  }
  if (typeof value !== 'string') {
    throw new Untranslatable(
      `\`${quote(value)}\` in the list of origins means every origin to cors. Write the policy by hand.`,
    );
  }
  if (isSharedOrigin(value) || parseOrigin(value) !== undefined) {
    return { ...none, known: [value] };
  }
  const pattern = parseOriginPattern(value);
  const instead =
    'code' in pattern
      ? pattern.suggestion === undefined
        ? ''
        : ` Probably meant: ${quote(pattern.suggestion)}.`
      : ` Here ${quote(value)} is a pattern: add it if all that it covers is meant.`;
  note(
    `${quote(value)} is left out: cors compares texts, and no page has this origin, so it never allowed one.${instead}`,
  );
  return none;
}

function fromCallback(
  node: ts.ArrowFunction | ts.FunctionExpression | ts.MethodDeclaration,
  reading: OriginReading,
): Origins {
  const allowed = readOriginCallback(node, reading.project);
  if (allowed === undefined) {
    throw new Untranslatable(
      'The function `origin` does more than look an origin up in a list. Write it as (origin, context) => boolean, or as a ' +
        'provider: it returns its answer, has no callback, and is not asked about requests without an Origin.',
    );
  }
  reading.note('An origin that is refused gets no CORS headers. If the function gave an error, it got a 500 before.');
  return union([
    ...allowed.one.map((each) => fromElement(each, reading)),
    ...allowed.lists.map((each) => fromList(each, reading)),
    ...allowed.expressions.map((each) => fromExpression(each, reading)),
  ]);
}

/** A list that a function calls `includes()` of: each element is compared as text, `*` too. */
function fromList(node: ts.Expression, reading: OriginReading): Origins {
  const elements = reading.values.elements(node);
  if (elements !== undefined) {
    return union(elements.map((each) => fromElement(each, { ...reading, platform: 'express' })));
  }
  const code = environmentCode(node, reading.project, reading.values);
  if (code?.kind !== 'list') {
    throw new Untranslatable(
      `\`${shown(node)}\`, which the function \`origin\` looks into, is not known from the source text. Write the policy by hand.`,
    );
  }
  tellEnvironment(code.code, { ...reading, platform: 'express' });
  return { known: [], functions: [listFunction(code.code)], any: undefined };
}

function fromExpression(node: ts.Expression, reading: OriginReading): Origins {
  const value = reading.values.of(node);
  if (!(value instanceof RegExp)) {
    throw new Untranslatable(
      `\`${shown(node)}\` is not known as a RegExp from the source text. Write the policy by hand.`,
    );
  }
  return fromListed(value, reading);
}

function union(parts: readonly Origins[]): Origins {
  return (
    parts.find(({ any }) => any !== undefined) ?? {
      known: [...new Set(parts.flatMap(({ known }) => known))],
      functions: [...new Map(parts.flatMap(({ functions }) => functions).map((each) => [codeOf(each), each])).values()],
      any: undefined,
    }
  );
}

/** The text of a node, on one line and not too long. */
export function shown(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
