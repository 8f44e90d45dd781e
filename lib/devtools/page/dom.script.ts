/** Elements made of text: nothing that a server sends is ever read as HTML, and Trusted Types hold the page to it. */
export const DOM_SCRIPT = String.raw`
export const byId = (id) => document.getElementById(id);

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

export const code = (text, attributes = {}) => el('code', attributes, String(text));

// Data of the app that this page belongs to; an error carries the sentence that the server gives.
export async function ask(name, question) {
  const url = new URL(name, import.meta.url);
  if (question !== undefined) {
    url.searchParams.set('q', question);
  }
  const response = await fetch(url);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(answer.error ?? 'The app answered ' + response.status + '.');
  }
  return answer;
}

export const listText = (value) =>
  Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value);

export const plural = (count, one, many = one + 's') => count + ' ' + (count === 1 ? one : many);

// The fields of an effective policy, each with the place that it was written at.
export function policyTable(policy, provenance, sources) {
  const fields = ['origin', 'methods', 'allowedHeaders', 'exposedHeaders', 'credentials', 'maxAge', 'enforce',
    'privateNetwork', 'reportOnly'];
  const fallback = { methods: "the route's own", maxAge: "the browser's own (5 s)", reportOnly: 'none' };
  const rows = fields.map((field) => {
    const place = provenance[field];
    const value = policy[field] === undefined ? fallback[field] : listText(policy[field]);
    return el('tr', { class: place === undefined ? 'unset' : false },
      el('th', { scope: 'row' }, code(field)),
      el('td', {}, value),
      el('td', {}, place ?? 'default', sources[place] ? el('span', { class: 'source' }, ' ' + sources[place]) : null));
  });
  return el('table', { class: 'fields' },
    el('caption', { class: 'hidden' }, 'Effective policy, and where each field was written'),
    el('thead', {}, el('tr', {}, ...['Field', 'Value', 'From'].map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, ...rows));
}
`;
