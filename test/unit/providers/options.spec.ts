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
  it.each<[options: unknown]>([
    [undefined],
    [{}],
    [{ refreshMs: undefined }],
    [{ ttlMs: 0, negativeTtlMs: 0, maxEntries: 1, timeoutMs: 1, loadTimeoutMs: 1, refreshMs: 1, maxStaleMs: 2 }],
    [{ maxStaleMs: 30_001 }],
  ])('finds nothing wrong with %j', (options) => {
    expect(checkAllowlistOptions(options)).toEqual([]);
  });

  it.each<[field: string, value: unknown]>([
    ['refreshMs', 0],
    ['refreshMs', 2 ** 31],
    ['refreshMs', '30000'],
    ['pollMs', 0],
    ['reloadMs', 1.5],
    ['timeoutMs', 0],
    ['timeoutMs', Infinity],
    ['loadTimeoutMs', 0.5],
    ['maxEntries', 0],
    ['maxEntries', 1.5],
    ['maxEntries', 10_000_001],
    ['ttlMs', -1],
    ['ttlMs', NaN],
    ['negativeTtlMs', -1],
    ['negativeTtlMs', null],
    ['maxStaleMs', 0],
  ])('refuses %s: %p', (field, value) => {
    const reason = expect.stringMatching(
      new RegExp(`^${field} must be a whole number from \\d+ to \\d+\\.$`),
    ) as unknown;
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
    expect(checkAllowlistOptions({ maxStaleMs: 30_000 })).toEqual([
      ['maxStaleMs', expect.objectContaining({ value: 30_000, reason: expect.stringContaining('refreshMs (30000)') })],
    ]);
  });

  it.each([[null], ['x'], [5], [[]]])('refuses %j as a whole', (value) => {
    expect(checkAllowlistOptions(value)).toEqual([['', expect.objectContaining({ value })]]);
  });
});
