/** Longer paths are not read in every way: the work that a client causes stays bounded. */
const MAX_LENGTH = 1_024;

/** Most times that an escape may itself be escaped: a proxy decodes once, and the server behind it once more. */
const MOST_DECODINGS = 3;

/** Matches only a path that may be read in several ways. */
const AMBIGUOUS = /^[^/]|[A-Z%\\]|\/\/|\/\.{1,2}(?:\/|$)/;

/** The part of a whole address before its path. */
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i;

const INDEX = 'index.html';

/**
 * The ways in which code behind a route may read a path (rule 3.3): static file servers, proxies and mounted apps
 * decode percent-escapes, remove dot segments, merge slashes, take backslashes for slashes and ignore case, each in its
 * own way. They cut off the authority of any scheme.
 *
 * @returns the path itself first, each reading once; most paths have one. `undefined`: the path is ambiguous and longer
 * than 1,024 characters
 */
export function pathReadings(path: string): readonly string[] | undefined {
  if (!AMBIGUOUS.test(path)) {
    return [path];
  }
  if (path.length > MAX_LENGTH) {
    return undefined;
  }
  const readings = new Set([path]);
  for (const decoded of decodings(localPath(path))) {
    for (const slashed of new Set([decoded, decoded.replace(/\\/g, '/')])) {
      const merged = mergeSlashes(slashed);
      const resolved = [withoutDots(slashed), withoutDots(merged)];
      for (const reading of [slashed, merged, ...resolved, mergeSlashes(resolved[0]!)]) {
        readings.add(reading).add(reading.toLowerCase());
      }
    }
  }
  return [...readings];
}

/** The index files that static file servers answer with where a path is read as a directory. */
export function indexesOf(readings: readonly string[]): readonly string[] {
  return readings.filter((reading) => reading.endsWith('/')).map((directory) => directory + INDEX);
}

/** The path without the authority. Of a malformed one a parser may leave a path without its first slash. */
function localPath(path: string): string {
  const local = path.replace(AUTHORITY, '');
  return local.startsWith('/') ? local : `/${local}`;
}

/** The path, and what is left when its percent-escapes are decoded once, twice, … */
function decodings(path: string): readonly string[] {
  const found = [path];
  for (let times = 0; times < MOST_DECODINGS; times++) {
    const last = found.at(-1)!;
    const decoded = decode(last);
    if (decoded === last) {
      break;
    }
    found.push(decoded);
  }
  return found;
}

/** Decodes each run of escapes. Of one that is not UTF-8, the ASCII characters. */
function decode(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
    }
  });
}

function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

/** Removes dot segments (https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4). */
function withoutDots(path: string): string {
  const [root, ...segments] = path.split('/');
  const kept = [root!];
  segments.forEach((segment, index) => {
    if (segment !== '.' && segment !== '..') {
      kept.push(segment);
      return;
    }
    if (segment === '..' && kept.length > 1) {
      kept.pop();
    }
    if (index === segments.length - 1) {
      kept.push('');
    }
  });
  return kept.join('/');
}
