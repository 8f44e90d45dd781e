// Elements made of text: nothing that a server sends is ever read as HTML, and Trusted Types hold the page to it.
export const byId = (id) => document.getElementById(id);

/**
 * A form by its id. Its fields are read by their names, which hide properties of forms (`method`).
 *
 * @param {string} id
 * @returns {any}
 */
export const formById = (id) => byId(id);

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== undefined && value !== null) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// The methods of a route; a gateway is opened by none that a page could choose.
export const methodsOf = ({ kind, methods }) => (kind === 'gateway' ? ['WS'] : methods);

export const code = (text, attributes = {}) => el('code', attributes, String(text));

// Data of the app that this page belongs to; an error carries the sentence that the server gives, and the field it is about.
export async function ask(name, question) {
  const url = new URL(name, import.meta.url);
  if (question !== undefined) {
    url.searchParams.set('q', question);
  }
  const response = await fetch(url);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const { error = 'The app answered ' + response.status + '.', field, suggestion } = answer;
    throw Object.assign(new Error(error), { field, suggestion, status: response.status });
  }
  return answer;
}

// Shows at a field what is wrong with it, with a correction; without an error, removes that.
export function tellError(input, note, error) {
  input.setAttribute('aria-invalid', String(error !== undefined));
  note.classList.toggle('problem', error !== undefined);
  note.replaceChildren(error?.message ?? '');
  if (error?.suggestion !== undefined) {
    note.append(
      ' ',
      el(
        'button',
        {
          type: 'button',
          click: () => {
            input.value = error.suggestion;
            tellError(input, note, undefined);
            input.focus();
          },
        },
        'Use ' + error.suggestion,
      ),
    );
  }
}

const listText = (value) => (Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value));

export const plural = (count, one, many = one + 's') => count + ' ' + (count === 1 ? one : many);

// The fields of an effective policy, each with the place that it was written at.
export function policyTable(policy, provenance, sources) {
  const first = ['origin', 'methods', 'allowedHeaders', 'exposedHeaders', 'credentials', 'maxAge', 'enforce'];
  const others = Object.keys(policy).filter((field) => !['name', 'noCors', 'reportOnly', ...first].includes(field));
  const fallback = { methods: "the route's own", maxAge: "the browser's own (5 s)", reportOnly: 'none' };
  const rows = [...first, ...others, 'reportOnly'].map((field) => {
    const place = provenance[field];
    const value = policy[field] === undefined ? fallback[field] : listText(policy[field]);
    return el(
      'tr',
      { class: place === undefined ? 'unset' : false },
      el('th', { scope: 'row' }, code(field)),
      el('td', {}, value),
      el('td', {}, place ?? 'default', sources[place] ? el('span', { class: 'source' }, ' ' + sources[place]) : null),
    );
  });
  return el(
    'table',
    { class: 'fields' },
    el('caption', { class: 'hidden' }, 'Effective policy, and where each field was written'),
    el('thead', {}, el('tr', {}, ...['Field', 'Value', 'From'].map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, ...rows),
  );
}
