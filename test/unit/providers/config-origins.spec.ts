import { ConfigOrigins, configStatus, isConfigOrigins } from '../../../lib/providers/config-origins.js';

const read = (value: unknown) => ConfigOrigins.forKey('CORS_ORIGINS').read({ get: () => value });

it('reads a comma-separated string, without the white space around its entries', () => {
  expect(read(' https://a.example ,https://b.example\n')).toEqual({
    entries: [
      { place: 'CORS_ORIGINS[0]', value: 'https://a.example' },
      { place: 'CORS_ORIGINS[1]', value: 'https://b.example' },
    ],
  });
});

it('reads an array as it is', () => {
  expect(read([' https://a.example', 5])).toEqual({
    entries: [
      { place: 'CORS_ORIGINS[0]', value: ' https://a.example' },
      { place: 'CORS_ORIGINS[1]', value: 5 },
    ],
  });
});

it('keeps an empty entry for the validation, so that positions match the configuration', () => {
  expect(read('https://a.example,,https://b.example')).toMatchObject({ entries: { 1: { value: '' }, length: 3 } });
});

it.each<[value: unknown, problem: string]>([
  [undefined, 'CORS_ORIGINS is not set'],
  [null, 'CORS_ORIGINS is not set'],
  ['', 'CORS_ORIGINS is empty'],
  [' \n', 'CORS_ORIGINS is empty'],
  [[], 'CORS_ORIGINS is empty'],
  [5, 'CORS_ORIGINS must be a comma-separated string or an array, not 5'],
  [{ a: 1 }, 'CORS_ORIGINS must be a comma-separated string or an array, not {"a":1}'],
])('reports a problem with %j', (value, problem) => {
  expect(read(value)).toEqual({ problem });
});

it('reports a problem with a configuration that throws', () => {
  const get = () => {
    throw new TypeError('no such key');
  };
  expect(ConfigOrigins.forKey('K').read({ get })).toEqual({ problem: 'K cannot be read: "no such key"' });
});

it('shows what a configuration throws that is no error', () => {
  const get = () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'gone';
  };
  expect(ConfigOrigins.forKey('K').read({ get })).toEqual({ problem: 'K cannot be read: "gone"' });
});

describe('4.6: an optional key', () => {
  const optional = ConfigOrigins.forKey('K', { optional: true });

  it.each([[undefined], [null], [''], [' \n'], [[]]])('that is %j is an empty list', (value) => {
    expect(optional.read({ get: () => value })).toEqual({ entries: [] });
  });

  it('is read like any other where it has a value', () => {
    expect(optional.read({ get: () => 'https://a.example' })).toEqual({
      entries: [{ place: 'K[0]', value: 'https://a.example' }],
    });
    expect(optional.read({ get: () => 5 })).toEqual({
      problem: 'K must be a comma-separated string or an array, not 5',
    });
  });
});

it('shows its status, which never changes', async () => {
  const { status, refresh } = configStatus('CORS_ORIGINS', 2);
  expect(status()).toStrictEqual({
    name: 'CORS_ORIGINS',
    kind: 'config',
    loaded: true,
    stale: false,
    entries: 2,
    rejected: [],
    loadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
  });
  expect(Object.isFrozen(status())).toBe(true);
  await expect(refresh()).resolves.toBeUndefined();
});

it('reads exactly the key', () => {
  const config = {
    values: new Map([['cors.origins', 'https://a.example']]),
    get: (key: string): unknown => config.values.get(key),
  };
  expect(ConfigOrigins.forKey('cors.origins').read(config)).toEqual({
    entries: [{ place: 'cors.origins[0]', value: 'https://a.example' }],
  });
});

it.each([[''], [undefined], [5]])('rejects %p as a key', (key) => {
  expect(() => ConfigOrigins.forKey(key as string)).toThrow(
    new TypeError(`ConfigOrigins.forKey: not a key: ${key === undefined ? 'undefined' : JSON.stringify(key)}`),
  );
});

it('is frozen, and recognized by its brand', () => {
  const origins = ConfigOrigins.forKey('K');
  expect(Object.isFrozen(origins)).toBe(true);
  expect(isConfigOrigins(origins)).toBe(true);
  expect(isConfigOrigins({ [Symbol.for('nestjs-cors-policy:config-origins')]: true })).toBe(true);
  expect([undefined, null, 'K', {}].map(isConfigOrigins)).toEqual([false, false, false, false]);
});
