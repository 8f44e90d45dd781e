// The form: explains a request, and sends it for real from the second origin.
import { ask, byId, code, el, formById, methodsOf, tellError } from './dom.js';
import { explanationOf, fieldsOf, verdictLine } from './explain.js';

export function showForm(overview) {
  const form = formById('question');
  const { tester } = overview;
  byId('known-origins').append(...overview.origins.map((value) => el('option', { value })));
  form.url.value = overview.routes[0]?.example ?? '/';
  form.origin.value = overview.origins[0] ?? '';
  const frames = tester === null ? undefined : new Frames();
  if (frames === undefined) {
    byId('live').hidden = true;
  } else {
    form.from.append(...tester.origins.map(({ origin, frame }) => el('option', { value: frame }, origin)));
  }

  form.method.addEventListener('input', () => showFields(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void (event.submitter === byId('send') ? send() : explain());
  });

  async function explain() {
    await run('Explained', async () => {
      const explained = await ask('explain.json', JSON.stringify(questionOf(form, form.origin.value.trim())));
      byId('result').replaceChildren(
        el('section', { class: 'card' }, el('h3', {}, 'Explained'), ...explanationOf(explained)),
      );
      return explained.verdict;
    });
  }

  async function send() {
    await run('Sent', async () => {
      const frame = form.from.value;
      const question = questionOf(form, new URL(frame).origin);
      if (!isOfThisApp(question.url, overview.routes)) {
        throw new Error(
          'The live tester reaches this app alone: write a path, or an address of ' + location.origin + '.',
        );
      }
      const explained = await ask('explain.json', JSON.stringify(question));
      const seen = await frames.send(frame, question);
      const agrees = (explained.verdict === 'blocked') === seen.blocked;
      byId('result').replaceChildren(
        el(
          'p',
          { class: 'agreement ' + (agrees ? 'agrees' : 'differs'), 'data-agrees': String(agrees) },
          agrees
            ? '✓ As predicted: ' + explained.verdict + '.'
            : '⚠ Not as predicted: ' +
                explained.verdict +
                ' was predicted, and this browser ' +
                (seen.blocked ? 'blocked it.' : 'allowed it.') +
                ' The app itself may have answered (middleware, a proxy, headers of its own), or there was no answer: see the console.',
        ),
        el(
          'div',
          { class: 'pair' },
          el('section', { class: 'card' }, el('h3', {}, 'Predicted'), ...explanationOf(explained)),
          el('section', { class: 'card' }, el('h3', {}, 'What happened'), ...seenOf(seen, question, explained, agrees)),
        ),
      );
      return (seen.blocked ? 'blocked' : 'allowed') + (agrees ? ', as predicted' : ', not as predicted');
    });
  }

  // The live region gives the outcome in few words; the result itself is below.
  async function run(what, task) {
    const told = byId('told');
    told.className = '';
    told.textContent = 'Asking…';
    byId('result').setAttribute('aria-busy', 'true');
    tellError(form.origin, byId('origin-told'), undefined);
    try {
      told.textContent = what + ': ' + (await task()) + '.';
    } catch (error) {
      byId('result').replaceChildren();
      const ofOrigin = error.field === 'origin';
      tellError(form.origin, byId('origin-told'), ofOrigin ? error : undefined);
      told.className = 'problem';
      told.textContent = ofOrigin ? 'Nothing was asked: fix the origin.' : error.message;
    }
    byId('result').removeAttribute('aria-busy');
  }

  const fill = (route, origin, credentials) => {
    const [first = 'GET'] = methodsOf(route);
    form.method.value = first === '*' ? 'GET' : first;
    form.namespace.value = route.namespace ?? '';
    showFields(form);
    form.url.value = route.example;
    if (origin !== undefined) {
      form.origin.value = origin;
      form.credentials.checked = credentials;
    }
    byId('filled').replaceChildren();
    byId('try').scrollIntoView();
  };
  // What a text does not say stays as it is in the form; a method is GET.
  const paste = ({
    method = 'GET',
    url,
    origin = form.origin.value,
    headers,
    credentials = false,
    webSocket,
    notes,
  }) => {
    form.method.value = webSocket === true ? 'WS' : method;
    form.namespace.value = '';
    showFields(form);
    form.url.value = url.startsWith(location.origin + '/') ? url.slice(location.origin.length) : url;
    form.origin.value = origin;
    form.headers.value = Object.entries(headers)
      .map(([name, value]) => name + ': ' + value)
      .join('\n');
    form.credentials.checked = credentials;
    byId('filled').replaceChildren(
      el('p', {}, 'Filled in from what was pasted.'),
      el('ul', {}, ...notes.map((note) => el('li', {}, note))),
    );
    byId('try').scrollIntoView();
    byId('explain').focus({ preventScroll: true });
    void explain();
  };
  return {
    paste,
    fill: (route) => {
      fill(route);
      form.origin.focus({ preventScroll: true });
    },
    pick: (route, origin, credentials) => {
      fill(route, origin, credentials);
      byId('explain').focus({ preventScroll: true });
      void explain();
    },
  };
}

// The method that means a WebSocket.
const isSocket = (form) => form.method.value.trim() === 'WS';

