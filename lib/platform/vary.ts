/** A header's value as Node holds it. */
export type HeaderValue = number | string | readonly string[] | undefined;

/** Field names of a `Vary` value (RFC 9110, 12.5.5). */
export function varyNames(value: HeaderValue): string[] {
  const text = Array.isArray(value) ? value.join(',') : value === undefined ? '' : String(value);
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Adds names to a `Vary` value: each stands once whatever its case, what stood there keeps its place, and `*` stays
 * alone. `undefined` where nothing is left to name.
 */
export function addVary(value: HeaderValue, names: readonly string[]): string | undefined {
  if (value === undefined) {
    return names.length === 0 ? undefined : names.join(', ');
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

/** Takes names out of a `Vary` value. */
export function removeVary(value: HeaderValue, names: readonly string[]): string | undefined {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  const kept = varyNames(value).filter((name) => !gone.has(name.toLowerCase()));
  return kept.length === 0 ? undefined : kept.join(', ');
}
