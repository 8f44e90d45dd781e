// The table of routes, its filter, and the policy behind each of them.
import { byId, code, el, formById, methodsOf, plural, policyTable } from './dom.js';

export const NO_POLICY = 'no policy';
export const policyName = ({ policy }) => (policy === null ? NO_POLICY : policy.name);

// If there are more routes than this, they are in groups, one for each controller, which are closed at first.
const MANY = 40;

const GROUPS = { gateway: 'WebSocket gateways', entry: 'Without a controller' };

const columns = ['Method', 'Path', 'Policy', 'Origins', 'Cookies', 'Handler', ''];

// Shows the routes; the changed function hears which of them pass the filter.
export function showRoutes(routes, changed, fill) {
  const form = formById('filter');
  options(form.method, new Set(routes.flatMap(methodsOf)));
  options(form.policy, new Set(routes.map(policyName)));
  const rows = routes.map((route, index) => rowsOf(route, index, fill));
  const groups = routes.length > MANY ? groupsOf(routes, rows) : [];
  byId('routes-table').append(
    el(
      'table',
      { class: 'routes' },
      el('caption', { class: 'hidden' }, 'Routes and the policies that reach them'),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ...columns.map((title) =>
            el(
              'th',
              { scope: 'col', class: 'c-' + (title || 'more').toLowerCase() },
              title || el('span', { class: 'hidden' }, 'Details'),
            ),
          ),
        ),
      ),
      ...(groups.length > 0 ? groups.map(({ body }) => body) : [el('tbody', {}, ...rows.flat())]),
    ),
  );

  const apply = () => {
    const wanted = (route) =>
      (form.method.value === '' || methodsOf(route).includes(form.method.value) || route.methods.includes('*')) &&
      (form.policy.value === '' || policyName(route) === form.policy.value) &&
      route.path.toLowerCase().includes(form.path.value.trim().toLowerCase()) &&
      textOf(route).includes(form.text.value.trim().toLowerCase());
    const shown = routes.map(wanted);
    const filtered = shown.includes(false);
    const folded = new Set(groups.flatMap((group) => group.show(shown, filtered)));
    rows.forEach(([row, detail], index) => {
      row.hidden = !shown[index] || folded.has(index);
      detail.hidden = row.hidden || row.dataset.open === undefined;
    });
    const count = shown.filter(Boolean).length;
    byId('routes-count').textContent =
      count === routes.length ? plural(count, 'route') : count + ' of ' + plural(routes.length, 'route');
    byId('routes-empty').hidden = count > 0;
    changed(shown);
  };
  groups.forEach((group) =>
    group.button.addEventListener('click', () => {
      group.opened = !group.opened;
      apply();
    }),
  );
  const all = byId('routes-all');
  all.hidden = groups.length === 0;
  all.addEventListener('click', () => {
    const opened = groups.some((group) => !group.opened);
    groups.forEach((group) => (group.opened = opened));
    all.textContent = opened ? 'Close all' : 'Open all';
    apply();
  });
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
}

// The routes of each controller under a row of their own. While a filter is set, every group that has a match is open.
function groupsOf(routes, rows) {
  const members = new Map();
  routes.forEach(({ handler, kind }, index) => {
    const name = kind === 'handler' ? handler.slice(0, handler.lastIndexOf('.')) : (GROUPS[kind] ?? GROUPS.entry);
    members.set(name, [...(members.get(name) ?? []), index]);
  });
  return [...members].map(([name, indices]) => {
    const count = el('span', { class: 'soft' });
    const button = el(
      'button',
      { type: 'button', class: 'quiet', 'aria-expanded': 'false' },
      el('span', { class: 'chevron', 'aria-hidden': 'true' }),
      ' ',
      name,
    );
    const head = el(
      'tr',
      { class: 'group' },
      el('th', { scope: 'rowgroup', colspan: columns.length }, button, ' ', count),
    );
    const group = {
      button,
      opened: false,
      body: el('tbody', {}, head, ...indices.flatMap((index) => rows[index])),
      // Answers with the routes that it hides.
      show: (shown, filtered) => {
        const found = indices.filter((index) => shown[index]).length;
        const open = filtered || group.opened;
        head.hidden = found === 0;
        button.disabled = filtered;
        button.setAttribute('aria-expanded', String(open));
        count.textContent =
          found === indices.length ? plural(found, 'route') : found + ' of ' + plural(indices.length, 'route');
        return open ? [] : indices;
      },
    };
    return group;
  });
}

