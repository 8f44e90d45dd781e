// The elements of an explanation.
import { code, el, policyTable } from './dom.js';

export function explanationOf(explained) {
  const {
    request,
    verdict,
    reason,
    summary,
    message,
    advice,
    preflight,
    response,
    route,
    policy,
    provenance,
    sources,
    reportOnly,
  } = explained;
  return [
    verdictLine(verdict, reason),
    el('p', {}, summary),
    message === ''
      ? null
      : el('div', {}, el('h4', {}, 'In the console of Chromium'), el('pre', { tabindex: '0' }, message)),
    advice.length === 0
      ? null
      : el('div', {}, el('h4', {}, 'What to do'), el('ul', {}, ...advice.map((line) => el('li', {}, line)))),
    request.webSocket === true
      ? el(
          'p',
          { class: 'soft' },
          'A WebSocket: the browser asks nothing first, and hides nothing from the page. Only the server refuses.',
        )
      : preflight === undefined
        ? el('p', { class: 'soft' }, 'No preflight: the browser asks nothing first.')
        : preflightOf(preflight),
    request.webSocket === true
      ? el('div', {}, el('h4', {}, 'Handshake ', statusTag(response, 'none')))
      : el('div', {}, el('h4', {}, 'Response ', statusTag(response, "the handler's own")), fieldsOf(response.headers)),
    reportOnly === undefined
      ? null
      : el(
          'p',
          { class: 'finding' },
          el('strong', {}, 'reportOnly'),
          ' ' +
            reportOnly.policy +
            ' would refuse this: ' +
            [reportOnly.preflight, reportOnly.response].filter(Boolean).join(', '),
        ),
    route === null
      ? el('p', {}, 'No route serves this.')
      : el(
          'p',
          {},
          el('span', { class: 'soft' }, 'Served by '),
          code(route.handler),
          el('span', { class: 'soft' }, ' at '),
          code(route.path),
          route.namespace === undefined ? null : [' ', code(route.namespace)],
        ),
    policy === null || policy.noCors
      ? null
      : el(
          'details',
          {},
          el('summary', {}, 'Policy ' + policy.name + ', field by field'),
          policyTable(policy, provenance, sources),
        ),
  ].filter(Boolean);
}

export function verdictLine(verdict, reason) {
  const allowed = verdict === 'allowed';
  return el(
    'p',
    { class: 'verdict ' + verdict },
    el('span', { 'aria-hidden': 'true' }, allowed ? '✓ ' : '✕ '),
    allowed ? 'Allowed' : 'Blocked',
    reason === undefined ? null : [' ', code(reason)],
  );
}

function preflightOf(preflight) {
  const { asks, headers, granted, passedOn } = preflight;
  return el(
    'div',
    {},
    el(
      'h4',
      {},
      'Preflight ',
      passedOn ? el('span', { class: 'tag' }, 'passed on to the app') : statusTag(preflight, 'unknown'),
      ' ',
      el('span', { class: 'tag' }, granted ? 'granted' : 'not granted'),
    ),
    el('p', { class: 'soft' }, 'asks'),
    fieldsOf(asks),
    el('p', { class: 'soft' }, 'is told'),
    fieldsOf(headers),
  );
}

const statusTag = ({ status }, otherwise) => el('span', { class: 'tag' }, 'status ' + (status ?? otherwise));

export function fieldsOf(fields) {
  const entries = Array.isArray(fields) ? fields : Object.entries(fields);
  return entries.length === 0
    ? el('p', { class: 'soft' }, 'no header of CORS')
    : el('dl', { class: 'headers' }, ...entries.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}