function showFields(form) {
  for (const field of form.querySelectorAll('[data-only]')) {
    field.hidden = (field.dataset.only === 'socket') !== isSocket(form);
  }
}

// Gateways may have ports of their own.
function isOfThisApp(address, routes) {
  const { origin, hostname, port } = new URL(address.replace(/^ws/, 'http'));
  return (
    origin === location.origin ||
    (hostname === location.hostname && routes.some((route) => route.port !== undefined && String(route.port) === port))
  );
}

function questionOf(form, origin) {
  const written = form.url.value.trim();
  const isPath = written.startsWith('/') && !written.startsWith('//');
  if (isSocket(form)) {
    const namespace = form.namespace.value.trim();
    return {
      webSocket: true,
      url: isPath ? location.origin.replace(/^http/, 'ws') + written : written,
      ...(origin === '' ? {} : { origin }),
      ...(namespace === '' ? {} : { namespace }),
      credentials: true,
    };
  }
  const headers = {};
  for (const line of form.headers.value.split('\n').filter((text) => text.trim() !== '')) {
    const at = line.indexOf(':');
    if (at < 1) {
      throw new Error('Write one header a line, as in "X-Api-Key: 1"; this is not a header: ' + line.trim());
    }
    headers[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return {
    method: form.method.value.trim() || 'GET',
    url: isPath ? location.origin + written : written,
    ...(origin === '' ? {} : { origin }),
    headers,
    credentials: form.credentials.checked,
  };
}

function seenOf(seen, { method = '', url, webSocket = false }, explained, agrees) {
  if (webSocket) {
    return socketSeen(seen, url);
  }
  const sent = el(
    'p',
    { 'data-sent': '' },
    el('span', { class: 'soft' }, whatWasSent(seen, explained, agrees)),
    code(method + ' ' + url),
    el('span', { class: 'soft' }, ' and waited ' + seen.milliseconds + ' ms'),
  );
  return seen.blocked
    ? [
        verdictLine('blocked'),
        sent,
        el('h4', {}, 'fetch() rejected with'),
        el('pre', { tabindex: '0' }, seen.error),
        el('p', { class: 'soft' }, 'A script learns no more than this; the reason is in the console of this browser.'),
      ]
    : [
        verdictLine('allowed'),
        sent,
        el('h4', {}, 'Status ' + seen.status + ', and the headers that a script may read'),
        fieldsOf(seen.headers),
        el('h4', {}, 'Body'),
        el('pre', { tabindex: '0' }, seen.body || '(empty)'),
      ];
}

function socketSeen({ blocked, error, told, milliseconds }, url) {
  return [
    verdictLine(blocked ? 'blocked' : 'allowed'),
    el(
      'p',
      { 'data-sent': '' },
      el('span', { class: 'soft' }, 'This browser opened '),
      code(url),
      el('span', { class: 'soft' }, ' and waited ' + milliseconds + ' ms'),
    ),
    el('h4', {}, blocked ? 'The page got' : 'The page got a connection'),
    el('pre', { tabindex: '0' }, blocked ? error : told),
    blocked
      ? el('p', { class: 'soft' }, 'A script learns no more than this; the reason is in the console of this browser.')
      : null,
  ].filter(Boolean);
}

// A script does not learn how far its request came; the prediction knows, where it holds.
function whatWasSent({ blocked }, { preflight }, agrees) {
  if (!blocked) {
    return 'This browser sent ';
  }
  if (!agrees) {
    return 'This browser tried to send ';
  }
  return preflight !== undefined && !preflight.granted
    ? 'This browser sent the preflight alone, and not '
    : 'This browser sent ';
}

// One frame for each origin of the tester, made when it is first used.
class Frames {
  #frames = new Map();
  #waiting = new Map();
  #next = 1;

  constructor() {
    addEventListener('message', ({ source, origin, data }) => {
      const known = [...this.#frames.values()].find(({ element }) => element.contentWindow === source);
      if (known === undefined || known.origin !== origin) {
        return;
      }
      if (data.ready === true) {
        known.arrived();
      } else {
        this.#waiting.get(data.id)?.(data.seen);
        this.#waiting.delete(data.id);
      }
    });
  }

  async send(address, question) {
    const { element, origin, ready } = this.#frame(address);
    await ready;
    const id = this.#next++;
    const seen = new Promise((resolve) => this.#waiting.set(id, resolve));
    element.contentWindow.postMessage({ id, ...question }, origin);
    return await within(20000, seen, 'The live tester gave no answer.');
  }

  #frame(address) {
    const known = this.#frames.get(address);
    if (known !== undefined) {
      return known;
    }
    const element = el('iframe', {
      src: address,
      title: 'Live tester',
      class: 'hidden',
      tabindex: '-1',
      'aria-hidden': 'true',
    });
    let arrived;
    const here = new Promise((resolve) => (arrived = resolve));
    const ready = within(8000, here, 'The live tester does not answer at ' + new URL(address).origin + '.');
    ready.catch(() => {
      this.#frames.delete(address);
      element.remove();
    });
    const frame = { element, origin: new URL(address).origin, ready, arrived };
    this.#frames.set(address, frame);
    document.body.append(element);
    return frame;
  }
}

function within(milliseconds, promise, why) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(why)), milliseconds))]);
}
