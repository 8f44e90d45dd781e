import type ts from 'typescript';
import type { PlatformName } from '../app/job.js';
import { quote } from '../../../core/issues/text.js';
import { isCorsResponseHeader, isNeverExposed } from '../../../core/http/header-names.js';
import { isToken, splitList } from '../../../core/http/lists.js';
import { isForbiddenMethod } from '../../../core/http/methods.js';
import type { Dangerously } from '../../../core/origin/origin-checks.js';
import { type KnownOrigin, problemsOf } from './check-policy.js';
import { type Code, type Printed } from './code.js';
import { type Origins, readOrigins, shown } from './origins.js';
import { bare, type Project } from './project.js';
import { Untranslatable } from './untranslatable.js';
import { UNKNOWN, type Values } from './values.js';

/** A call of cors, as a policy that grants the same or less. */
export interface TranslatedPolicy {
  /** The fields to write. */
  readonly fields: Readonly<Record<string, Printed>>;
  /** Comments for the reader of the code, by field. */
  readonly comments: ReadonlyMap<string, string>;
  /** The differences between the two. */
  readonly notes: readonly string[];
}

type Written = ts.Expression | ts.MethodDeclaration;

/** Methods that each cors grants where none are written. */
const DEFAULT_METHODS = {
  express: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'],
  fastify: ['GET', 'HEAD', 'POST'],
} as const;

/** Options whose value changes nothing that a page sees, with what the library does. */
const WITHOUT_EFFECT = ['hideOptionsRoute', 'logLevel', 'strictPreflight'];

/** Flags of `dangerously` by the error that they turn off, with a warning for the code. */
const FLAGS: Readonly<Record<string, readonly [keyof Dangerously, string]>> = {
  'any-origin-with-credentials': [
    'reflectAnyOriginWithCredentials',
    'every site on the web may read responses with the cookies of your users, as before. List the origins instead.',
  ],
  'origin-insecure': [
    'allowInsecureOrigins',
    'anyone on the network can pose as an http: origin, as before. Serve those pages over https:.',
  ],
  'null-origin': ['allowNullOrigin', 'any site can have the origin null (a sandboxed frame), as before. Leave it out.'],
  'origin-public-suffix': ['allowPublicSuffixes', 'strangers have sites below this name, as before. List your own.'],
};

/**
 * Translates the options of a call.
 *
 * @param options `undefined`: the call has none
 * @param use `handshakes`: the options are those of a gateway, which has the methods GET and POST alone
 * @throws Untranslatable where it is not certain that the policy grants no more than the call
 */
export function translateOptions(
  options: ts.Expression | undefined,
  platform: PlatformName,
  project: Project,
  values: Values,
  use: 'requests' | 'handshakes' = 'requests',
): TranslatedPolicy {
  const notes = new Set<string>();
  const note = (text: string): void => void notes.add(text);
  const given = readObject(options, project, values);
  const valueOf = (name: string): unknown => {
    const written = given.get(name);
    const value = written === undefined ? undefined : isMethod(project, written) ? UNKNOWN : values.of(written);
    if (value === UNKNOWN) {
      throw new Untranslatable(
        `\`${name}: ${shown(written!)}\` is not known from the source text. Write the policy by hand.`,
      );
    }
    return value;
  };
  const credentials = readCredentials(valueOf('credentials'));
  refuseFlow(given, valueOf, platform, note);
  const origins = readOrigins(given.get('origin'), { project, values, platform, credentials, note });
  const keepsCredentials = credentials && origins.any !== 'star';
  if (credentials && !keepsCredentials) {
    note(
      "credentials is left out: with '*' browsers refuse every response to a request with cookies, as they did before.",
    );
  }
  if (origins.any === 'reflect' && !keepsCredentials) {
    note("origin: true echoed the page's origin. It is '*' now, which allows the same pages.");
  }
  const readLists: ListReading = { platform, credentials: keepsCredentials, note };
  const fields: Record<string, Printed> = {
    origin: printedOrigin(origins),
    credentials: keepsCredentials || undefined,
    methods:
      use === 'handshakes' && !given.has('methods')
        ? undefined
        : readMethods(
            given.has('methods') ? valueOf('methods') : DEFAULT_METHODS[platform],
            readLists,
            given.has('methods'),
          ),
    allowedHeaders: readAllowedHeaders(valueOf('allowedHeaders') || valueOf('headers'), readLists),
    exposedHeaders: readExposedHeaders(valueOf('exposedHeaders'), readLists),
    maxAge: readMaxAge(valueOf('maxAge'), note),
    optionsSuccessStatus: readStatus(valueOf('optionsSuccessStatus')),
  };
  const { flags, comment } = flagsFor(fields, origins);
  const comments = new Map(comment === undefined ? [] : [['dangerously', comment]]);
  if (comment !== undefined) {
    note(`dangerously: ${comment.replace('cors-policy migrate: ', '')}`);
  }
  return { fields: { ...fields, dangerously: flags }, comments, notes: [...notes] };
}

