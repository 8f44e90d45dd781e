import { FRESH } from './segments.js';

/** Bound on the paths that are tried. Only parameters beside an entry on the same path make some. */
const MOST = 500;

/**
 * Paths that one pattern matches as they are sent, and that are below an entry when their escapes are decoded (rule 3.3):
 * a parameter is filled with the segments of the entry's path, escaped.
 *
 * @param sent paths of patterns, whose parameters are filled with a text that no pattern names
 * @param entries paths of entries
 */
export function escapedPaths(sent: readonly string[], entries: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const others = entries.map((entry) => entry.split('/'));
  for (const path of sent) {
    const own = path.split('/');
    for (const other of others) {
      for (const [at, text] of own.entries()) {
        if (text === FRESH) {
          for (let end = at + 1; end <= other.length && found.size < MOST; end++) {
            const filled = other.slice(at, end).map(escaped).join('%2F');
            if (filled.includes('%')) {
              found.add([...own.slice(0, at), filled, ...own.slice(at + 1)].join('/'));
            }
          }
        }
        if (text !== other[at] && text !== FRESH && other[at] !== FRESH) {
          break;
        }
      }
    }
  }
  return [...found];
}

/** The same text for every decoder. */
function escaped(text: string): string {
  return text === '' || text === FRESH ? text : `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
}
