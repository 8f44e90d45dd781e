/** One piece of a path pattern. `param` is a parameter within one segment, `rest` a wildcard over segments. */
export type PathPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `expression` is the source of the regular expression that the parameter is limited to. */
  | { readonly kind: 'param'; readonly expression?: string }
  | { readonly kind: 'rest' };

/** A pattern with optional parts is several patterns without. More of them than this are cut. */
const MOST_ALTERNATIVES = 64;

/**
 * Reads a pattern of Express 5 (path-to-regexp 8): `:id`, `*path`, `{/:optional}`, `\\` before a literal character.
 *
 * @returns the pattern once for each choice of its optional groups
 */
export function expressParts(path: string): readonly (readonly PathPart[])[] {
  let at = 0;
  const readGroup = (): PathPart[][] => {
    let found: PathPart[][] = [[]];
    const append = (part: PathPart): void => found.forEach((parts) => parts.push(part));
    while (at < path.length && path[at] !== '}') {
      const character = path[at++]!;
      if (character === '{') {
        const inside = readGroup();
        at++;
        found = found.flatMap((parts) => [parts, ...inside.map((more) => [...parts, ...more])]);
        found = found.slice(0, MOST_ALTERNATIVES);
      } else if (character === ':' || character === '*') {
        const [name = ''] = /^(?:"(?:\\.|[^"\\])*"|[\p{ID_Continue}$]*)/u.exec(path.slice(at)) ?? [];
        at += name.length;
        append({ kind: character === ':' ? 'param' : 'rest' });
      } else {
        append({ kind: 'text', text: character === '\\' ? (path[at++] ?? '') : character });
      }
    }
    return found;
  };
  return readGroup();
}

/**
 * Reads a pattern of Fastify (find-my-way 9): `:id`, `:id(\\d+)`, `:id?`, `:a-:b`, `::` for a colon, `*` at the end.
 * A name after the wildcard is Express's and Nest's; entries may have one.
 */
export function fastifyParts(path: string): readonly (readonly PathPart[])[] {
  const optional = /^(.*?\/:[^/()]*?)\?(\/?)$/.exec(path);
  if (optional !== null) {
    const [, whole = '', end = ''] = optional;
    const without = whole.slice(0, whole.lastIndexOf('/:'));
    return [...fastifyParts(whole + end), ...fastifyParts(without + end || '/')];
  }
  const parts: PathPart[] = [];
  for (let at = 0; at < path.length;) {
    const character = path[at]!;
    if (character === ':' && path[at + 1] !== ':') {
      const [name = ''] = /^[^-./(]*/.exec(path.slice(at + 1)) ?? [];
      at += 1 + name.length;
      const expression = path[at] === '(' ? enclosed(path.slice(at)) : undefined;
      at += expression?.length ?? 0;
      parts.push({ kind: 'param', ...(expression === undefined ? {} : { expression: bare(expression) }) });
    } else if (character === '*') {
      parts.push({ kind: 'rest' });
      break;
    } else {
      parts.push({ kind: 'text', text: character });
      at += character === ':' ? 2 : 1;
    }
  }
  // A wildcard may also match nothing.
  return parts.at(-1)?.kind === 'rest' ? [parts, parts.slice(0, -1)] : [parts];
}

/** The expression in parentheses that a text begins with. */
function enclosed(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '(') {
      depth++;
    } else if (text[at] === ')' && --depth === 0) {
      return text.slice(0, at + 1);
    }
  }
  return text;
}

/** `(^\\d+$)` is `\\d+`: the router anchors it itself. */
function bare(expression: string): string {
  return expression.slice(1, -1).replace(/^\^/, '').replace(/\$$/, '');
}
