import { coversLabel, type LabelWildcard, standsForWildcard } from './label-wildcard.js';
import type { OriginPattern } from './pattern.js';

/** Reports whether `outer` matches every origin that `inner` matches. */
export function covers(outer: OriginPattern, inner: OriginPattern): boolean {
  return outer.scheme === inner.scheme && coversPort(outer.port, inner.port) && coversHost(outer, inner);
}

function coversPort(outer: OriginPattern['port'], inner: OriginPattern['port']): boolean {
  return outer === '*' || outer === inner;
}

function coversHost(outer: OriginPattern, inner: OriginPattern): boolean {
  if (outer.subdomains) {
    // `*.a.example` matches the subdomains of `b.a.example` too, and never an IP address.
    const isBelow = inner.host.endsWith(`.${outer.host}`);
    return isBelow || ((inner.subdomains || inner.label !== undefined) && inner.host === outer.host);
  }
  if (outer.label === undefined) {
    return !inner.subdomains && inner.label === undefined && outer.host === inner.host;
  }
  if (inner.label !== undefined) {
    return outer.host === inner.host && coversWildcard(outer.label, inner.label);
  }
  const dot = inner.host.indexOf('.');
  return (
    !inner.subdomains &&
    inner.host.slice(dot) === `.${outer.host}` &&
    coversLabel(outer.label, inner.host.slice(0, dot))
  );
}

/** `app-*` matches everything that `app-git-*` matches. */
function coversWildcard(outer: LabelWildcard, inner: LabelWildcard): boolean {
  const before = inner.prefix.slice(outer.prefix.length);
  const after = inner.suffix.slice(0, inner.suffix.length - outer.suffix.length);
  return (
    inner.prefix.startsWith(outer.prefix) &&
    inner.suffix.endsWith(outer.suffix) &&
    standsForWildcard(`${before}-${after}`, 0, before.length + 1 + after.length)
  );
}
