// The requests of the measurements. All apps get the same requests.

/** The kinds of requests that a CORS layer gets. For a preflight, an app runs only the layer. */
export const KINDS = ['allowed', 'refused', 'no Origin', 'preflight granted', 'preflight refused'];

/** Hostile requests, with the usual kind that they are compared with. */
export const HOSTILE = {
  'preflight: 4,096 commas': {
    usual: 'preflight granted',
    headers: { 'access-control-request-headers': ','.repeat(4_096) },
  },
  'preflight: 128 names': {
    usual: 'preflight granted',
    headers: {
      'access-control-request-headers': Array.from({ length: 128 }, (_, index) => `x-name-${index}`).join(','),
    },
  },
  'preflight: 12 KiB of names': {
    usual: 'preflight granted',
    headers: { 'access-control-request-headers': 'x-name,'.repeat(1_755) },
  },
  'an origin of 12 KiB': { usual: 'refused', headers: { origin: `https://${'a.'.repeat(6_144)}example` } },
  'preflight: no path twice': {
    usual: 'preflight granted',
    url: (index) => `/api/v1/orders/${index}-${Math.random()}`,
  },
  'no origin twice': {
    usual: 'refused',
    headers: { origin: (index) => `https://stranger-${index}-${Math.random()}.example` },
  },
};

export const isPreflight = (kind) => kind.startsWith('preflight');

/** The origins of a policy, by the name of the list that it has. */
export const LISTS = {
  '3 origins': { size: 3, entry: exact, origin: exact },
  '1,000 origins': { size: 1_000, entry: exact, origin: exact },
  '1,000,000 origins': { size: 1_000_000, entry: exact, origin: exact },
  '1,000 wildcards': { size: 1_000, entry: wildcard, origin: (index) => `https://shop.tenant-${index}.example.com` },
  'a provider': { size: 1_000, entry: exact, origin: exact },
};

function exact(index) {
  return `https://tenant-${index}.example.com`;
}

function wildcard(index) {
  return `https://*.tenant-${index}.example.com`;
}

export function entriesOf(list) {
  const { size, entry } = LISTS[list];
  return Array.from({ length: size }, (_, index) => entry(index));
}

/**
 * The number of origins that send requests in turn. They are spread over the list, like the front ends of a hundred
 * tenants.
 */
const ORIGINS = 100;
/** The number of values of the path's parameter. */
const PATHS = 997;

/**
 * Makes `count` requests of a kind: `{ method, url, headers }`. Every string is new, as from a parser of HTTP.
 */
export function requestsOf(kind, list, count) {
  const { size, origin } = LISTS[list];
  return Array.from({ length: count }, (_, index) => {
    const headers = {
      host: 'api.example.com',
      connection: 'keep-alive',
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'accept-language': 'en',
      referer: 'https://shop.example.com/',
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'cross-site',
    };
    if (kind !== 'no Origin') {
      const asked = ((index % ORIGINS) * Math.ceil(size / ORIGINS)) % size;
      headers.origin = kind.endsWith('refused') ? `https://stranger-${index % ORIGINS}.example.org` : origin(asked);
    }
    if (isPreflight(kind)) {
      headers['access-control-request-method'] = 'PUT';
      headers['access-control-request-headers'] = 'content-type,x-token';
    }
    for (const [name, value] of Object.entries(HOSTILE[kind]?.headers ?? {})) {
      headers[name] = typeof value === 'function' ? value(index) : value;
    }
    const fresh = Object.entries(headers).map(([name, value]) => [name, copyOf(value)]);
    return {
      method: isPreflight(kind) ? 'OPTIONS' : 'GET',
      url: copyOf(HOSTILE[kind]?.url?.(index) ?? `/api/v1/orders/${index % PATHS}`),
      headers: Object.fromEntries(fresh),
    };
  });
}

function copyOf(text) {
  return Buffer.from(text, 'latin1').latin1Slice();
}
