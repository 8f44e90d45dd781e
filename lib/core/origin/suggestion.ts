import { canonicalHost } from './host.js';
import { buildOriginMatcher } from './matcher.js';
import { defaultPort, isLoopback, isScheme, parseOrigin, SCHEME_SEPARATOR, splitAuthority } from './origin.js';
import type { OriginPattern } from './pattern.js';

/** The likely meaning of a text that is not a pattern. A `*` means any run of characters. */
interface Meaning {
  readonly schemes: readonly string[];
  readonly host: string;
  /** 0: no port, which means the scheme's default. */
  readonly port: number | '*';
  /** True if the text had a scheme or a port. A bare word is more often an error than a host. */
  readonly isExplicit: boolean;
}

/** Texts to put in place of a `*`. The second joins the rest as a label of its own: `*example.com`. */
const FILLINGS = ['a', 'a.'];

/**
 * Reports whether a pattern may be suggested for a text (rule 3.7). The pattern must allow the samples that are built
 * from the text, and the text must allow every sample of the pattern. A pattern that covers a whole top-level domain is
 * never suggested.
 *
 * @param written as a user wrote it; it is not a well-formed pattern, or one that a policy refuses
 * @param pattern a well-formed pattern
 */
export function isProvenSuggestion(written: string, pattern: OriginPattern): boolean {
  const meaning = readMeaning(written.trim());
  if (meaning === undefined || coversTopLevel(pattern) || (!meaning.isExplicit && !isNamed(pattern))) {
    return false;
  }
  const matcher = buildOriginMatcher([pattern]);
  return (
    samplesOf(meaning, pattern.scheme).some((sample) => matcher.has(sample)) &&
    patternSamples(pattern).every((sample) => allows(meaning, sample))
  );
}

/** Origins that a pattern matches: the pattern itself, or several texts in place of each wildcard. */
export function patternSamples({ scheme, host, subdomains, label, port }: OriginPattern): readonly string[] {
  const below = (names: readonly string[]): readonly string[] => names.map((name) => `${name}.${host}`);
  const hosts = subdomains
    ? below(['a', 'x-1', 'a.b.c'])
    : label === undefined
      ? [host]
      : // Neither begin nor end alike, so that no letter of a longer prefix or suffix is part of both.
        below(['a', '7-b'].map((text) => label.prefix + text + label.suffix));
  const ports = port === '*' ? ['', ':1', ':8443'] : [port === undefined ? '' : `:${port}`];
  return hosts.flatMap((each) => ports.map((end) => scheme + SCHEME_SEPARATOR + each + end));
}

function readMeaning(text: string): Meaning | undefined {
  const [before, schemes] = readSchemes(text);
  const authority = text.slice(before.length).split(/[/\\?#]/, 1)[0]!;
  const [host, rest] = splitHost(authority.slice(authority.lastIndexOf('@') + 1));
  const canonical = canonicalGlob(host);
  if (canonical === undefined || !/^(?::(?:0*[1-9]\d*|\*+)?)?$/.test(rest)) {
    return undefined;
  }
  const port = rest.includes('*') ? '*' : Number(rest.slice(1));
  return { schemes, host: canonical, port, isExplicit: before !== '' || rest !== '' };
}

/** The text up to the host, and the schemes that it may mean. */
function readSchemes(text: string): [before: string, schemes: readonly string[]] {
  const web = /^(https?)(?::\/*|\/{2,})/i.exec(text);
  if (web !== null) {
    return [web[0], [web[1]!.toLowerCase()]];
  }
  const before = /^(?:[^/:]*:)?\/\//.exec(text)?.[0] ?? '';
  const scheme = before.slice(0, -SCHEME_SEPARATOR.length).toLowerCase();
  return [before, isScheme(scheme) ? [nearWebScheme(scheme) ?? scheme] : ['https', 'http']];
}

/** The web scheme that a misspelled one was meant for: `htps`, `htttp`. */
export function nearWebScheme(scheme: string): 'http' | 'https' | undefined {
  const isNear = /^(?=.*t)(?=.*p)(?:h[htps]{2,6}|ttps?)$/.test(scheme) && scheme !== 'http' && scheme !== 'https';
  return isNear ? (scheme.includes('s') ? 'https' : 'http') : undefined;
}

/** An IPv6 address may lack its brackets, unless it could be a name with two colons or its last piece a port. */
function splitHost(authority: string): [host: string, rest: string] {
  const isBare = /^(?:::[0-9a-f]|[0-9a-f]+(?::[0-9a-f]*){3})/i.test(authority);
  const withoutLast = authority.slice(0, authority.lastIndexOf(':'));
  if (!isBare || canonicalHost(`[${withoutLast}]`) !== undefined) {
    return splitAuthority(authority);
  }
  return [`[${authority}]`, ''];
}

/** A host with its wildcards, as browsers write it. A leading dot means "and its subdomains", as in cookies. */
function canonicalGlob(host: string): string | undefined {
  const placeholder = 'zq0qz';
  const glob = host.startsWith('.') ? `*${host}` : host;
  return canonicalHost(glob.replaceAll('*', placeholder))?.replaceAll(placeholder, '*');
}

function samplesOf({ host, port }: Meaning, scheme: string): readonly string[] {
  const filled = FILLINGS.map((text) => host.replaceAll('*', text));
  // No name begins with a hyphen: `*-3000.example` is not `*.-3000.example`.
  const hosts = filled.filter((each) => !each.includes('.-'));
  const end = port === '*' || isDefault(port, scheme) ? '' : `:${port}`;
  return hosts.map((each) => scheme + SCHEME_SEPARATOR + each + end);
}

function allows({ schemes, host, port }: Meaning, sample: string): boolean {
  const origin = parseOrigin(sample);
  if (origin === undefined || !schemes.includes(origin.scheme) || !globOf(host).test(origin.host)) {
    return false;
  }
  return port === '*' || origin.port === (isDefault(port, origin.scheme) ? undefined : port);
}

function isDefault(port: number, scheme: string): boolean {
  return port === 0 || port === defaultPort(scheme);
}

function globOf(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.[\](){}+$]/g, '\\$&').replace(/\*+/g, '.*')}$`);
}

function coversTopLevel(pattern: OriginPattern): boolean {
  const isWild = pattern.subdomains || pattern.label !== undefined;
  return isWild && !pattern.host.slice(0, -1).includes('.') && !isLoopback(pattern);
}

/** `true`, `production`: a single word is not meant as a host. */
function isNamed(pattern: OriginPattern): boolean {
  return pattern.host.slice(0, -1).includes('.') || isLoopback(pattern) || pattern.kind === 'ipv6';
}
