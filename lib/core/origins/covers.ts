import type { OriginPattern } from './origin-pattern.js';

/** Reports whether every origin that `inner` stands for is one that `outer` stands for, too. */
export function covers(outer: OriginPattern, inner: OriginPattern): boolean {
  return outer.scheme === inner.scheme && coversPort(outer.port, inner.port) && coversHost(outer, inner);
}

function coversPort(outer: OriginPattern['port'], inner: OriginPattern['port']): boolean {
  return outer === '*' || outer === inner;
}

function coversHost(outer: OriginPattern, inner: OriginPattern): boolean {
  if (!outer.subdomains) {
    return !inner.subdomains && outer.host === inner.host;
  }
  // `*.a.example` stands for the subdomains of `b.a.example` as well, and for none of an address.
  const isBelow = inner.kind === 'domain' && inner.host.endsWith(`.${outer.host}`);
  return isBelow || (inner.subdomains && inner.host === outer.host);
}
