import { trimOws } from '../core/http/lists.js';

/** A header's value as Node holds it. */
export type HeaderValue = number | string | readonly string[] | undefined;

/**
 * Adds names to a `Vary` value (RFC 9110, 12.5.5): each name occurs once, whatever its case; existing names keep their
 * place, and `*` stays alone. `undefined` if no name is left.
 */
export function addVary(value: HeaderValue, names: readonly string[]): string | undefined {
  if (value === undefined) {
    return names.length === 0 ? undefined : textOf(names);
  }
  const byName = new Map<string, string>();
  for (const name of [...varyNames(value), ...names]) {
    const key = name.toLowerCase();
    byName.set(key, byName.get(key) ?? name);
  }
  if (byName.has('*')) {
    return '*';
  }
  return byName.size === 0 ? undefined : [...byName.values()].join(', ');
}

/** Lists are few, made at the boot, and written with each response. */
const texts = new WeakMap<readonly string[], string>();

function textOf(names: readonly string[]): string {
  let text = texts.get(names);
  if (text === undefined) {
    text = names.join(', ');
    texts.set(names, text);
  }
  return text;
}

function varyNames(value: Exclude<HeaderValue, undefined>): string[] {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return text
    .split(',')
    .map(trimOws)
    .filter((name) => name !== '');
}
