/** How many characters of a value a message shows. */
const SHOWN = 100;

/** Control, format (bidi, zero-width), private, unassigned characters, and every space but the plain one. */
const INVISIBLE = /(?! )[\p{C}\p{Z}]/gu;

/**
 * Shows a value in a message or a log line, whatever it is: strings and data as JSON, the rest by its name, cut
 * after 100 characters of text. Control, bidi and other invisible characters are escaped, so that a value can
 * neither start a line of its own nor reorder the one that it stands in. Never throws.
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
