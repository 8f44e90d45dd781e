import { combinationsOf } from './expression-combinations.js';
import { sampleOf } from './expression-samples.js';
import { type ExpressionNode, parseExpression } from './expression-syntax.js';
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
/** Also with a hyphen, as `\bexample.com` does not match in the middle of a word, and a longer one, as `\w{5,}` takes. */
const GLUED = ['evil', 'evil-', 'stranger'];
/** Pairs of names that differ from their first letter on. Some expressions take only short ones: `https:\/+[a-z]+`. */
const FILLINGS = [
  ['stranger', 'other9'],
  ['qz', 'ow'],
];
/** Texts before a filling, where the expression leaves the slashes open, or the scheme too. */
const STARTS = ['', '//', 'https://'];
const TIMES = ['least', 'once', 'filling'] as const;

/** Runs an expression on strangers and on texts made from it (rule 3.7). Precondition: it is anchored, and not slow. */
export function effectOf(expression: RegExp, isPublicSuffix: OriginChecks['isPublicSuffix']): ExpressionEffect {
  const tested = withoutMemory(expression);
  const allows = (origin: string): boolean => tested.test(origin);
  const any = anyStranger(allows);
  if (any !== undefined) {
    return { any };
  }
  const domainOf = (host: string): string => registrable(withoutRootDot(host), isPublicSuffix);
  const root = parseExpression(expression);
  const groups = allowedGroups(root, allows);
  const origins = groups.flat();
  const insecure = origins
    .map((origin) => origin.replace(/^https:/, 'http:'))
    .find((origin) => allows(origin) && isInsecure(origin));
  // A name that the expression leaves open has nothing to be glued to.
  const fixed = groups
    .filter((group) => new Set(group.map((origin) => domainOf(hostOf(origin)))).size === 1)
    .flatMap((group) => group.filter(isDomain));
  const renamed = fixed.map((origin) => [origin, ...underOtherName(origin, domainOf).filter(allows)]);
  const lookalike =
    dotLookalike(root, allows, domainOf) ??
    renamed
      .flatMap(([origin, other]) => [
        ...(other === undefined ? gluedToName(origin!, domainOf) : []),
        ...gluedToHost(origin!),
      ])
      .find(allows);
  const neighbours = [...groups, ...renamed].map((group) => neighbourIn(group, domainOf));
  const registered = neighbours.find((each) => each?.kind === 'lookalike')?.origin;
  const neighbour = neighbours.find((each) => each?.kind === 'neighbour' && isPublicSuffix(each.suffix))?.origin;
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

/** Groups of two origins, or fewer. Those of a group differ only in the texts for the variable parts of the expression. */
function allowedGroups(root: ExpressionNode, allows: (origin: string) => boolean): readonly (readonly string[])[] {
  return combinationsOf(root).flatMap((options) => {
    const groupsWith = (start: string): readonly (readonly string[])[] =>
      FILLINGS.flatMap((fillings) =>
        TIMES.map((times) =>
          fillings
            .map((filling) => sampleOf(root, { options, times, filling: start + filling }))
            .filter((text) => isWebOrigin(text) && allows(text)),
        ),
      );
    return STARTS.map(groupsWith).find((groups) => groups.flat().length > 0) ?? [];
  });
}

/** One `.` after the other that does not repeat: `app.example.com` allows `appxexample.com`. */
function dotLookalike(
  root: ExpressionNode,
  allows: (origin: string) => boolean,
  domainOf: (host: string) => string,
): string | undefined {
  for (const options of combinationsOf(root)) {
    const style = { options, times: 'once', filling: 'a' } as const;
    const meant = sampleOf(root, style);
    if (!isWebOrigin(meant) || !allows(meant)) {
      continue;
    }
    for (let otherDot = 0; ; otherDot++) {
      const other = sampleOf(root, { ...style, otherDot });
      if (other === meant) {
        break;
      }
      if (isWebOrigin(other) && allows(other) && domainOf(hostOf(other)) !== domainOf(hostOf(meant))) {
        return other;
      }
    }
  }
  return undefined;
}

/**
 * The origin of a domain, with another name in place of the registered one: `(?:app|[a-z]+)\.github\.io` leaves the name
 * open although one of its options is fixed.
 */
function underOtherName(origin: string, domainOf: (host: string) => string): readonly string[] {
  const domain = domainOf(hostOf(origin));
  const start = origin.lastIndexOf(domain);
  const dot = domain.indexOf('.');
  return dot < 0 ? [] : [`${origin.slice(0, start)}stranger${origin.slice(start + dot)}`];
}

/** The origin of a domain, with texts glued to the front of the registered name. */
function gluedToName(origin: string, domainOf: (host: string) => string): readonly string[] {
  const { scheme, host, port } = parseOrigin(origin)!;
  return GLUED.map((name) => `${scheme}://${name}${domainOf(host)}${endOf(port)}`);
}

/** The origin of a domain, with a name glued to the end of its host. */
function gluedToHost(origin: string): readonly string[] {
  const { scheme, host, port } = parseOrigin(origin)!;
  return ['.stranger.invalid', 'stranger.invalid'].map((name) => `${scheme}://${host}${name}${endOf(port)}`);
}

function endOf(port: number | undefined): string {
  return port === undefined ? '' : `:${port}`;
}

interface Neighbour {
  readonly kind: 'lookalike' | 'neighbour';
  readonly origin: string;
  readonly suffix: string;
}

/** Compares the domains of a group: the parts that differ are variable in the expression. */
function neighbourIn([origin, another]: readonly string[], domainOf: (host: string) => string): Neighbour | undefined {
  if (another === undefined) {
    return undefined;
  }
  const domain = domainOf(hostOf(origin!));
  const other = domainOf(hostOf(another));
  if (domain === other || !isDomain(another) || isLoopback(parseOrigin(another)!)) {
    return undefined;
  }
  const suffix = other.slice(other.indexOf('.') + 1);
  const sameSuffix = suffix === domain.slice(domain.indexOf('.') + 1);
  // `[a-z]+example.com` has a name that stays; `[a-z]+-acme.vercel.app` and `[a-z]+.github.io` have none.
  const staying = commonEnd(domain, other);
  const isLookalike = !sameSuffix || /^[a-z0-9]{2}/.test(staying);
  return { kind: isLookalike ? 'lookalike' : 'neighbour', origin: another, suffix };
}

/** Precondition: the texts differ. */
function commonEnd(a: string, b: string): string {
  let length = 0;
  while (a.at(-1 - length) === b.at(-1 - length)) {
    length++;
  }
  return a.slice(a.length - length);
}

/** The name that someone registered: one label below a public suffix, or below the last label. */
function registrable(host: string, isPublicSuffix: OriginChecks['isPublicSuffix']): string {
  const labels = host.split('.');
  const last = labels.length - 1;
  const suffix = labels.findIndex((_, index) => index === last || isPublicSuffix(labels.slice(index).join('.')));
  return labels.slice(Math.max(0, suffix - 1)).join('.');
}

function isWebOrigin(text: string): boolean {
  const origin = parseOrigin(text);
  return origin !== undefined && isWebScheme(origin.scheme);
}

function isDomain(origin: string): boolean {
  return parseOrigin(origin)!.kind === 'domain';
}

function isInsecure(text: string): boolean {
  const origin = parseOrigin(text);
  return origin?.scheme === 'http' && !isLoopback(origin);
}

function hostOf(origin: string): string {
  return parseOrigin(origin)!.host;
}
