/* global document, location */

const { caller, callers, addresses, results } = await (await fetch('page.json')).json();

/** The result of one request for this page. It is `seen` of the report without the reason, which scripts do not get. */
async function request({ method, path, headers, body, credentials }) {
  try {
    // `no-store` bypasses the HTTP cache and the preflight cache, so every run sends new requests.
    const response = await fetch(addresses.api + path, { method, headers, body, credentials, cache: 'no-store' });
    const readable = Object.fromEntries([...response.headers].sort());
    return { blocked: false, status: response.status, headers: readable, body: await response.text() };
  } catch (error) {
    return { blocked: true, error: String(error) };
  }
}

function element(name, className, ...content) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...content);
  return made;
}

function show(seen, because) {
  if (seen.blocked) {
    return [
      element('p', 'verdict blocked', 'blocked'),
      ...(because ? [element('p', 'because', because)] : []),
      element('p', 'readable', seen.message ?? `${seen.error} (the console says why)`),
    ];
  }
  return [
    element('p', 'verdict visible', `status ${seen.status}`),
    element('pre', '', seen.body),
    element('p', 'readable', `may read ${Object.keys(seen.headers).join(', ')}`),
  ];
}

/** One row: a button that runs the scenario, the result on the page, and the result in the report. */
function row({ scenario, expected, exchange }) {
  const { method, path, headers = {}, body, credentials } = scenario.request;
  const button = element('button', '', scenario.title);
  const here = element('td', '', element('p', 'readable', 'not run yet'));
  const made = element(
    'tr',
    '',
    element(
      'th',
      '',
      button,
      element(
        'p',
        'request',
        element('code', '', `${method} ${path}`),
        ...Object.entries(headers).flatMap(([name, value]) => [
          document.createElement('br'),
          element('code', '', `${name}: ${value}`),
        ]),
        ...(body ? [document.createElement('br'), element('code', '', body)] : []),
        ...(credentials === 'include' ? [document.createElement('br'), 'with cookies'] : []),
      ),
    ),
    here,
    element('td', '', ...show(exchange.seen, expected.because)),
  );
  made.firstChild.scope = 'row';
  made.id = scenario.id;
  button.type = 'button';

  const run = async () => {
    const seen = await request(scenario.request);
    here.replaceChildren(...show(seen));
    // The result as data, for tests.
    made.dataset.seen = JSON.stringify(seen);
    return seen;
  };
  button.addEventListener('click', async () => {
    const seen = await run();
    progress.textContent = `${scenario.title}: ${seen.blocked ? 'blocked' : `status ${seen.status}`}`;
  });
  return { made, run };
}

document.title = `${callers[caller]} – CORS quickstart`;
document.getElementById('who').textContent = callers[caller];
document.getElementById('origin').textContent = location.origin;
document.getElementById('api').textContent = addresses.api;
for (const [other, origin] of Object.entries(addresses.pages)) {
  if (other !== caller) {
    const link = element('a', '', callers[other]);
    link.href = origin;
    document.getElementById('others').append(element('li', '', link));
  }
}

const progress = document.getElementById('progress');
if (results.length === 0) {
  progress.textContent = 'The report is still running: reload in a moment';
}
const rows = results.map(row);
document.getElementById('scenarios').append(...rows.map(({ made }) => made));

document.getElementById('run-all').addEventListener('click', async () => {
  let blocked = 0;
  for (const [index, { run }] of rows.entries()) {
    progress.textContent = `Running ${index + 1} of ${rows.length}`;
    blocked += (await run()).blocked ? 1 : 0;
  }
  progress.textContent = `${rows.length - blocked} seen, ${blocked} blocked`;
});
