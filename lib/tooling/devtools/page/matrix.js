// Origins against routes. A cell shows with a sign, a word and a colour what a page of the origin may do with the
// route.
import { ask, byId, code, el, formById, methodsOf, tellError } from './dom.js';

const STATES = {
  'with-cookies': ['●', 'open, cookies too'],
  'without-cookies': ['○', 'open, without cookies'],
  refused: ['✕', 'refused'],
  'no-policy': ['–', 'no policy'],
  unknown: ['?', 'not known'],
};
const MOST_COLUMNS = 16;
// Rows that are shown at first, and by each press of the button.
const ROWS = 40;

export function showMatrix(routes, origins, pick) {
  const head = el('tr', {}, el('th', { scope: 'col' }, 'Route'));
  const rows = routes.map((route) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, el('span', { class: 'method' }, methodsOf(route)[0] ?? '*'), code(addressOf(route))),
    ),
  );
  const table = el(
    'table',
    { class: 'matrix' },
    el('caption', { class: 'hidden' }, 'What pages of each origin may do with each route'),
    el('thead', {}, head),
    el('tbody', {}, ...rows),
  );
  byId('matrix-table').append(table);
  byId('legend').append(
    ...Object.entries(STATES).map(([state, [sign, words]]) =>
      el('li', {}, el('span', { class: 'cell ' + state, 'aria-hidden': 'true' }, sign), ' ' + words),
    ),
  );
  arrows(table);

  const shown = new Set();
  const add = async (origin) => {
    if (shown.has(origin)) {
      return 'This origin is already in the table.';
    }
    if (shown.size >= MOST_COLUMNS) {
      return 'The table has room for ' + MOST_COLUMNS + ' origins; reload the page to start again.';
    }
    const cells = await ask('matrix.json', origin);
    shown.add(origin);
    head.append(el('th', { scope: 'col' }, originCode(origin)));
    cells.forEach(({ state, reason, why = reason }, index) =>
      rows[index]?.append(cellOf(state, why, routes[index], origin, pick)),
    );
    enter(table);
    return '';
  };
  const fill = async () => {
    for (const origin of origins) {
      await add(origin).catch((error) => tell(error.message));
    }
    table.setAttribute('data-filled', '');
  };
  void fill();

  const form = formById('add-origin');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const origin = form.origin.value.trim();
    const error = await add(origin).then(
      (problem) => (problem === '' ? undefined : new Error(problem)),
      (thrown) => thrown,
    );
    tellError(form.origin, byId('matrix-told'), error);
    if (error === undefined) {
      tell(origin + ' has been added.');
      form.reset();
    }
  });
  const more = byId('matrix-more');
  let wanted = [];
  let most = ROWS;
  const show = () => {
    let count = 0;
    rows.forEach((row, index) => (row.hidden = !wanted[index] || ++count > most));
    more.hidden = count <= most;
    more.firstElementChild.textContent = 'Show ' + Math.min(ROWS, count - most) + ' more of ' + count + ' routes';
    enter(table);
  };
  more.firstElementChild.addEventListener('click', () => {
    most += ROWS;
    show();
  });
  return (visible) => {
    wanted = visible;
    most = ROWS;
    show();
  };
}

// Broken where a reader would: after the scheme.
function originCode(origin) {
  const [, scheme, host] = /^(https?:\/\/)?(.*)$/.exec(origin);
  return el('code', {}, scheme ? el('span', { class: 'scheme' }, scheme) : null, el('wbr'), el('span', {}, host));
}

// Gateways of one path differ in their other fields.
const addressOf = ({ path, port, namespace }) => (port ? ':' + port : '') + path + (namespace ? ' ' + namespace : '');

const tell = (text) => (byId('matrix-told').textContent = text);

function cellOf(state, reason, route, origin, pick) {
  const [sign, words] = STATES[state];
  const method = methodsOf(route)[0] ?? '*';
  const said = route.kind === 'gateway' && state === 'no-policy' ? 'no policy, open to any page' : words;
  const why = reason === undefined || reason === 'allowed' ? said : said + ': ' + reason;
  return el(
    'td',
    {},
    el(
      'button',
      {
        type: 'button',
        class: 'cell ' + state,
        tabindex: '-1',
        title: why,
        'aria-label': method + ' ' + addressOf(route) + ' from ' + origin + ': ' + why,
        click: () => pick(route, origin, state === 'with-cookies'),
      },
      sign,
    ),
  );
}

// One stop of the tab key; arrows move among the cells, as in a grid.
function arrows(table) {
  table.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target.closest('td');
    if (step === undefined || cell === null) {
      return;
    }
    event.preventDefault();
    const visible = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const row = visible[visible.indexOf(cell.parentElement) + step[0]];
    const next = row?.cells[cell.cellIndex + step[1]]?.querySelector('button');
    if (next) {
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  });
}

function enter(table) {
  const buttons = [...table.querySelectorAll('tbody tr:not([hidden]) button')];
  if (!buttons.some((button) => button.tabIndex === 0)) {
    table.querySelectorAll('button[tabindex="0"]').forEach((button) => (button.tabIndex = -1));
    if (buttons.length > 0) {
      buttons[0].tabIndex = 0;
    }
  }
}
