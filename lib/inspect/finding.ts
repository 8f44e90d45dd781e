import { documentation } from '../core/issues/documentation.js';

/** The codes of audit findings. They are stable, and none of them is an error. */
export type AuditCode =
  | 'hidden-handler'
  | 'misplaced-decorator'
  | 'unused-policy'
  | 'entry-never-counts'
  | 'dangerous-flag'
  | 'asked-each-time'
  | 'admits-strangers'
  | 'max-age-capped'
  | 'any-header-with-credentials'
  | 'exposes-safelisted'
  | 'forbidden-request-header'
  | 'own-header'
  | 'header-rules-differ'
  | 'versions-differ'
  | 'enforcement-differs'
  | 'open-gateway'
  | 'websocket-cookies';

/** Something that is valid, but rarely intended. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** The place to fix: `policies.partner`, `OrdersController.update`, `/orders/:id`, `GET /orders`. */
  readonly place: string;
  /** The detail at that place: a header's name, the handlers that differ, the flag. */
  readonly detail?: string;
  /** The reason, and what to do. */
  readonly message: string;
}

/** The reason for each finding, and what to do. */
export const AUDIT_SENTENCES: Readonly<Record<AuditCode, string>> = {
  'hidden-handler':
    'Another handler has the same method and path and comes first, so no request reaches this one. Remove one of them.',
  'misplaced-decorator':
    'This has a CORS decorator but is neither a controller nor a handler that serves a route: nothing reads the decorator.',
  'unused-policy':
    'No route uses this policy. Use it in a decorator, an entry of routes or defaultPolicy, or remove it. Keep it if code of the app calls CorsInspector.admits() with it.',
  'entry-never-counts':
    'This entry of routes never applies: an earlier entry, or a handler with a CORS decorator, decides about every request ' +
    'that it covers. Move it before the entry that covers it, or remove it.',
  'dangerous-flag': 'This flag turns off a check that keeps strangers out.',
  'asked-each-time':
    'isAllowed takes, or may take, the context, and there is no cacheKey(context): it is called for every request.',
  'admits-strangers':
    'This function allows origins that do not exist, and with credentials: any site can read the data of your users. ' +
    'Compare the origin with those that you know. If every site is meant, write dangerously: ' +
    '{ reflectAnyOriginWithCredentials: true }.',
  'max-age-capped': 'Chromium cuts it to 7200 (two hours); Firefox keeps it.',
  'any-header-with-credentials':
    'With credentials, every request header that a page asks for is allowed. List the headers that pages need in allowedHeaders.',
  'exposes-safelisted': 'Scripts may read these headers in any case. Leave them out.',
  'forbidden-request-header':
    'Browsers set these request headers themselves, and pages cannot. Allowing them does no harm, and has no effect: leave them out.',
  'own-header':
    "A handler sets this by @Header(). Its Access-Control-Expose-Headers is sent in place of the policy's, and with an " +
    "Access-Control-Allow-Origin of its own none of the policy's headers are sent. Remove it, or set `override: true` in the policy.",
  'header-rules-differ':
    'The methods of one URL differ in allowedHeaders, but browsers keep granted headers by URL, not by method. Give them ' +
    'one list, or do not rely on the difference.',
  'versions-differ':
    'A preflight carries no version, and these versions grant differently: it is granted if one of them would grant it, ' +
    'and each of them answers 403 to what its own policy refuses. Give them one policy if you can.',
  'enforcement-differs':
    'These versions grant the same, but the server refuses different requests for each of them, and the client ' +
    'chooses the version. Give them the same `enforce`.',
  'open-gateway':
    'No policy reaches this WebSocket gateway: any site can open a connection to it with the cookies of your users. Put ' +
    '@CorsPolicy(…) on the class, or give a defaultPolicy, and wrap the adapter with corsWebSocketAdapter().',
  'websocket-cookies':
    'The policy of this WebSocket gateway has no `credentials`, but browsers send cookies with every handshake, and no ' +
    'policy can remove them. Do not trust cookies there, or list only origins that you would trust with them.',
};

/** Most places that a line lists. */
const MOST_NAMED = 5;

/** The findings for the boot log: a line for each code, with a bounded number of places. */
export function auditLines(findings: readonly AuditFinding[]): readonly string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => {
    const places = [...new Set(findings.filter((finding) => finding.code === code).map(placeText))];
    const named = places.slice(0, MOST_NAMED).join('; ');
    const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : '';
    return `${named}${more}: ${AUDIT_SENTENCES[code]} [${code}] ${documentation('audit-codes', code)}`;
  });
}

function placeText({ place, detail }: AuditFinding): string {
  return detail === undefined ? place : `${place} (${detail})`;
}
