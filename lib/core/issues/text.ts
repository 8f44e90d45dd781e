/** Most characters of a value that a message shows. */
const SHOWN = 100;

/** Control, format (bidi, zero-width), private, unassigned characters, and every space but the plain one. */
const INVISIBLE = /(?! )[\p{C}\p{Z}]/gu;

/**
 * Shows a value in a message or a log line, whatever it is: strings and data as JSON, the rest by its name, cut after
 * 100 characters of text. Control, bidi and other invisible characters are escaped, so that a value can neither start a
 * new line nor reorder the line that it is in. Never throws.
 *
 * @example quote('https://a.example\n') // '"https://a.example\\n"'
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') {
    const text = escapeInvisible(JSON.stringify(cut(value)));
    return value.length > SHOWN ? `${text}… (${value.length} characters)` : text;
  }
  const text = describe(value);
  return escapeInvisible(text.length > SHOWN ? `${cut(text)}…` : text);
}

/** The name of a class, for a message. A static member may have taken its place. */
export function className({ name }: { readonly name: unknown }): string {
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}

function describe(value: unknown): string {
  try {
    if (typeof value === 'function') {
      return value.name === '' ? '[function]' : `[function ${value.name}]`;
    }
    if (typeof value !== 'object' || value === null || value instanceof RegExp) {
      return String(value);
    }
    const json: string | undefined = JSON.stringify(value);
    return json ?? '[object]';
  } catch {
    // A cycle, a bigint inside, a getter or a proxy that throws: the message matters more than the value.
    return `[${typeof value}]`;
  }
}

function cut(text: string): string {
  const last = text.charCodeAt(SHOWN - 1);
  const splitsPair = text.length > SHOWN && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? SHOWN - 1 : SHOWN);
}

/** Escapes control, bidi and other invisible characters; every other stays as it is. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    let escaped = '';
    for (let i = 0; i < character.length; i++) {
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}

/**
 * Makes a client's text fit for a log or a label: cut after `most` characters, with control, bidi and other invisible
 * characters escaped. What is harmless stays as it is.
 */
export function printable(text: string, most: number): string {
  return escapeInvisible(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** The known name that is nearest to a mistyped one, if one is near enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const typed = name.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution));
    }
    row = next;
  }
  return row[b.length]!;
}
