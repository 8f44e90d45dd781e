/**
 * Reports whether a regular expression is anchored at both ends in every alternative, so that it can match nothing but
 * a whole origin: `^(a|b)$` and `^a$|^b$` are, `^a|b$` is not. An unclear expression is reported as not anchored.
 */
export function isAnchored(expression: RegExp): boolean {
  const alternatives = splitAlternatives(expression.source);
  return alternatives.every(startsAnchored) && alternatives.every(endsAnchored);
}

/** A copy that keeps no `lastIndex`: with `g` or `y`, `test()` starts where the last match ended. */
export function withoutMemory(expression: RegExp): RegExp {
  return new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''));
}

function startsAnchored(alternative: string): boolean {
  if (alternative.startsWith('^')) {
    return true;
  }
  const end = groupEnd(alternative, 0);
  const repeatable = /[?*{]/.test(alternative[end + 1] ?? '');
  return end !== -1 && !repeatable && splitAlternatives(groupBody(alternative.slice(0, end + 1))).every(startsAnchored);
}

function endsAnchored(alternative: string): boolean {
  if (alternative.endsWith('$')) {
    return !isEscaped(alternative, alternative.length - 1);
  }
  const start = lastGroupStart(alternative);
  return start !== -1 && splitAlternatives(groupBody(alternative.slice(start))).every(endsAnchored);
}

/** Splits at the `|` of the outermost level, outside groups, classes and escapes. */
function splitAlternatives(source: string): string[] {
  const alternatives: string[] = [];
  let start = 0;
  walk(source, (index, depth) => {
    if (depth === 0 && source[index] === '|') {
      alternatives.push(source.slice(start, index));
      start = index + 1;
    }
  });
  alternatives.push(source.slice(start));
  return alternatives;
}

/** The position where the group that opens at `open` closes; -1 if none opens there, or one that only looks around. */
function groupEnd(source: string, open: number): number {
  if (source[open] !== '(' || /^\(\?(?:[=!]|<[=!])/.test(source.slice(open))) {
    return -1;
  }
  let end = -1;
  walk(source, (index, depth) => {
    if (end === -1 && index > open && depth === 0 && source[index] === ')') {
      end = index;
    }
  });
  return end;
}

/** The position where the last group opens; -1 if the source does not end in a group. */
function lastGroupStart(source: string): number {
  let start = -1;
  let closedAt = -1;
  let opened = -1;
  walk(source, (index, depth) => {
    if (depth === 1 && source[index] === '(') {
      opened = index;
    } else if (depth === 0 && source[index] === ')') {
      start = opened;
      closedAt = index;
    }
  });
  return closedAt === source.length - 1 && groupEnd(source.slice(start), 0) !== -1 ? start : -1;
}

function groupBody(group: string): string {
  return group.slice(1, -1).replace(/^\?(?::|<[^>]*>)/, '');
}

/** Visits every character that is syntax, with the depth of groups once it is read. */
function walk(source: string, visit: (index: number, depth: number) => void): void {
  let depth = 0;
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const char = source[index];
    if (char === '\\') {
      index++;
    } else if (inClass) {
      inClass = char !== ']';
    } else if (char === '[') {
      inClass = true;
    } else {
      depth += char === '(' ? 1 : char === ')' ? -1 : 0;
      visit(index, depth);
    }
  }
}

function isEscaped(source: string, index: number): boolean {
  let backslashes = 0;
  while (source[index - 1 - backslashes] === '\\') {
    backslashes++;
  }
  return backslashes % 2 === 1;
}
