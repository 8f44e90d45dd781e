const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes the numbers of one segment of a source map (https://tc39.es/ecma426/#sec-base64-vlq). */
function decode(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) === 0) {
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
  }
  return numbers;
}

function encode(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    text += DIGITS[rest > 31 ? (rest & 31) | 32 : rest];
    rest >>>= 5;
  } while (rest > 0);
  return text;
}

/** Code that calls, throws, waits or reads a property. A frame of a stack trace is at such a place. */
const CAN_FAIL = /[([{.`]|\b(?:await|in|instanceof|new|of|throw|yield)\b/;
/** Code before such a place that says the same. */
const FAILS_NEXT = /(?:[.{[=]|\b(?:await|in|instanceof|new|of|throw|yield))\s*$/;

/** Reads one line of the mappings: a part of the code for each line of a source. */
function partsOf(line, at, sources, code) {
  const parts = [];
  let start = 0;
  for (const [move, source = 0, down = 0, right = 0] of line.split(',').filter(Boolean).map(decode)) {
    start += move;
    at.source += source;
    at.line += down;
    at.column += right;
    const name = sources[at.source];
    const place = name && `${name}:${at.line}`;
    if (parts.length === 0 || parts.at(-1).place !== place) {
      parts.push({ start, name, place, position: { ...at } });
    }
  }
  return parts.map((part, index) => {
    const end = parts[index + 1]?.start ?? code.length;
    // The name of a function may be in another part than its arguments.
    const canFail =
      CAN_FAIL.test(code.slice(part.start, end + 1)) || FAILS_NEXT.test(code.slice(0, part.start).slice(-12));
    return { ...part, canFail };
  });
}

/**
 * Reduces a source map to what a stack trace needs: the file of `lib` and the line of each place in the code that a frame can
 * be at. A part of the code stays if it is of another line than the part before it, and of another file or able to fail. The
 * result has a sixth of the bytes.
 *
 * @param text the source map
 * @param code the code that it describes
 * @param sourceRoot the relative path from its folder to the folder that contains `lib`
 */
export function thinMap(text, code, sourceRoot) {
  const { version, file, sources, mappings } = JSON.parse(text);
  const own = sources.map((source) => /(?:^|\/)(lib\/(?!.*node_modules).*\.c?ts)$/.exec(source)?.[1]);
  const kept = own.filter((source) => source !== undefined);
  const at = { source: 0, line: 0, column: 0 };
  const written = { source: 0, line: 0, column: 0 };
  const codeLines = code.split('\n');
  const lines = mappings.split(';').map((line, index) => {
    const segments = [];
    let last;
    for (const part of partsOf(line, at, own, codeLines[index])) {
      if (part.place === last?.place || (part.name === last?.name && !part.canFail)) {
        continue;
      }
      const now = { ...part.position, source: kept.indexOf(part.name) };
      const deltas = part.name === undefined ? [] : Object.keys(now).map((key) => now[key] - written[key]);
      segments.push([part.start - (last?.start ?? 0), ...deltas].map(encode).join(''));
      Object.assign(written, part.name === undefined ? {} : now);
      last = part;
    }
    return segments.join(',');
  });
  return JSON.stringify({ version, file, sourceRoot, sources: kept, names: [], mappings: lines.join(';') });
}
