/**
 * What a file exports, by name, whichever module form it is compiled to: of CommonJS Node shows `module.exports` as the
 * default export, and some of its properties beside it.
 */
export function exportsOf(namespace: object): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const add = (holder: object): void => {
    for (const [name, value] of Object.entries(holder)) {
      if (name !== '__esModule' && name !== 'module.exports' && !found.has(name)) {
        found.set(name, value);
      }
    }
  };
  const { default: inner } = namespace as { readonly default?: unknown };
  if (isHolder(inner)) {
    add(inner);
    const { default: _holder, ...rest } = namespace as Record<string, unknown>;
    add(rest);
  } else {
    add(namespace);
  }
  return found;
}

/** Whether a default export is the `module.exports` of a compiled ES module, or of a file like it. */
function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('module' in value);
}
