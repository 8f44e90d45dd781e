// The state of the allowlists, the findings of the audit, and what `reportOnly` policies would refuse.
import { byId, code, el, plural } from './dom.js';

export function showNotes({ allowlists, findings, reports }) {
  put(
    'allowlists-body',
    allowlists,
    'No policy asks a provider, a function or the configuration.',
    ['Provider', 'State', 'Entries', 'Loaded', 'Rejected', 'Last error'],
    (list) => [
      code(list.name),
      stateTag(list),
      String(list.entries),
      list.loadedAt === undefined ? '—' : timeOf(list.loadedAt),
      list.rejected.length === 0 ? 'none' : rejectedOf(list.rejected),
      list.lastError ?? 'none',
    ],
  );
  put(
    'findings-body',
    findings,
    'The boot audit found nothing.',
    ['Finding', 'Place', 'Why it is reported'],
    (finding) => [
      el('span', { class: 'tag warn' }, '! ' + finding.code),
      [code(finding.place), finding.detail === undefined ? null : el('span', { class: 'soft' }, ' ' + finding.detail)],
      finding.message,
    ],
  );
  put(
    'reports-body',
    reports,
    'Nothing would be refused so far, or no policy has reportOnly. Reload to see what came since.',
    ['Count', 'Route', 'Origin', 'Policy in force', 'Would refuse', 'Reason'],
    ({ count, route, origin, policy, reportOnly, reason, preflight }) => [
      String(count),
      route ?? 'no route',
      code(origin),
      policy ?? 'none',
      reportOnly,
      reason + (preflight ? ' (preflight)' : ''),
    ],
  );
}

function put(id, items, none, titles, cellsOf) {
  byId(id).append(
    items.length === 0
      ? el('p', { class: 'soft' }, none)
      : el(
          'div',
          { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': byId(id).dataset.label },
          el(
            'table',
            {},
            el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', { scope: 'col' }, title)))),
            el('tbody', {}, ...items.map((item) => el('tr', {}, ...cellsOf(item).map((cell) => el('td', {}, cell))))),
          ),
        ),
  );
}

function stateTag({ loaded, stale, lastError }) {
  const [kind, words] = !loaded
    ? ['bad', '✕ not loaded: denies']
    : stale
      ? ['bad', '✕ stale: denies']
      : lastError === undefined
        ? ['good', '✓ ok']
        : ['warn', '! failing, the last good answers are used'];
  return el('span', { class: 'tag ' + kind }, words);
}

const timeOf = (iso) => el('time', { datetime: iso }, new Date(iso).toLocaleString());

const rejectedOf = (rejected) =>
  el(
    'details',
    {},
    el('summary', {}, plural(rejected.length, 'entry', 'entries')),
    el('ul', {}, ...rejected.map(({ value, reason }) => el('li', {}, code(value), ' ' + reason))),
  );