function isMethod({ ts: typescript }: Project, node: Written): node is ts.MethodDeclaration {
  return typescript.isMethodDeclaration(node);
}

/** Reads the options as an object of expressions. */
function readObject(options: ts.Expression | undefined, project: Project, values: Values): Map<string, Written> {
  const { ts: typescript } = project;
  const fields = new Map<string, Written>();
  const node = options && values.follow(options);
  if (node === undefined || node.kind === typescript.SyntaxKind.TrueKeyword || node.getText() === 'undefined') {
    return fields;
  }
  if (typescript.isArrowFunction(node) || typescript.isFunctionExpression(node)) {
    throw new Untranslatable(
      'The options are a function of the request. Give each route its policy with @CorsPolicy(), or write the origin as ' +
        '(origin, context) => boolean.',
    );
  }
  if (!typescript.isObjectLiteralExpression(node)) {
    throw new Untranslatable(
      `The options \`${shown(node)}\` are not known from the source text. Write the policy by hand.`,
    );
  }
  for (const property of node.properties) {
    if (typescript.isSpreadAssignment(property)) {
      const spread = values.nested('options', property, () => readObject(property.expression, project, values));
      if (spread === undefined) {
        throw new Untranslatable(`\`${shown(property)}\` contains itself. Write the policy by hand.`);
      }
      spread.forEach((value, name) => fields.set(name, value));
      continue;
    }
    const name =
      property.name !== undefined &&
      (typescript.isIdentifier(property.name) || typescript.isStringLiteral(property.name))
        ? property.name.text
        : undefined;
    const value = typescript.isPropertyAssignment(property)
      ? bare(typescript, property.initializer)
      : typescript.isShorthandPropertyAssignment(property)
        ? property.name
        : typescript.isMethodDeclaration(property)
          ? property
          : undefined;
    if (name === undefined || value === undefined) {
      throw new Untranslatable(`\`${shown(property)}\` is not known from the source text. Write the policy by hand.`);
    }
    fields.set(name, typescript.isPropertyAssignment(property) ? property.initializer : value);
  }
  return fields;
}

function readCredentials(value: unknown): boolean {
  if (value !== undefined && value !== null && typeof value !== 'boolean') {
    throw new Untranslatable(
      `\`credentials: ${quote(value)}\` is not true or false. Write what is meant, and migrate again.`,
    );
  }
  return value === true;
}

const READ = [
  ...[
    'origin',
    'credentials',
    'methods',
    'allowedHeaders',
    'headers',
    'exposedHeaders',
    'maxAge',
    'optionsSuccessStatus',
  ],
  ...['preflightContinue', 'preflight', 'hook', 'delegator', 'cacheControl'],
];

/** Refuses options that change which requests are answered; tells of those that change nothing. */
function refuseFlow(
  given: ReadonlyMap<string, Written>,
  valueOf: (name: string) => unknown,
  platform: PlatformName,
  note: (text: string) => void,
): void {
  const ofFastify = platform === 'fastify';
  if (valueOf('preflightContinue')) {
    throw new Untranslatable(
      '`preflightContinue: true` lets your own handlers answer preflights, which may refuse some. A policy answers all of them: ' +
        'remove the option if no handler depends on it, and migrate again.',
    );
  }
  if (ofFastify && given.has('delegator')) {
    throw new Untranslatable(
      '`delegator` chooses options for each request. Give each route its policy with @CorsPolicy().',
    );
  }
  if (ofFastify && given.has('preflight') && valueOf('preflight') !== true) {
    throw new Untranslatable(
      'With `preflight: false` no preflight was granted. A policy grants them: write `methods` by hand.',
    );
  }
  if (ofFastify && given.has('hook') && valueOf('hook') !== 'onRequest') {
    note('hook is left out: the headers are added before any hook of the app.');
  }
  if (ofFastify && given.has('cacheControl')) {
    note('cacheControl is left out: browsers keep a preflight by Access-Control-Max-Age, never by Cache-Control.');
  }
  for (const name of given.keys()) {
    if (!READ.includes(name) && !(ofFastify && WITHOUT_EFFECT.includes(name))) {
      note(`${name} is left out: cors does not know this option.`);
    }
  }
}

function printedOrigin({ known, functions, any }: Origins): Printed {
  if (any !== undefined) {
    return '*';
  }
  const all: readonly (KnownOrigin | Code)[] = [...known, ...functions];
  return all.length === 0 ? false : all.length === 1 ? all[0] : all;
}

interface ListReading {
  readonly platform: PlatformName;
  readonly credentials: boolean;
  note(text: string): void;
}

function readList(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  const list: unknown = typeof value === 'string' ? splitList(value) : value;
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) {
    throw new Untranslatable(`\`${name}\` is neither a list of texts nor one text. Write the policy by hand.`);
  }
  const names = list.flatMap(splitList);
  const odd = names.find((each) => !isToken(each));
  if (odd !== undefined) {
    throw new Untranslatable(`${quote(odd)} in \`${name}\` is not a name. Remove it, and migrate again.`);
  }
  return names;
}

