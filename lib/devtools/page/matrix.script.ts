/** Origins against routes. A cell says by a sign, a word and a colour what the route is to the origin. */
export const MATRIX_SCRIPT = String.raw`
import { ask, byId, code, el } from './dom.js';

const STATES = {
  'with-cookies': ['●', 'open, cookies too'],
  'without-cookies': ['○', 'open, without cookies'],
  refused: ['✕', 'refused'],
  'no-policy': ['–', 'no policy'],
  unknown: ['?', 'not known'],
};
const MOST_COLUMNS = 16;

export function showMatrix(routes, origins, pick) {
  const head = el('tr', {}, el('th', { scope: 'col' }, 'Route'));
  const rows = routes.map(({ methods, path }) => el('tr', {},
    el('th', { scope: 'row' }, el('span', { class: 'method' }, methods[0] ?? '*'), code(path))));
  const table = el('table', { class: 'matrix' },
    el('caption', { class: 'hidden' }, 'What each route is to each origin'),
    el('thead', {}, head), el('tbody', {}, ...rows));
  byId('matrix-table').append(table);
  byId('legend').append(...Object.entries(STATES).map(([state, [sign, words]]) =>
    el('li', {}, el('span', { class: 'cell ' + state, 'aria-hidden': 'true' }, sign), ' ' + words)));
  arrows(table);

  const shown = new Set();
  const add = async (origin) => {
    if (shown.has(origin)) {
      return 'This origin is there already.';
    }
    if (shown.size >= MOST_COLUMNS) {
      return 'There is no room for more than ' + MOST_COLUMNS + ' origins; reload the page to begin anew.';
    }
    const cells = await ask('matrix.json', origin);
    shown.add(origin);
    head.append(el('th', { scope: 'col' }, originCode(origin)));
    cells.forEach(({ state, reason }, index) => rows[index]?.append(cellOf(state, reason, routes[index], origin, pick)));
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

  const form = byId('add-origin');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const origin = form.origin.value.trim();
    const problem = await add(origin).catch((error) => error.message);
    tell(problem === '' ? origin + ' has been added.' : problem);
    if (problem === '') {
      form.reset();
    }
  });
  return (visible) => {
    rows.forEach((row, index) => (row.hidden = !visible[index]));
    enter(table);
  };
}

// Broken where a reader would: after the scheme.
function originCode(origin) {
  const [, scheme, host] = /^(https?:\/\/)?(.*)$/.exec(origin);
  return el('code', {}, scheme ? el('span', { class: 'scheme' }, scheme) : null, el('wbr'), el('span', {}, host));
}

const tell = (text) => (byId('matrix-told').textContent = text);

function cellOf(state, reason, route, origin, pick) {
  const [sign, words] = STATES[state];
  const method = route.methods[0] ?? '*';
  const why = reason === undefined || reason === 'allowed' ? words : words + ': ' + reason;
  return el('td', {}, el('button', {
    type: 'button', class: 'cell ' + state, tabindex: '-1', title: why,
    'aria-label': method + ' ' + route.path + ' from ' + origin + ': ' + why,
    click: () => pick(route, origin, state === 'with-cookies'),
  }, sign));
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
`;
