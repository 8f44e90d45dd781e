/** The table of routes, its filter, and the policy behind each of them. */
export const ROUTES_SCRIPT = String.raw`
import { byId, code, el, listText, plural, policyTable } from './dom.js';

export const NO_POLICY = 'no policy';
export const policyName = ({ policy }) => (policy === null ? NO_POLICY : policy.name);

const columns = ['Method', 'Path', 'Policy', 'Origins', 'Cookies', 'Handler', ''];

// Shows the routes; the changed function hears which of them pass the filter.
export function showRoutes(routes, changed, fill) {
  const form = byId('filter');
  options(form.method, new Set(routes.flatMap(({ methods }) => methods)));
  options(form.policy, new Set(routes.map(policyName)));
  const rows = routes.map((route, index) => rowsOf(route, index, fill));
  byId('routes-table').append(
    el('table', { class: 'routes' },
      el('caption', { class: 'hidden' }, 'Routes and the policies that reach them'),
      el('thead', {}, el('tr', {}, ...columns.map((title) =>
        el('th', { scope: 'col', class: 'c-' + (title || 'more').toLowerCase() },
          title || el('span', { class: 'hidden' }, 'Details'))))),
      el('tbody', {}, ...rows.flat())));

  const apply = () => {
    const wanted = (route) =>
      (form.method.value === '' || route.methods.includes(form.method.value) || route.methods.includes('*')) &&
      (form.policy.value === '' || policyName(route) === form.policy.value) &&
      route.path.toLowerCase().includes(form.path.value.trim().toLowerCase()) &&
      textOf(route).includes(form.text.value.trim().toLowerCase());
    const shown = routes.map(wanted);
    rows.forEach(([row, detail], index) => {
      row.hidden = !shown[index];
      detail.hidden = !shown[index] || row.dataset.open === undefined;
    });
    const count = shown.filter(Boolean).length;
    byId('routes-count').textContent =
      count === routes.length ? plural(count, 'route') : count + ' of ' + plural(routes.length, 'route');
    byId('routes-empty').hidden = count > 0;
    changed(shown);
  };
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
}

function options(select, values) {
  select.append(...[...values].sort().map((value) => el('option', { value }, value)));
}

function textOf(route) {
  return [route.handler, route.path, policyName(route), ...Object.entries(route.policy ?? {}).flat(2),
    ...Object.values(route.provenance), ...route.findings.map(({ code }) => code)].join(' ').toLowerCase();
}

function rowsOf(route, index, fill) {
  const { methods, path, host, version, handler, policy, findings } = route;
  const open = policy !== null && !policy.noCors;
  const detail = el('tr', { id: 'route-' + index, class: 'detail', hidden: true }, el('td', { colspan: columns.length }));
  const toggle = el('button', {
    type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': 'route-' + index,
    'aria-label': 'Details of ' + methods.join(', ') + ' ' + path,
    click: () => {
      const opened = row.dataset.open === undefined;
      if (opened) {
        row.dataset.open = '';
        detail.firstElementChild.replaceChildren(...detailOf(route, fill));
      } else {
        delete row.dataset.open;
      }
      detail.hidden = !opened;
      toggle.setAttribute('aria-expanded', String(opened));
    },
  }, el('span', { class: 'chevron', 'aria-hidden': 'true' }));
  const row = el('tr', {},
    el('td', { class: 'c-method' }, ...methods.map((method) => el('span', { class: 'method' }, method))),
    el('th', { scope: 'row', class: 'c-path' }, code(path),
      version ? el('span', { class: 'tag' }, 'version ' + version.join(', ')) : null,
      host ? el('span', { class: 'tag' }, 'host ' + host.join(', ')) : null),
    el('td', { class: 'c-policy' }, policyTag(route)),
    el('td', { class: 'c-origins' }, open ? origins(policy.origin) : '—'),
    el('td', { class: 'c-cookies' }, open ? (policy.credentials ? 'yes' : 'no') : '—'),
    el('td', { class: 'c-handler' }, handler),
    el('td', { class: 'c-more' },
      findings.length > 0
        ? el('span', { class: 'tag warn', title: findings.map(({ code }) => code).join(', ') }, '! ', String(findings.length),
          el('span', { class: 'hidden' }, ' findings'))
        : null,
      toggle));
  return [row, detail];
}

function origins(list) {
  const shown = list.slice(0, 3).map((origin) => code(origin));
  return [...shown.flatMap((origin, index) => (index === 0 ? [origin] : [el('br'), origin])),
    list.length > 3 ? el('span', { class: 'soft' }, ' and ' + (list.length - 3) + ' more') : null];
}

export function policyTag(route) {
  const kind = route.policy === null ? 'none' : route.policy.noCors ? 'closed' : 'named';
  return el('span', { class: 'policy ' + kind }, policyName(route));
}

function detailOf(route, fill) {
  const { policy, provenance, sources, handler, findings } = route;
  return [
    el('p', {}, code(handler), sources[handler] ? el('span', { class: 'source' }, ' ' + sources[handler]) : null),
    policy === null
      ? el('p', {}, 'No policy reaches this route: the library sends no CORS headers, and pages of other origins cannot read it.')
      : policy.noCors
        ? el('p', {}, 'Closed by ', code('@NoCors()'), ': no page of another origin may use it.')
        : policyTable(policy, provenance, sources),
    ...findings.map(({ code: name, message }) => el('p', { class: 'finding' }, el('strong', {}, name), ' ' + message)),
    el('button', { type: 'button', click: () => fill(route) }, 'Explain a request to it'),
  ];
}
`;