function readMethods(value: unknown, { credentials, note }: ListReading, isWritten: boolean): Printed {
  const methods = readList('methods', value);
  if (methods === undefined || methods.length === 0) {
    throw new Untranslatable('`methods` is empty. Write the methods that pages may use, and migrate again.');
  }
  if (methods.includes('*')) {
    if (credentials) {
      throw new Untranslatable(
        "`methods: '*'` with credentials is no wildcard to browsers. Write the methods, and migrate again.",
      );
    }
    note("methods: '*' is left out: each path grants the methods that it has.");
    return undefined;
  }
  const lower = methods.find((each) => each !== each.toUpperCase());
  if (lower !== undefined) {
    throw new Untranslatable(
      `Browsers compare methods as they are written, so ${quote(lower)} granted no ${lower.toUpperCase()}; a policy would. ` +
        'Write it in upper case if it is meant, and migrate again.',
    );
  }
  const kept = methods.filter((each) => !isForbiddenMethod(each));
  if (!isWritten) {
    note(
      `methods are the ${kept.length} that cors grants by itself. Without the line each path grants the methods that it has.`,
    );
  }
  const stopped = ['GET', 'POST'].filter((each) => !kept.includes(each));
  if (stopped.length > 0) {
    note(
      `${stopped.join(' and ')} is not in methods: browsers let pages use it all the same, and the policy does not.`,
    );
  }
  return [...new Set(kept)];
}

function readAllowedHeaders(value: unknown, { platform, note }: ListReading): Printed {
  if (value === '' && platform === 'express') {
    return undefined;
  }
  const names = readList('allowedHeaders', value);
  if (names?.includes('*')) {
    throw new Untranslatable(
      "`allowedHeaders: '*'` grants no Authorization header, and nothing with cookies; '*' in a policy grants both. List the " +
        'headers that pages send, or leave allowedHeaders out to grant any, and migrate again.',
    );
  }
  const useless = names?.filter((each) => isCorsResponseHeader(each.toLowerCase())) ?? [];
  if (useless.length > 0) {
    note(`${useless.join(', ')} is left out of allowedHeaders: it is a header of responses, which no page sends.`);
  }
  return names?.filter((each) => !useless.includes(each));
}

function readExposedHeaders(value: unknown, { credentials, note }: ListReading): Printed {
  const names = value === '' ? undefined : readList('exposedHeaders', value);
  const useless = names?.filter((each) => isNeverExposed(each.toLowerCase()) || (each === '*' && credentials)) ?? [];
  if (useless.length > 0) {
    note(`${useless.join(', ')} is left out of exposedHeaders: browsers do not let pages with cookies read it.`);
  }
  const kept = names?.filter((each) => !useless.includes(each));
  return kept === undefined || kept.length === 0 ? undefined : kept;
}

function readMaxAge(value: unknown, note: (text: string) => void): Printed {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < -1) {
    throw new Untranslatable(
      `\`maxAge: ${quote(value)}\` is no number of seconds. Write one from -1 to 86400, and migrate again.`,
    );
  }
  if (seconds > 86_400) {
    note(`maxAge is 86400 in place of ${seconds}: no browser keeps a preflight longer than a day.`);
  }
  return Math.min(seconds, 86_400);
}

function readStatus(value: unknown): Printed {
  if (value === undefined || value === 204) {
    return undefined;
  }
  if (typeof value !== 'number' || value < 200 || value > 299) {
    throw new Untranslatable(
      `With \`optionsSuccessStatus: ${quote(value)}\` browsers refuse every preflight; a policy would grant them. Write 204 or ` +
        '200 if they are meant, and migrate again.',
    );
  }
  return value;
}

/** The flags without which the library would not start with these fields. */
function flagsFor(
  fields: Readonly<Record<string, Printed>>,
  { known, any, functions }: Origins,
): { readonly flags: Printed; readonly comment: string | undefined } {
  const origin: readonly KnownOrigin[] =
    any !== undefined ? ['*'] : known.length > 0 || functions.length > 0 ? known : [false];
  const flags: Partial<Record<keyof Dangerously, true>> = {};
  const texts: string[] = [];
  for (;;) {
    const [problem] = problemsOf({ ...fields, origin, dangerously: { ...flags } });
    if (problem === undefined) {
      return {
        flags: texts.length === 0 ? undefined : flags,
        comment: texts.length === 0 ? undefined : `cors-policy migrate: ${texts.join(' ')}`,
      };
    }
    const [flag, text] = FLAGS[problem.code] ?? [];
    if (flag === undefined || flags[flag] === true) {
      const instead = problem.suggestion === undefined ? '' : ` Instead: ${problem.suggestion}.`;
      throw new Untranslatable(
        `A policy cannot say the same: ${problem.reason}${instead} Write what is meant, and migrate again.`,
      );
    }
    flags[flag] = true;
    texts.push(text!);
  }
}