function options(select, values) {
  select.append(...[...values].sort().map((value) => el('option', { value }, value)));
}

function textOf(route) {
  return [
    route.handler,
    route.path,
    policyName(route),
    ...Object.entries(route.policy ?? {}).flat(2),
    ...Object.values(route.provenance),
    ...route.findings.map(({ code }) => code),
  ]
    .join(' ')
    .toLowerCase();
}

function rowsOf(route, index, fill) {
  const { path, host, version, port, namespace, handler, policy, findings } = route;
  const methods = methodsOf(route);
  const open = policy !== null && !policy.noCors;
  const detail = el(
    'tr',
    { id: 'route-' + index, class: 'detail', hidden: true },
    el('td', { colspan: columns.length }),
  );
  const toggle = el(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-expanded': 'false',
      'aria-controls': 'route-' + index,
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
    },
    el('span', { class: 'chevron', 'aria-hidden': 'true' }),
  );
  const row = el(
    'tr',
    {},
    el('td', { class: 'c-method' }, ...methods.map((method) => el('span', { class: 'method' }, method))),
    el(
      'th',
      { scope: 'row', class: 'c-path' },
      code(path),
      version ? el('span', { class: 'tag' }, 'version ' + version.join(', ')) : null,
      host ? el('span', { class: 'tag' }, 'host ' + host.join(', ')) : null,
      port ? el('span', { class: 'tag' }, 'port ' + port) : null,
      namespace ? el('span', { class: 'tag' }, 'namespace ' + namespace) : null,
    ),
    el('td', { class: 'c-policy' }, policyTag(route)),
    el('td', { class: 'c-origins' }, open ? origins(policy.origin) : '—'),
    el('td', { class: 'c-cookies' }, open ? (policy.credentials ? 'yes' : 'no') : '—'),
    el('td', { class: 'c-handler' }, handler),
    el(
      'td',
      { class: 'c-more' },
      findings.length > 0
        ? el(
            'span',
            { class: 'tag warn', title: findings.map(({ code }) => code).join(', ') },
            '! ',
            String(findings.length),
            el('span', { class: 'hidden' }, ' findings'),
          )
        : null,
      toggle,
    ),
  );
  return [row, detail];
}

function origins(list) {
  const shown = list.slice(0, 3).map((origin) => code(origin));
  return [
    ...shown.flatMap((origin, index) => (index === 0 ? [origin] : [el('br'), origin])),
    list.length > 3 ? el('span', { class: 'soft' }, ' and ' + (list.length - 3) + ' more') : null,
  ];
}

export function policyTag(route) {
  const kind = route.policy === null ? 'none' : route.policy.noCors ? 'closed' : 'named';
  return el('span', { class: 'policy ' + kind }, policyName(route));
}

function detailOf(route, fill) {
  const { kind, policy, provenance, sources, handler, findings } = route;
  return [
    el('p', {}, code(handler), sources[handler] ? el('span', { class: 'source' }, ' ' + sources[handler]) : null),
    policy === null
      ? el(
          'p',
          {},
          kind === 'gateway'
            ? "No policy reaches this gateway: any page may open it, with the user's cookies."
            : 'No policy reaches this route: the library sends no CORS headers, and pages of other origins cannot read it.',
        )
      : policy.noCors
        ? el('p', {}, 'Closed by ', code('@NoCors()'), ': no page of another origin may use it.')
        : policyTable(policy, provenance, sources),
    ...findings.map(({ code: name, message }) => el('p', { class: 'finding' }, el('strong', {}, name), ' ' + message)),
    el(
      'button',
      { type: 'button', click: () => fill(route) },
      kind === 'gateway' ? 'Explain a WebSocket to it' : 'Explain a request to it',
    ),
  ];
}
