import { isDigit, isLowerAlpha, MAX_LABEL_LENGTH } from './host.js';

/** The text around the `*` inside the first label of a pattern: `my-app-*-acme` has `my-app-` and `-acme`. */
export interface LabelWildcard {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Reads a label with one `*`. `undefined` for any other text, and where the label would have more
 * than 63 bytes with a single character in place of the `*`.
 */
export function readLabelWildcard(label: string): LabelWildcard | undefined {
  const match = /^([a-z0-9_-]*)\*([a-z0-9_-]*)$/.exec(label);
  if (match === null || label.length > MAX_LABEL_LENGTH) {
    return undefined;
  }
  return { prefix: match[1]!, suffix: match[2]! };
}

/** Reports whether a label is covered: one or more of `a-z 0-9 -` are in place of the `*`. */
export function coversLabel({ prefix, suffix }: LabelWildcard, label: string): boolean {
  return (
    label.startsWith(prefix) &&
    label.endsWith(suffix) &&
    standsForWildcard(label, prefix.length, label.length - suffix.length)
  );
}

/** Reports whether a `*` inside a label matches this part of a label: one or more of `a-z 0-9 -`. */
export function standsForWildcard(label: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = label.charCodeAt(i);
    if (!isLowerAlpha(c) && !isDigit(c) && c !== 0x2d /* - */) {
      return false;
    }
  }
  return start < end;
}
