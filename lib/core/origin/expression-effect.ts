import { sampleOf } from './expression-samples.js';
import { parseExpression } from './expression-syntax.js';
import { withoutMemory } from './regexp.js';
import { withoutRootDot } from './host.js';
import { isLoopback, isWebScheme, parseOrigin } from './origin.js';
import type { OriginChecks } from './origin-checks.js';

/** Origins that an expression allows and that show its weakness: each was tested by the expression itself. */
export interface ExpressionEffect {
  /** An origin that does not exist, so the expression allows as much as `*`. */
  readonly any?: string;
  /** An origin that a stranger can register and that is similar to the intended one. */
  readonly lookalike?: string;
  /** A neighbour below a public suffix. */
  readonly neighbour?: string;
  /** An `http:` origin that is not loopback. */
  readonly insecure?: string;
}

const STRANGERS = ['stranger.invalid', 'www.stranger.invalid', 'a.b.stranger.invalid', 'stranger-1.invalid'];
/** Allowed under both: the top-level domain is variable too. */
const STRANGERS_ELSEWHERE = ['stranger.com', 'stranger.net'];
const GLUED = ['evil', 'stranger'];
const FILLINGS = ['stranger', 'other9', 'qz', 'q'];
const OPTIONS = 6;

/** Runs an expression on strangers and on texts made from it (rule 3.7). Precondition: it is anchored, and not slow. */
export function effectOf(expression: RegExp, isPublicSuffix: OriginChecks['isPublicSuffix']): ExpressionEffect {
  const tested = withoutMemory(expression);
  const allows = (origin: string): boolean => tested.test(origin);
  const any = anyStranger(allows);
  if (any !== undefined) {
    return { any };
  }
  const domainOf = (host: string): string => registrable(withoutRootDot(host), isPublicSuffix);
  const groups = allowedGroups(expression, allows);
  const origins = groups.flat();
  const insecure = origins
    .map((origin) => origin.replace(/^https:/, 'http:'))
    .find((origin) => allows(origin) && isInsecure(origin));
  const lookalike =
    dotLookalike(expression, allows, domainOf) ??
    groups
      // A name that the expression leaves open has nothing to be glued to.
      .filter((group) => new Set(group.map((origin) => domainOf(hostOf(origin)))).size === 1)
      .flatMap((group) => group.flatMap((origin) => glued(origin, domainOf)))
      .find(allows);
  const neighbours = groups.flatMap((group) => neighboursIn(group, domainOf));
  const registered = neighbours.find(({ kind }) => kind === 'lookalike')?.origin;
  const neighbour = neighbours.find(({ kind, suffix }) => kind === 'neighbour' && isPublicSuffix(suffix))?.origin;
  return {
    ...((lookalike ?? registered) && { lookalike: (lookalike ?? registered)! }),
    ...(neighbour && { neighbour }),
    ...(insecure && { insecure }),
  };
}

function anyStranger(allows: (origin: string) => boolean): string | undefined {
  const forms = (host: string): string[] =>
    ['https', 'http'].flatMap((scheme) => [`${scheme}://${host}`, `${scheme}://${host}:8443`]);
  const elsewhere = STRANGERS_ELSEWHERE.map((host) => forms(host).find(allows));
  return STRANGERS.flatMap(forms).find(allows) ?? (elsewhere.includes(undefined) ? undefined : elsewhere[0]);
}

/** Groups of origins. Those of a group differ only in the texts for the variable parts of the expression. */
function allowedGroups(expression: RegExp, allows: (origin: string) => boolean): readonly (readonly string[])[] {
  const root = parseExpression(expression);
  const groups: string[][] = [];
  for (let option = 0; option < OPTIONS; option++) {
    for (const times of ['least', 'once', 'filling'] as const) {
      const texts = FILLINGS.map((filling) => sampleOf(root, { option, times, filling, dot: '.' }));
      groups.push([...new Set(texts)].filter((text) => isWebOrigin(text) && allows(text)));
    }
  }
  return groups;
}

/** One `.` after the other that does not repeat: `app.example.com` allows `appxexample.com`. */
function dotLookalike(
  expression: RegExp,
  allows: (origin: string) => boolean,
  domainOf: (host: string) => string,
): string | undefined {
  const root = parseExpression(expression);
  for (let option = 0; option < OPTIONS; option++) {
    const style = { option, times: 'once', filling: 'a', dot: '.' } as const;
    const meant = sampleOf(root, style);
    for (let otherDot = 0; otherDot < 8 && isWebOrigin(meant) && allows(meant); otherDot++) {
      const other = sampleOf(root, { ...style, otherDot });
      if (
        isWebOrigin(other) &&
        parseOrigin(other)!.kind === 'domain' &&
        allows(other) &&
        domainOf(hostOf(other)) !== domainOf(hostOf(meant))
      ) {
        return other;
      }
    }
  }
  return undefined;
}

/** The origin with a name glued to the front of its domain and to the end of its host. */
function glued(origin: string, domainOf: (host: string) => string): readonly string[] {
  const { scheme, host, port, kind } = parseOrigin(origin)!;
  if (kind !== 'domain') {
    return [];
  }
  const end = port === undefined ? '' : `:${port}`;
  return [
    ...GLUED.map((name) => `${scheme}://${name}${domainOf(host)}${end}`),
    `${scheme}://${host}.stranger.invalid${end}`,
    `${scheme}://${host}stranger.invalid${end}`,
  ];
}

interface Neighbour {
  readonly kind: 'lookalike' | 'neighbour';
  readonly origin: string;
  readonly suffix: string;
}

/** Compares the domains within a group: the parts that differ are variable in the expression. */
function neighboursIn(group: readonly string[], domainOf: (host: string) => string): readonly Neighbour[] {
  const domains = group.map((origin) => domainOf(hostOf(origin)));
  return group.slice(1).flatMap((origin, index): Neighbour[] => {
    const [first, other] = [domains[0]!, domains[index + 1]!];
    if (first === other || parseOrigin(origin)!.kind !== 'domain' || isLoopback(parseOrigin(origin)!)) {
      return [];
    }
    const suffix = other.slice(other.indexOf('.') + 1);
    const sameSuffix = suffix === first.slice(first.indexOf('.') + 1);
    // `[a-z]+example.com` has a name that stays; `[a-z]+-acme.vercel.app` and `[a-z]+.github.io` have none.
    const staying = commonEnd(label(first), label(other));
    const isLookalike = !sameSuffix || /^[a-z0-9]{2}/.test(staying);
    return [{ kind: isLookalike ? 'lookalike' : 'neighbour', origin, suffix }];
  });
}

function label(domain: string): string {
  return domain.slice(0, domain.indexOf('.'));
}

function commonEnd(a: string, b: string): string {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) {
    length++;
  }
  return a.slice(a.length - length);
}

/** The name that someone registered: one label below a public suffix, or below the last label. */
function registrable(host: string, isPublicSuffix: OriginChecks['isPublicSuffix']): string {
  const labels = host.split('.');
  const suffix = labels.findIndex((_, index) => isPublicSuffix(labels.slice(index).join('.')));
  const start = suffix < 0 ? labels.length - 1 : suffix;
  return labels.slice(Math.max(0, start - 1)).join('.');
}

function isWebOrigin(text: string): boolean {
  const origin = parseOrigin(text);
  return origin !== undefined && isWebScheme(origin.scheme);
}

function isInsecure(text: string): boolean {
  const origin = parseOrigin(text);
  return origin?.scheme === 'http' && !isLoopback(origin);
}

function hostOf(origin: string): string {
  return parseOrigin(origin)!.host;
}
