import { checkAllowlistOptions, resolveAllowlistOptions } from '../../../lib/providers/options.js';

describe('4.1: resolveAllowlistOptions', () => {
  const defaults = {
    refreshMs: 30_000,
    pollMs: 1_000,
    reloadMs: 600_000,
    timeoutMs: 1_000,
    loadTimeoutMs: 30_000,
    maxEntries: 10_000,
    ttlMs: 30_000,
    negativeTtlMs: 5_000,
  };

  it('fills in the defaults of the contract', () => {
    expect(resolveAllowlistOptions()).toStrictEqual(defaults);
  });

  it('keeps given values, zero included, and treats undefined as not given', () => {
    const given = { ttlMs: 0, maxStaleMs: 60_000, refreshMs: undefined } as object;
    expect(resolveAllowlistOptions(given)).toStrictEqual({ ...defaults, ttlMs: 0, maxStaleMs: 60_000 });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(resolveAllowlistOptions())).toBe(true);
  });
});

describe('checkAllowlistOptions', () => {
  const times = ['pollMs', 'reloadMs', 'timeoutMs', 'loadTimeoutMs', 'ttlMs', 'negativeTtlMs', 'maxStaleMs'].map(
    (field) => [field, 2 ** 31 - 1] as const,
  );

  it.each<[options: unknown]>([
    [undefined],
    [{}],
    [{ refreshMs: undefined }],
    [{ ttlMs: 0, negativeTtlMs: 0, maxEntries: 1, timeoutMs: 1, loadTimeoutMs: 1, refreshMs: 1, maxStaleMs: 2 }],
    [{ maxStaleMs: 30_001 }],
    [Object.fromEntries([...times, ['maxEntries', 10_000_000], ['refreshMs', 2 ** 31 - 2]])],
  ])('finds nothing wrong with %j', (options) => {
    expect(checkAllowlistOptions(options)).toEqual([]);
  });

  it.each<[field: string, value: unknown, range: string]>([
    ['refreshMs', 0, '1 to 2147483647'],
    ['refreshMs', 2 ** 31, '1 to 2147483647'],
    ['refreshMs', '30000', '1 to 2147483647'],
    ['pollMs', 0, '1 to 2147483647'],
    ['reloadMs', 1.5, '1 to 2147483647'],
    ['timeoutMs', 0, '1 to 2147483647'],
    ['timeoutMs', Infinity, '1 to 2147483647'],
    ['loadTimeoutMs', 0.5, '1 to 2147483647'],
    ['maxEntries', 0, '1 to 10000000'],
    ['maxEntries', 1.5, '1 to 10000000'],
    ['maxEntries', 10_000_001, '1 to 10000000'],
    ['ttlMs', -1, '0 to 2147483647'],
    ['ttlMs', NaN, '0 to 2147483647'],
    ['negativeTtlMs', -1, '0 to 2147483647'],
    ['negativeTtlMs', null, '0 to 2147483647'],
    ['maxStaleMs', 0, '1 to 2147483647'],
  ])('refuses %s: %p', (field, value, range) => {
    const reason = `${field} must be a whole number from ${range}.`;
    expect(checkAllowlistOptions({ [field]: value })).toEqual([[field, { value, code: 'allowlist-option', reason }]]);
  });

  it('suggests the nearest field for an unknown one', () => {
    const problems = checkAllowlistOptions({ refreshMS: 5, nonsense: 1, toString: 1 });
    const reason = expect.stringContaining('is not a known field. The known fields are refreshMs, pollMs') as unknown;
    const code = 'allowlist-option';
    expect(problems).toEqual([
      ['refreshMS', { value: 5, code, reason, suggestion: 'refreshMs' }],
      ['nonsense', { value: 1, code, reason }],
      ['toString', { value: 1, code, reason }],
    ]);
  });

  it('rejects a maxStaleMs that every list would reach before its refresh', () => {
    const reason = 'maxStaleMs must be longer than refreshMs (30000), or the list would deny before each refresh.';
    expect(checkAllowlistOptions({ maxStaleMs: 30_000 })).toEqual([
      ['maxStaleMs', { value: 30_000, code: 'allowlist-option', reason }],
    ]);
  });

  it.each<[given: object, fields: string[]]>([
    [{ timeoutMs: 0, maxStaleMs: 5 }, ['timeoutMs', 'maxStaleMs']],
    [{ refreshMs: 2 ** 31, maxStaleMs: 5 }, ['refreshMs']],
    [{ refreshMs: 30_000, maxStaleMs: 0 }, ['maxStaleMs']],
  ])('3.7: names each error of %j once', (given, fields) => {
    expect(checkAllowlistOptions(given).map(([field]) => field)).toEqual(fields);
  });

  it.each([[null], ['x'], [5], [[]]])('refuses %j as a whole', (value) => {
    const reason = `${JSON.stringify(value)} is not an object of options.`;
    expect(checkAllowlistOptions(value)).toEqual([['', { value, code: 'allowlist-option', reason }]]);
  });
});
