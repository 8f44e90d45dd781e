/** What the boot audit finds; stable codes. None of them is an error. */
export type AuditCode =
  | 'misplaced-decorator'
  | 'unused-policy'
  | 'dangerous-flag'
  | 'asked-each-time'
  | 'max-age-capped'
  | 'any-header-with-credentials'
  | 'exposes-safelisted'
  | 'own-header'
  | 'header-rules-differ'
  | 'versions-differ';

/** Something that is not wrong, but rarely meant. */
export interface AuditFinding {
  readonly code: AuditCode;
  /** Where to mend it: `policies.partner`, `OrdersController.update`, `/orders/:id`, `GET /orders`. */
  readonly place: string;
  /** What it is about there: a header's name, the handlers that differ, the flag. */
  readonly detail?: string;
  /** Why it is told, and what to do. */
  readonly message: string;
}

/** Why each is told, and what to do. */
export const AUDIT_SENTENCES: Readonly<Record<AuditCode, string>> = {
  'misplaced-decorator':
    'This carries a CORS decorator but is not a controller, nor a handler of one that serves a route: nothing reads it.',
  'unused-policy': 'No route uses this policy. Remove it, or name it in a decorator, a route or defaultPolicy.',
  'dangerous-flag': 'This flag lifts a check that keeps strangers out.',
  'asked-each-time':
    'isAllowed takes, or may take, the context, and there is no cacheKey(context): it is asked for every request.',
  'max-age-capped': 'Chromium cuts it to 7200 (two hours); Firefox keeps it.',
  'any-header-with-credentials':
    'With credentials, whatever request header a page asks for is granted. Name those that pages need in allowedHeaders.',
  'exposes-safelisted': 'Scripts may read these headers without being told so (Fetch, 2.2.2). Leave them out.',
  'own-header': 'What a handler sets by @Header() wins over its policy. Remove it, or the policy.',
  'header-rules-differ':
    'The methods of one URL differ in allowedHeaders, but browsers keep granted headers by URL, not by method. Give them ' +
    'one list, or do not rely on the difference.',
  'versions-differ':
    'A preflight carries no version, and these versions grant differently: it is granted if one of them would grant it, ' +
    'and each of them answers 403 to what its own policy refuses. Give them one policy if you can.',
};

/** How many places a line names. */
const MOST_NAMED = 5;

/** The findings for the boot log: a line for each code, with a bounded number of places. */
export function auditLines(findings: readonly AuditFinding[]): readonly string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => {
    const places = [...new Set(findings.filter((finding) => finding.code === code).map(placeText))];
    const named = places.slice(0, MOST_NAMED).join('; ');
    const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : '';
    return `${named}${more}: ${AUDIT_SENTENCES[code]} [${code}]`;
  });
}

function placeText({ place, detail }: AuditFinding): string {
  return detail === undefined ? place : `${place} (${detail})`;
}
